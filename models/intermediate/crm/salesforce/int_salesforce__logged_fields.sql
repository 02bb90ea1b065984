with logged as (

    select
        source_system,
        field,
        {{ normalised_name_sql('field') }} as field_name,
        count(old_value) as old_values
    from {{ ref('stg_salesforce__lead_history') }}
    where _is_kept
    group by source_system, field

),

-- The log names a field by its API name, so the column that feeds the stage tells which rows are about it.
lead_fields as (

    select * from {{ ref('int_salesforce__tracked_fields') }}

),

named as (

    select
        logged.source_system,
        logged.field,
        case
            when logged.field_name in ('owner', 'ownerid') then 'owner_id'
            when logged.field_name = 'created' then 'created'
            when logged.field_name = 'leadconverted' then 'converted'
            else lead_fields.canonical_field
        end as canonical_field,
        logged.old_values
    from logged
    left join lead_fields
        on
            logged.source_system = lead_fields.source_system
            and logged.field_name = lead_fields.field_name

),

-- A log without a single old value was landed without them; then a blank old value says nothing.
final as (

    select
        source_system,
        field,
        canonical_field,
        sum(old_values) over (partition by source_system, canonical_field) > 0 as has_old_value
    from named
    where
        field is not null
        and canonical_field is not null

)

select * from final
