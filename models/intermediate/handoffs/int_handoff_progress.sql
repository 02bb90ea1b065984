{{ by_lead('due', in_parts=true) }}
with

handoffs {{ as_read_each_time() }} (

    select * from {{ ref('int_handoffs') }}

),

actions as (

    select * from {{ ref('int_handoff_actions') }}

),

stage_events {{ as_read_each_time() }} (

    select * from {{ ref('int_stage_events') }}

),

status_events {{ as_read_each_time() }} (

    select * from {{ ref('int_status_events') }}

),

stages as (

    select * from {{ ref('stg_policies__lifecycle_stages') }}

),

leads as (

    select * from {{ ref('int_lead_records') }}

),

clock as (

    select * from {{ ref('int_clock') }}

),

exits as (

    select * from {{ ref('int_lead_exits') }}

),

opportunities as (

    select * from {{ ref('int_lead_opportunities') }}

),

-- What a move along the path leaves out: of several required stages the first by name.
skipped_stages as (

    select
        from_stages.stage as from_stage,
        to_stages.stage as to_stage,
        min(stages.stage) as skipped_stage
    from stages
    inner join stages as from_stages on stages.rank > from_stages.rank
    inner join stages as to_stages on stages.rank < to_stages.rank
    where
        stages.is_required
        and stages.stage not in ('recycled', 'disqualified')
        and from_stages.stage not in ('recycled', 'disqualified')
        and to_stages.stage not in ('recycled', 'disqualified')
    group by from_stages.stage, to_stages.stage

),

-- A stage is on the path when it is neither recycled nor disqualified: only moves along the path go forward or back.
stage_moves as (

    select
        stage_events.*,
        skipped_stages.skipped_stage,
        coalesce(
            stage_events.to_stage not in ('recycled', 'disqualified')
            and stage_events.last_named_stage not in ('recycled', 'disqualified')
            and stage_events.to_rank < from_stages.rank,
            false
        ) as is_backward
    from stage_events
    left join stages as from_stages on stage_events.last_named_stage = from_stages.stage
    left join skipped_stages
        on
            stage_events.last_named_stage = skipped_stages.from_stage
            and stage_events.to_stage = skipped_stages.to_stage

),

stages_in_span as (

    select
        handoffs.source_system,
        handoffs.lead_id,
        handoffs.handoff_number,
        handoffs.closed_at,
        handoffs.outcome,
        stage_moves.occurred_at,
        stage_moves.occurred_at <= handoffs.window_ends_at as is_until_close,
        stage_moves.occurred_at between handoffs.opened_at and handoffs.window_ends_at as is_in_window,
        stage_moves.is_becoming_sales_ready,
        stage_moves.skipped_stage,
        stage_moves.is_backward,
        stage_moves.value_number,
        stage_moves.is_to_active_sales,
        coalesce(stage_moves.to_stage, '') as to_stage
    from handoffs
    inner join stage_moves
        on
            handoffs.source_system = stage_moves.source_system
            and handoffs.lead_id = stage_moves.lead_id
            and stage_moves.occurred_at <= handoffs.span_ends_at

),

stages_held as (

    select
        source_system,
        lead_id,
        handoff_number,
        min(case when is_in_window and is_becoming_sales_ready then occurred_at end) as became_sales_ready_at,
        min(case when is_in_window and skipped_stage is not null then occurred_at end) as stage_skipped_at,
        {{ value_at_first('skipped_stage', 'occurred_at') }}
            filter (where is_in_window and skipped_stage is not null) as skipped_stage,
        min(case
            when
                is_in_window
                and is_backward
                and not (occurred_at = closed_at and outcome in ('rejected', 'recycled'))
                then occurred_at
        end) as stage_regressed_at,
        {{ value_at_last('to_stage', 'value_number') }} as stage_at_span_end,
        {{ value_at_last('occurred_at', 'value_number') }} as stage_at_span_end_since,
        {{ value_at_last('is_to_active_sales', 'value_number') }} as is_stage_active_at_span_end,
        {{ value_at_last('to_stage', 'value_number') }} filter (where is_until_close) as lifecycle_stage
    from stages_in_span
    group by source_system, lead_id, handoff_number

),

statuses_in_span as (

    select
        handoffs.source_system,
        handoffs.lead_id,
        handoffs.handoff_number,
        status_events.occurred_at,
        status_events.occurred_at <= handoffs.window_ends_at as is_until_close,
        status_events.occurred_at between handoffs.opened_at and handoffs.window_ends_at as is_in_window,
        status_events.occurred_at >= actions.first_human_stands_at as is_after_action,
        status_events.occurred_at <= greatest(actions.first_human_stands_at, handoffs.opened_at)
            as is_until_first_action,
        status_events.value_number,
        status_events.is_undated,
        status_events.is_vague,
        status_events.to_group,
        status_events.to_raw_status
    from handoffs
    inner join actions
        on
            handoffs.source_system = actions.source_system
            and handoffs.lead_id = actions.lead_id
            and handoffs.handoff_number = actions.handoff_number
    inner join status_events
        on
            handoffs.source_system = status_events.source_system
            and handoffs.lead_id = status_events.lead_id
            and status_events.occurred_at <= handoffs.span_ends_at

),

statuses_held as (

    select
        source_system,
        lead_id,
        handoff_number,
        -- From one working status to the next is work as well.
        min(case when is_in_window and to_group in ('accepted', 'working') then occurred_at end) as first_worked_at,
        min(case
            when is_in_window and is_after_action and to_group = 'working' and not is_undated then occurred_at
        end) as worked_after_action_at,
        min(case when is_in_window and not is_until_first_action and to_group != 'new' then occurred_at end)
            as left_new_at,
        {{ value_at_last('to_group', 'value_number') }} filter (where is_until_close) as status_group,
        {{ value_at_last('is_vague', 'value_number') }} filter (where is_until_close) as is_status_vague,
        {{ value_at_last('to_raw_status', 'value_number') }} filter (where is_until_close) as raw_status,
        {{ value_at_last('occurred_at', 'value_number') }} as status_at_span_end_since,
        {{ value_at_last('to_group', 'value_number') }} filter (where is_until_first_action)
            as status_group_at_first_action,
        {{ value_at_last('to_group', 'value_number') }} as status_group_at_span_end
    from statuses_in_span
    group by source_system, lead_id, handoff_number

),

-- The history's word goes before a stamp's, and a stamp's before what only today's value tells. A stage that was
-- entered on some day stands where it opens and closes handoffs, so that no two of one day are accepted by it.
acceptance_events as (

    select source_system, lead_id, occurred_at, is_day_level, provenance, false as is_stamp
    from status_events
    where
        is_entry
        and to_group = 'accepted'

    union all

    select source_system, lead_id, occurred_at, is_day_level, provenance, false as is_stamp
    from stage_events
    where
        is_entry
        and to_stage in ('sal', 'sql')

    union all

    select
        source_system, lead_id, accepted_stamp_at as occurred_at, accepted_stamp_is_day as is_day_level,
        'record' as provenance, true as is_stamp
    from leads
    where accepted_stamp_at is not null

),

numbered_acceptances as (

    select
        handoffs.source_system,
        handoffs.lead_id,
        handoffs.handoff_number,
        acceptance_events.occurred_at as accepted_at,
        acceptance_events.is_day_level,
        acceptance_events.provenance = 'inferred' as is_inferred,
        row_number() over (
            partition by handoffs.source_system, handoffs.lead_id, handoffs.handoff_number
            order by
                case acceptance_events.provenance when 'history' then 1 when 'record' then 2 else 3 end,
                acceptance_events.occurred_at
        ) as acceptance_number
    from handoffs
    cross join clock
    inner join acceptance_events
        on
            handoffs.source_system = acceptance_events.source_system
            and handoffs.lead_id = acceptance_events.lead_id
            and case
                when acceptance_events.is_stamp and acceptance_events.is_day_level
                    then
                        {{ local_day('acceptance_events.occurred_at', 'clock.default_timezone') }}
                        between handoffs.opened_on and handoffs.window_ends_on
                else acceptance_events.occurred_at between handoffs.opened_at and handoffs.window_ends_at
            end

),

acceptances as (

    select *
    from numbered_acceptances
    where acceptance_number = 1

),

-- What marks a lead converted or sales-qualified, each with the moment from which it holds.
mark_starts as (

    select source_system, lead_id, 'status' as mark, occurred_at, is_day_level, provenance = 'inferred' as is_inferred
    from status_events
    where
        is_entry
        and to_group = 'converted'

    union all

    select source_system, lead_id, 'stage' as mark, occurred_at, is_day_level, provenance = 'inferred' as is_inferred
    from stage_events
    where
        to_stage in ('sql', 'opportunity', 'customer')
        and coalesce(from_stage, '') not in ('sql', 'opportunity', 'customer')

    union all

    select source_system, lead_id, 'flag' as mark, occurred_at, is_day_level, provenance = 'inferred' as is_inferred
    from exits
    where event_type = 'converted'

),

last_mark_starts as (

    select
        handoffs.source_system,
        handoffs.lead_id,
        handoffs.handoff_number,
        mark_starts.mark,
        mark_starts.occurred_at < handoffs.opened_at as is_before_opening,
        mark_starts.occurred_at,
        mark_starts.is_inferred,
        mark_starts.is_day_level,
        row_number() over (
            partition by handoffs.source_system, handoffs.lead_id, handoffs.handoff_number, mark_starts.mark
            order by mark_starts.occurred_at desc, mark_starts.is_inferred
        ) as number_from_last
    from handoffs
    inner join mark_starts
        on
            handoffs.source_system = mark_starts.source_system
            and handoffs.lead_id = mark_starts.lead_id
            and mark_starts.occurred_at <= handoffs.span_ends_at

),

standing_marks as (

    select
        handoffs.source_system,
        handoffs.lead_id,
        handoffs.handoff_number,
        case when last_mark_starts.is_before_opening then handoffs.opened_at else last_mark_starts.occurred_at end
            as marked_at,
        case
            when last_mark_starts.is_before_opening then handoffs.is_opened_inferred
            else last_mark_starts.is_inferred
        end
            as is_marked_inferred,
        case
            when last_mark_starts.is_before_opening then handoffs.is_opened_day_level
            else last_mark_starts.is_day_level
        end
            as is_marked_day_level
    from handoffs
    inner join last_mark_starts
        on
            handoffs.source_system = last_mark_starts.source_system
            and handoffs.lead_id = last_mark_starts.lead_id
            and handoffs.handoff_number = last_mark_starts.handoff_number
            and last_mark_starts.number_from_last = 1
    left join statuses_held
        on
            handoffs.source_system = statuses_held.source_system
            and handoffs.lead_id = statuses_held.lead_id
            and handoffs.handoff_number = statuses_held.handoff_number
    left join stages_held
        on
            handoffs.source_system = stages_held.source_system
            and handoffs.lead_id = stages_held.lead_id
            and handoffs.handoff_number = stages_held.handoff_number
    where
        (last_mark_starts.mark = 'flag' and not last_mark_starts.is_before_opening)
        or (last_mark_starts.mark = 'status' and statuses_held.status_group_at_span_end = 'converted')
        or (
            last_mark_starts.mark = 'stage'
            and stages_held.stage_at_span_end in ('sql', 'opportunity', 'customer')
        )

),

-- Of several marks the earliest that is known to the minute starts the clock.
marked as (

    select
        source_system,
        lead_id,
        handoff_number,
        marked_at,
        is_marked_inferred,
        is_marked_day_level
    from (
        select
            *,
            row_number() over (
                partition by source_system, lead_id, handoff_number
                order by is_marked_inferred, marked_at, is_marked_day_level
            ) as mark_number
        from standing_marks
    ) as numbered_marks
    where mark_number = 1

),

deletions as (

    select
        handoffs.source_system,
        handoffs.lead_id,
        handoffs.handoff_number,
        min(exits.occurred_at) as deleted_at
    from handoffs
    inner join exits
        on
            handoffs.source_system = exits.source_system
            and handoffs.lead_id = exits.lead_id
            and exits.event_type = 'deleted'
            and exits.occurred_at between handoffs.opened_at and handoffs.span_ends_at
    group by handoffs.source_system, handoffs.lead_id, handoffs.handoff_number

),

opportunities_linked as (

    select
        handoffs.source_system,
        handoffs.lead_id,
        handoffs.handoff_number,
        coalesce(bool_or(opportunities.created_at between handoffs.opened_at and handoffs.window_ends_at), false)
            as has_opportunity_in_window,
        min(case when opportunities.created_at >= handoffs.opened_at then opportunities.created_at end)
            as opportunity_created_at,
        count(*) as linked_opportunities,
        -- No deal is won before it exists, whatever date somebody typed, or in whichever zone.
        min(case
            when
                opportunities.is_won
                and opportunities.created_at >= handoffs.opened_at
                and opportunities.closed_at <= handoffs.span_ends_at
                then greatest(opportunities.closed_at, opportunities.created_at)
        end) as won_at
    from handoffs
    inner join opportunities
        on
            handoffs.source_system = opportunities.source_system
            and handoffs.lead_id = opportunities.lead_id
            and coalesce(opportunities.created_at <= handoffs.span_ends_at, true)
    group by handoffs.source_system, handoffs.lead_id, handoffs.handoff_number

),

final as (

    select
        handoffs.source_system,
        handoffs.lead_id,
        handoffs.handoff_number,
        case when handoffs.opened_by = 'mql' then handoffs.opened_at else stages_held.became_sales_ready_at end
            as qualified_at,
        acceptances.accepted_at,
        coalesce(acceptances.is_day_level, false) as is_accepted_day_level,
        coalesce(acceptances.is_inferred, false) as is_accepted_inferred,
        statuses_held.first_worked_at,
        case when handoffs.outcome = 'rejected' then handoffs.closed_at end as rejected_at,
        case when handoffs.outcome = 'recycled' then handoffs.closed_at end as recycled_at,
        statuses_held.worked_after_action_at,
        statuses_held.left_new_at,
        coalesce(statuses_held.status_group, 'new') as status_group,
        coalesce(statuses_held.is_status_vague, false) as is_status_vague,
        statuses_held.raw_status,
        coalesce(statuses_held.status_group_at_first_action, 'new') as status_group_at_first_action,
        coalesce(statuses_held.status_group_at_span_end, 'new') as status_group_at_span_end,
        statuses_held.status_at_span_end_since,
        nullif(stages_held.lifecycle_stage, '') as lifecycle_stage,
        nullif(stages_held.stage_at_span_end, '') as stage_at_span_end,
        stages_held.stage_at_span_end_since,
        coalesce(stages_held.is_stage_active_at_span_end, false) as is_stage_active_at_span_end,
        stages_held.stage_skipped_at,
        stages_held.skipped_stage,
        stages_held.stage_regressed_at,
        marked.marked_at is not null as is_marked_converted,
        marked.marked_at,
        coalesce(marked.is_marked_inferred, false) as is_marked_inferred,
        coalesce(marked.is_marked_day_level, false) as is_marked_day_level,
        coalesce(opportunities_linked.has_opportunity_in_window, false) as has_opportunity_in_window,
        opportunities_linked.opportunity_created_at,
        coalesce(opportunities_linked.linked_opportunities, 0) > 0 as has_linked_opportunity,
        opportunities_linked.won_at,
        deletions.deleted_at
    from handoffs
    inner join leads
        on
            handoffs.source_system = leads.source_system
            and handoffs.lead_id = leads.lead_id
    {%- for part in [
        'acceptances', 'stages_held', 'statuses_held', 'marked', 'deletions', 'opportunities_linked',
    ] %}
    left join {{ part }}
        on
            handoffs.source_system = {{ part }}.source_system
            and handoffs.lead_id = {{ part }}.lead_id
            and handoffs.handoff_number = {{ part }}.handoff_number
    {%- endfor %}

)

select * from final
