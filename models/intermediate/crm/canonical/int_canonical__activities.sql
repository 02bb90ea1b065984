{{ by_lead('landed', is_view=true) }}
with logged as (

    select
        *,
        case
            when activity_type is null then 'task'
            when lower(activity_type) = 'e-mail' then 'email'
            when lower(activity_type) in ('sms', 'text', 'chat', 'whatsapp', 'linkedin') then 'message'
            else lower(activity_type)
        end as type_name,
        lower(status) as status_name,
        lower(source) as source_name
    from {{ ref('stg_canonical__activities') }}
    where _is_kept

),

-- Without a status, what happened is known by its instant; a task that is only due has not happened.
judged as (

    select
        *,
        case
            when type_name = 'meeting' then true
            when status_name in ('completed', 'complete', 'done', 'closed', 'sent', 'held') then true
            when status_name is not null then false
            else occurred_at is not null
        end as is_completed
    from logged

),

-- A note or a letter is no sales activity of the kinds that the diagnosis counts.
counted as (

    select * from judged
    where type_name in ('call', 'email', 'meeting', 'message', 'task')

),

translated as (

    select
        source_system,
        activity_id,
        lead_id,
        type_name as activity_type,
        owner_id,
        created_by,
        -- A meeting counts when it is booked, everything else when it is done.
        case
            when type_name = 'meeting' and created_at is not null then created_at
            when type_name = 'meeting' and occurred_at <= _landed_at then occurred_at
            when type_name != 'meeting' and is_completed then coalesce(occurred_at, created_at)
        end as happened_at,
        case
            when type_name = 'meeting' and created_at is not null then created_at_is_day
            when type_name = 'meeting' and occurred_at <= _landed_at then occurred_at_is_day
            when type_name != 'meeting' and is_completed then coalesce(occurred_at_is_day, created_at_is_day)
        end as happened_is_day,
        created_at,
        case
            when type_name = 'meeting' then null
            when is_completed then due_at
            else coalesce(due_at, occurred_at)
        end as due_at,
        case
            when type_name = 'meeting' then null
            when is_completed then due_at_is_day
            else coalesce(due_at_is_day, occurred_at_is_day)
        end as due_is_day,
        case when type_name = 'meeting' then occurred_at end as starts_at,
        is_completed,
        not is_completed as is_open_task,
        coalesce(lower(direction), 'outbound') as direction,
        outcome,
        -- A task is done by whoever completes it, whatever planned it.
        -- An integration alone is no automation: diallers and mail add-ins log what people do.
        type_name != 'task' and coalesce(source_name not in ('manual', 'integration'), false) as is_automated_source,
        source,
        body is not null as has_body,
        _synced_at as synced_at
    from counted

)

select * from translated
