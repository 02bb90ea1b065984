{{ by_lead('due', in_parts=true) }}
with

handoffs as (

    select * from {{ ref('int_handoffs') }}

),

activities as (

    select * from {{ ref('int_lead_activities') }}

),

owner_spans as (

    select * from {{ ref('int_owner_spans') }}

),

next_steps as (

    select
        source_system,
        lead_id,
        count(*) as future_tasks
    from activities
    where is_future_task
    group by source_system, lead_id

),

-- A day-level activity is in the window when its day is.
in_window as (

    select
        handoffs.handoff_number,
        activities.*
    from handoffs
    inner join activities
        on
            handoffs.source_system = activities.source_system
            and handoffs.lead_id = activities.lead_id
            and (activities.is_human_sales_activity or activities.is_automated_activity)
            and (
                (
                    not activities.is_day_level
                    and activities.happened_at between handoffs.opened_at and handoffs.window_ends_at
                )
                or (
                    activities.is_day_level
                    and activities.happened_on between handoffs.opened_on and handoffs.window_ends_on
                )
            )
    where handoffs.outcome != 'merged'

),

human as (

    select
        *,
        row_number() over (
            partition by source_system, lead_id, handoff_number order by happened_at, activity_id
        ) as first_rank,
        row_number() over (
            partition by source_system, lead_id, handoff_number
            order by happened_at desc, activity_id desc
        ) as last_rank
    from in_window
    where is_human_sales_activity

),

human_counts as (

    select
        source_system,
        lead_id,
        handoff_number,
        count(*) as human_activity_count,
        min(case when is_connected and not is_day_level then happened_at end) as connected_at,
        max(case when is_connected then 1 else 0 end) as has_connected
    from human
    group by source_system, lead_id, handoff_number

),

automated_counts as (

    select
        source_system,
        lead_id,
        handoff_number,
        count(*) as automated_activity_count,
        min(case when not is_day_level then happened_at end) as first_automated_activity_at
    from in_window
    where is_automated_activity
    group by source_system, lead_id, handoff_number

),

first_human as (

    select
        human.source_system,
        human.lead_id,
        human.handoff_number,
        human.happened_at,
        human.is_day_level,
        human.performer_id,
        owner_spans.owner_id as owner_then_id,
        coalesce(owner_spans.is_inferred, false) as is_owner_then_inferred
    from human
    left join owner_spans
        on
            human.source_system = owner_spans.source_system
            and human.lead_id = owner_spans.lead_id
            and human.happened_at >= owner_spans.starts_at
            and human.happened_at < owner_spans.ends_at
    where human.first_rank = 1

),

last_human as (

    select * from human
    where last_rank = 1

),

final as (

    select
        handoffs.source_system,
        handoffs.lead_id,
        handoffs.handoff_number,
        coalesce(human_counts.human_activity_count, 0) as human_activity_count,
        case when not first_human.is_day_level then first_human.happened_at end as first_human_activity_at,
        first_human.happened_at as first_human_stands_at,
        coalesce(first_human.is_day_level, false) as is_first_human_day_level,
        first_human.performer_id as first_human_performer_id,
        first_human.owner_then_id as first_human_owner_id,
        coalesce(first_human.is_owner_then_inferred, false) as is_first_human_owner_inferred,
        last_human.happened_at as last_human_activity_at,
        coalesce(last_human.is_day_level, false) as is_last_human_day_level,
        coalesce(last_human.has_body, false) as has_last_human_body,
        human_counts.connected_at,
        coalesce(human_counts.has_connected = 1, false) as has_connected,
        coalesce(automated_counts.automated_activity_count, 0) as automated_activity_count,
        automated_counts.first_automated_activity_at,
        coalesce(next_steps.future_tasks, 0) > 0 as has_future_task
    from handoffs
    left join human_counts
        on
            handoffs.source_system = human_counts.source_system
            and handoffs.lead_id = human_counts.lead_id
            and handoffs.handoff_number = human_counts.handoff_number
    left join automated_counts
        on
            handoffs.source_system = automated_counts.source_system
            and handoffs.lead_id = automated_counts.lead_id
            and handoffs.handoff_number = automated_counts.handoff_number
    left join first_human
        on
            handoffs.source_system = first_human.source_system
            and handoffs.lead_id = first_human.lead_id
            and handoffs.handoff_number = first_human.handoff_number
    left join last_human
        on
            handoffs.source_system = last_human.source_system
            and handoffs.lead_id = last_human.lead_id
            and handoffs.handoff_number = last_human.handoff_number
    left join next_steps
        on
            handoffs.source_system = next_steps.source_system
            and handoffs.lead_id = next_steps.lead_id

)

select * from final
