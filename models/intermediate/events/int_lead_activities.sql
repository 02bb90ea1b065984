{{ by_lead('changed') }}
with

activities {{ as_read_each_time() }} (

    select * from {{ ref('int_crm__activities') }}

),

leads as (

    select * from {{ ref('int_lead_records') }}

),

merges as (

    select * from {{ ref('int_lead_merges') }}

),

owner_aliases as (

    select * from {{ ref('int_owner_aliases') }}

),

owner_team_periods as (

    select * from {{ ref('int_owner_team_periods') }}

),

outcome_values as (

    select * from {{ ref('int_outcome_values') }}

),

clock as (

    select * from {{ ref('int_clock') }}

),

records_of_survivors as (

    select source_system, lead_id, survivor_lead_id from merges
    union
    select source_system, survivor_lead_id as lead_id, survivor_lead_id from merges

),

-- One call that hangs on both records of a person is one call.
links_of_survivors as (

    select
        activities.source_system,
        activities.activity_id,
        activities.lead_id,
        row_number() over (
            partition by activities.source_system, activities.activity_id, records_of_survivors.survivor_lead_id
            order by activities.lead_id
        ) as link_number
    from activities
    inner join records_of_survivors
        on
            activities.source_system = records_of_survivors.source_system
            and activities.lead_id = records_of_survivors.lead_id

),

-- What was done with a merged record was done with the person who survives.
placed as (

    select
        activities.source_system,
        activities.activity_id,
        coalesce(merges.survivor_lead_id, activities.lead_id) as lead_id,
        activities.activity_type,
        coalesce(owner.as_owner_id, creator.as_actor_id, activities.owner_id, activities.created_by) as performer_id,
        case
            when activities.happened_is_day
                then {{ day_start('cast(activities.happened_at as date)', 'clock.default_timezone') }}
            else activities.happened_at
        end as happened_at,
        coalesce(activities.happened_is_day, false) as is_day_level,
        case
            when activities.happened_is_day then cast(activities.happened_at as date)
            else {{ local_day('activities.happened_at', 'clock.default_timezone') }}
        end as happened_on,
        activities.is_completed,
        activities.is_open_task,
        case when activities.due_is_day then cast(activities.due_at as date)
            else {{ local_day('activities.due_at', 'clock.default_timezone') }} end as due_on,
        activities.starts_at,
        activities.direction,
        coalesce(activities.has_body, false) as has_body,
        activities.is_automated_source,
        activities.created_at as logged_at,
        coalesce(outcome_values.is_connected, false) as is_outcome_connected,
        clock.as_of,
        clock.as_of_day,
        clock.default_timezone
    from activities
    cross join clock
    left join merges
        on
            activities.source_system = merges.source_system
            and activities.lead_id = merges.lead_id
    left join owner_aliases as owner
        on
            activities.source_system = owner.source_system
            and activities.owner_id = owner.alias_id
    left join owner_aliases as creator
        on
            activities.source_system = creator.source_system
            and activities.created_by = creator.alias_id
    left join outcome_values
        on
            activities.source_system = outcome_values.source_system
            and {{ match_key('activities.outcome') }} = outcome_values.raw_key
    left join links_of_survivors
        on
            activities.source_system = links_of_survivors.source_system
            and activities.activity_id = links_of_survivors.activity_id
            and activities.lead_id = links_of_survivors.lead_id
    where coalesce(links_of_survivors.link_number, 1) = 1

),

performed as (

    select
        placed.*,
        owner_team_periods.owner_kind as performer_kind,
        placed.is_automated_source or coalesce(owner_team_periods.is_automation_user, false) as is_automated,
        -- A reply is not sales' own doing: an inbound email or message never, an inbound call only when answered.
        coalesce(placed.direction, 'outbound') != 'inbound'
        or placed.activity_type in ('meeting', 'task')
        or (placed.activity_type = 'call' and placed.is_outcome_connected) as is_sales_direction,
        -- None dated before the lead's creation counts.
        case
            when leads.created_at is null then true
            when placed.is_day_level or leads.created_at_is_day
                then placed.happened_on >= {{ local_day('leads.created_at', 'placed.default_timezone') }}
            else placed.happened_at >= leads.created_at
        end as is_after_creation
    from placed
    inner join leads
        on
            placed.source_system = leads.source_system
            and placed.lead_id = leads.lead_id
    left join owner_team_periods
        on
            placed.source_system = owner_team_periods.source_system
            and placed.performer_id = owner_team_periods.owner_id
            and coalesce(placed.happened_at, placed.as_of) >= owner_team_periods.starts_at
            and coalesce(placed.happened_at, placed.as_of) < owner_team_periods.ends_at

),

final as (

    select
        source_system,
        lead_id,
        activity_id,
        activity_type,
        performer_id,
        happened_at,
        happened_on,
        is_day_level,
        has_body,
        is_completed
        and happened_at <= as_of
        and is_after_creation as is_done,
        is_completed
        and happened_at <= as_of
        and is_after_creation
        and is_sales_direction
        and not is_automated
        and coalesce(performer_kind = 'sales_user', false) as is_human_sales_activity,
        is_completed
        and happened_at <= as_of
        and is_after_creation
        and is_sales_direction
        and is_automated as is_automated_activity,
        is_completed
        and happened_at <= as_of
        and is_after_creation
        and is_sales_direction
        and not is_automated
        and coalesce(performer_kind = 'sales_user', false)
        and is_outcome_connected as is_connected,
        -- A next step: an open task due today or later, or a meeting that has not started.
        (is_open_task and due_on >= as_of_day and coalesce(logged_at <= as_of, true))
        or (
            activity_type = 'meeting'
            and starts_at > as_of
            and coalesce(logged_at <= as_of, true)
        ) as is_future_task
    from performed

)

select * from final
