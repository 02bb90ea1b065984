{{ by_lead('changed') }}
with

field_events as (

    select * from {{ ref('int_field_events') }}
    where field = 'owner_id'

),

ordered as (

    select
        source_system,
        lead_id,
        value_number,
        to_value as owner_id,
        occurred_at as starts_at,
        lead(occurred_at) over (partition by source_system, lead_id order by value_number) as ends_at,
        is_day_level,
        lead(is_day_level, 1, false)
            over (partition by source_system, lead_id order by value_number)
            as is_end_day_level,
        provenance,
        is_initial
    from field_events

),

-- Of several changes at one instant only the last leaves an owner.
final as (

    select
        source_system,
        lead_id,
        value_number,
        owner_id,
        starts_at,
        coalesce(ends_at, cast('9999-12-31' as timestamp)) as ends_at,
        is_day_level,
        is_end_day_level,
        provenance,
        provenance = 'inferred' as is_inferred,
        is_initial
    from ordered
    where
        ends_at is null
        or ends_at > starts_at

)

select * from final
