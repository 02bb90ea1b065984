{{ by_lead('landed', is_view=true) }}
with events as (

    select * from {{ ref('stg_salesforce__event') }}
    where _is_kept

),

-- Booking a meeting counts when it is booked.
translated as (

    select
        source_system,
        activity_id,
        who_id,
        what_id,
        'meeting' as activity_type,
        owner_id,
        created_by,
        case
            when created_at is not null then created_at
            when starts_at <= _landed_at then starts_at
        end as happened_at,
        case
            when created_at is not null then created_at_is_day
            when starts_at <= _landed_at then starts_at_is_day
        end as happened_is_day,
        created_at,
        cast(null as {{ dbt.type_timestamp() }}) as due_at,
        cast(null as boolean) as due_is_day,
        starts_at,
        true as is_completed,
        false as is_open_task,
        'outbound' as direction,
        outcome,
        false as is_automated_source,
        'Event' as source,
        body,
        coalesce(is_deleted, false) as is_deleted,
        _synced_at as synced_at
    from events

)

select * from translated
