{{ by_lead('landed', is_view=true) }}
with tasks as (

    select
        *,
        coalesce(is_closed, false) or coalesce(lower(status) = 'completed', false) as is_completed
    from {{ ref('stg_salesforce__task') }}
    where _is_kept

),

clock as (

    select * from {{ ref('int_clock') }}

),

-- Closed without a completion stamp, a task was done when it was logged, unless its date says: on an earlier day. The
-- date is the user's own, the log's instant is UTC: only a date earlier than the log's day in both zones is earlier.
dated as (

    select
        tasks.*,
        tasks.is_completed
        and tasks.completed_at is null
        and tasks.activity_date is not null
        and coalesce(
            cast(tasks.activity_date as date) < case
                when tasks.created_at_is_day then cast(tasks.created_at as date)
                else least(
                    cast(tasks.created_at as date),
                    {{ local_day('tasks.created_at', 'clock.default_timezone') }}
                )
            end,
            true
        ) as is_dated_back
    from tasks
    cross join clock

),

translated as (

    select
        source_system,
        activity_id,
        who_id,
        what_id,
        case
            when lower(task_subtype) = 'call' then 'call'
            when lower(task_subtype) in ('email', 'listemail') then 'email'
            when lower(task_subtype) = 'linkedin' then 'message'
            when lower(task_type) = 'call' then 'call'
            when lower(task_type) in ('email', 'e-mail') then 'email'
            when lower(task_type) in ('sms', 'text', 'message', 'chat', 'whatsapp', 'linkedin') then 'message'
            else 'task'
        end as activity_type,
        owner_id,
        created_by,
        case
            when not is_completed then null
            when completed_at is not null then completed_at
            when is_dated_back then {{ dbt.date_trunc('day', 'activity_date') }}
            else created_at
        end as happened_at,
        case
            when not is_completed then null
            when completed_at is not null then completed_at_is_day
            when is_dated_back then true
            else created_at_is_day
        end as happened_is_day,
        created_at,
        activity_date as due_at,
        activity_date_is_day as due_is_day,
        cast(null as {{ dbt.type_timestamp() }}) as starts_at,
        is_completed,
        not is_completed as is_open_task,
        case when lower(call_type) = 'inbound' then 'inbound' else 'outbound' end as direction,
        outcome,
        coalesce(lower(task_subtype) = 'listemail', false) as is_automated_source,
        task_subtype as source,
        body,
        coalesce(is_deleted, false) as is_deleted,
        _synced_at as synced_at
    from dated

)

select * from translated
