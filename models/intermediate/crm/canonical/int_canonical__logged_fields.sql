with logged as (

    select
        source_system,
        field,
        {{ normalised_name_sql('field') }} as field_name,
        count(old_value) as old_values
    from {{ ref('stg_canonical__lead_changes') }}
    where _is_kept
    group by source_system, field

),

named as (

    select
        source_system,
        field,
        case
            when field_name in ('lifecyclestage', 'stage') then 'lifecycle_stage'
            when field_name in ('status', 'leadstatus') then 'status'
            when field_name in ('ownerid', 'owner') then 'owner_id'
            when field_name = 'rejectionreason' then 'rejection_reason'
            when field_name in ('converted', 'isconverted') then 'converted'
            when field_name = 'created' then 'created'
        end as canonical_field,
        old_values
    from logged

),

-- A log without a single old value keeps new values only; then a blank old value says nothing.
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
