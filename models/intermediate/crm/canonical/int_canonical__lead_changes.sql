with changes as (

    select
        *,
        {{ normalised_name_sql('field') }} as field_name
    from {{ ref('stg_canonical__lead_changes') }}
    where _is_kept

),

named as (

    select
        *,
        case
            when field_name in ('lifecyclestage', 'stage') then 'lifecycle_stage'
            when field_name in ('status', 'leadstatus') then 'status'
            when field_name in ('ownerid', 'owner') then 'owner_id'
            when field_name = 'rejectionreason' then 'rejection_reason'
            when field_name in ('converted', 'isconverted') then 'converted'
            when field_name = 'created' then 'created'
        end as canonical_field
    from changes

),

-- A log without a single old value keeps new values only; then a blank old value says nothing.
logs as (

    select
        source_system,
        canonical_field,
        count(old_value) > 0 as has_old_value
    from named
    where canonical_field is not null
    group by source_system, canonical_field

),

translated as (

    select
        named.source_system,
        named.change_id,
        named.lead_id,
        named.canonical_field as field,
        named.old_value,
        named.new_value,
        named.changed_at,
        named.changed_at_is_day,
        named.changed_by,
        logs.has_old_value,
        cast(null as boolean) as is_automated_source
    from named
    inner join logs
        on
            named.source_system = logs.source_system
            and named.canonical_field = logs.canonical_field

)

select * from translated
