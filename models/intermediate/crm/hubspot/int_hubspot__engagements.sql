with calls as (

    select * from {{ ref('stg_hubspot__engagement_call') }}
    where _is_kept

),

emails as (

    select * from {{ ref('stg_hubspot__engagement_email') }}
    where _is_kept

),

meetings as (

    select * from {{ ref('stg_hubspot__engagement_meeting') }}
    where _is_kept

),

tasks as (

    select * from {{ ref('stg_hubspot__engagement_task') }}
    where _is_kept

),

communications as (

    select * from {{ ref('stg_hubspot__engagement_communication') }}
    where _is_kept

),

engagements as (

    select * from {{ ref('stg_hubspot__engagement') }}
    where _is_kept

),

-- stands_at: when the record says it happened; of a task, when it is due; of a meeting, when it starts.
of_tables as (

    select
        source_system,
        activity_id,
        'call' as activity_type,
        lower(status) as status_name,
        happened_at as stands_at,
        happened_at_is_day as stands_at_is_day,
        cast(null as {{ dbt.type_timestamp() }}) as completed_at,
        cast(null as boolean) as completed_at_is_day,
        created_at,
        created_at_is_day,
        owner_id,
        created_by,
        lower(direction) as direction_name,
        outcome,
        object_source,
        body,
        contacts,
        is_deleted,
        updated_at,
        updated_at_is_day,
        _landed_at,
        _synced_at
    from calls

    union all

    select
        source_system,
        activity_id,
        'email' as activity_type,
        lower(status) as status_name,
        happened_at as stands_at,
        happened_at_is_day as stands_at_is_day,
        cast(null as {{ dbt.type_timestamp() }}) as completed_at,
        cast(null as boolean) as completed_at_is_day,
        created_at,
        created_at_is_day,
        owner_id,
        created_by,
        lower(direction) as direction_name,
        cast(null as {{ dbt.type_string() }}) as outcome,
        object_source,
        body,
        contacts,
        is_deleted,
        updated_at,
        updated_at_is_day,
        _landed_at,
        _synced_at
    from emails

    union all

    select
        source_system,
        activity_id,
        'meeting' as activity_type,
        cast(null as {{ dbt.type_string() }}) as status_name,
        starts_at as stands_at,
        starts_at_is_day as stands_at_is_day,
        cast(null as {{ dbt.type_timestamp() }}) as completed_at,
        cast(null as boolean) as completed_at_is_day,
        created_at,
        created_at_is_day,
        owner_id,
        created_by,
        cast(null as {{ dbt.type_string() }}) as direction_name,
        outcome,
        object_source,
        body,
        contacts,
        is_deleted,
        updated_at,
        updated_at_is_day,
        _landed_at,
        _synced_at
    from meetings

    union all

    select
        source_system,
        activity_id,
        'task' as activity_type,
        lower(status) as status_name,
        due_at as stands_at,
        due_at_is_day as stands_at_is_day,
        completed_at,
        completed_at_is_day,
        created_at,
        created_at_is_day,
        owner_id,
        created_by,
        cast(null as {{ dbt.type_string() }}) as direction_name,
        cast(null as {{ dbt.type_string() }}) as outcome,
        object_source,
        body,
        contacts,
        is_deleted,
        updated_at,
        updated_at_is_day,
        _landed_at,
        _synced_at
    from tasks

    union all

    select
        source_system,
        activity_id,
        'message' as activity_type,
        cast(null as {{ dbt.type_string() }}) as status_name,
        happened_at as stands_at,
        happened_at_is_day as stands_at_is_day,
        cast(null as {{ dbt.type_timestamp() }}) as completed_at,
        cast(null as boolean) as completed_at_is_day,
        created_at,
        created_at_is_day,
        owner_id,
        created_by,
        lower(direction) as direction_name,
        cast(null as {{ dbt.type_string() }}) as outcome,
        object_source,
        body,
        contacts,
        is_deleted,
        updated_at,
        updated_at_is_day,
        _landed_at,
        _synced_at
    from communications

),

-- The oldest connectors land every type in one table, the particulars in its metadata. A note is no activity.
of_one_table as (

    select
        engagements.source_system,
        engagements.activity_id,
        case
            when upper(engagements.activity_type) = 'CALL' then 'call'
            when upper(engagements.activity_type) in ('EMAIL', 'INCOMING_EMAIL', 'FORWARDED_EMAIL') then 'email'
            when upper(engagements.activity_type) = 'MEETING' then 'meeting'
            when upper(engagements.activity_type) = 'TASK' then 'task'
            when upper(engagements.activity_type) in ('SMS', 'WHATS_APP', 'LINKEDIN_MESSAGE') then 'message'
        end as activity_type,
        lower(engagements.status) as status_name,
        coalesce(engagements.starts_at, engagements.happened_at) as stands_at,
        coalesce(engagements.starts_at_is_day, engagements.happened_at_is_day) as stands_at_is_day,
        engagements.completed_at,
        engagements.completed_at_is_day,
        engagements.created_at,
        engagements.created_at_is_day,
        engagements.owner_id,
        engagements.created_by,
        case
            when upper(engagements.activity_type) = 'INCOMING_EMAIL' then 'incoming_email'
            else lower(engagements.direction)
        end as direction_name,
        engagements.outcome,
        engagements.object_source,
        engagements.body,
        engagements.contacts,
        coalesce(engagements.is_deleted, not engagements.is_active) as is_deleted,
        engagements.updated_at,
        engagements.updated_at_is_day,
        engagements._landed_at,
        engagements._synced_at
    from engagements
    left join of_tables
        on
            engagements.source_system = of_tables.source_system
            and engagements.activity_id = of_tables.activity_id
    where of_tables.activity_id is null

),

stacked as (

    select * from of_tables
    union all
    select * from of_one_table
    where activity_type is not null

),

-- Older connectors keep who and when in the engagement itself.
completed as (

    select
        stacked.source_system,
        stacked.activity_id,
        stacked.activity_type,
        stacked.status_name,
        coalesce(stacked.stands_at, engagements.happened_at) as stands_at,
        coalesce(stacked.stands_at_is_day, engagements.happened_at_is_day) as stands_at_is_day,
        stacked.completed_at,
        stacked.completed_at_is_day,
        coalesce(stacked.created_at, engagements.created_at) as created_at,
        coalesce(stacked.created_at_is_day, engagements.created_at_is_day) as created_at_is_day,
        coalesce(stacked.owner_id, engagements.owner_id) as owner_id,
        coalesce(stacked.created_by, engagements.created_by) as created_by,
        stacked.direction_name,
        stacked.outcome,
        stacked.object_source,
        stacked.body,
        stacked.contacts,
        coalesce(stacked.is_deleted, false) as is_deleted,
        stacked.updated_at,
        stacked.updated_at_is_day,
        stacked._landed_at,
        stacked._synced_at
    from stacked
    left join engagements
        on
            stacked.source_system = engagements.source_system
            and stacked.activity_id = engagements.activity_id

),

judged as (

    select
        *,
        case
            when activity_type = 'task' then coalesce(status_name = 'completed', completed_at is not null)
            -- A call that nobody answered was made; one that was queued or called off was not.
            when activity_type = 'call' then coalesce(status_name, 'completed') not in (
                'queued', 'scheduled', 'planned', 'not_started', 'canceled', 'cancelled', 'failed'
            )
            when activity_type = 'email' then coalesce(status_name, 'sent') not in ('scheduled', 'draft', 'failed')
            else true
        end as is_completed,
        case
            when activity_type = 'task' then not coalesce(status_name = 'completed', completed_at is not null)
            when activity_type in ('call', 'email')
                then coalesce(status_name in ('queued', 'scheduled', 'planned', 'not_started', 'draft'), false)
            else false
        end as is_open_task
    from completed

),

translated as (

    select
        source_system,
        activity_id,
        activity_type,
        owner_id,
        created_by,
        case
            when not is_completed then null
            when activity_type = 'task' then coalesce(completed_at, updated_at, created_at)
            when activity_type = 'meeting' and created_at is not null then created_at
            when activity_type = 'meeting' and stands_at > _landed_at then null
            else coalesce(stands_at, created_at)
        end as happened_at,
        case
            when not is_completed then null
            when activity_type = 'task' and completed_at is not null then completed_at_is_day
            when activity_type = 'task' and updated_at is not null then updated_at_is_day
            when activity_type = 'task' then created_at_is_day
            when activity_type = 'meeting' and created_at is not null then created_at_is_day
            when activity_type = 'meeting' and stands_at > _landed_at then null
            else coalesce(stands_at_is_day, created_at_is_day)
        end as happened_is_day,
        created_at,
        case when activity_type = 'task' or is_open_task then stands_at end as due_at,
        case when activity_type = 'task' or is_open_task then stands_at_is_day end as due_is_day,
        case when activity_type = 'meeting' then stands_at end as starts_at,
        is_completed,
        is_open_task,
        case when direction_name in ('inbound', 'incoming_email', 'incoming') then 'inbound' else 'outbound' end
            as direction,
        outcome,
        -- A task is done by whoever completes it, whatever created it.
        activity_type != 'task' and coalesce(
            upper(object_source) in ('SEQUENCES', 'AUTOMATION_PLATFORM', 'WORKFLOWS', 'MARKETING_EMAIL'), false
        ) as is_automated_source,
        object_source as source,
        body,
        contacts,
        is_deleted,
        _synced_at as synced_at
    from judged

)

select * from translated
