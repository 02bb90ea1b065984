{{ by_lead('due') }}
{#- One row per clock: what starts it, what ends it. A day-level start gives an allowance that starts at the end of its
    day. -#}
with

handoffs as (

    select * from {{ ref('int_handoffs') }}

),

ownership as (

    select * from {{ ref('int_handoff_ownership') }}

),

actions as (

    select * from {{ ref('int_handoff_actions') }}

),

progress as (

    select * from {{ ref('int_handoff_progress') }}

),

field_events as (

    select * from {{ ref('int_field_events') }}

),

queue_spans as (

    select * from {{ ref('int_handoff_owner_spans') }}
    where owner_kind = 'queue'

),

joined as (

    select
        handoffs.source_system,
        handoffs.lead_id,
        handoffs.handoff_number,
        handoffs.opened_at,
        handoffs.is_opened_day_level,
        handoffs.is_opened_inferred,
        handoffs.closed_at,
        handoffs.is_closed_day_level,
        handoffs.is_closed_inferred,
        handoffs.outcome,
        handoffs.window_ends_at,
        handoffs.outcome != 'open' and handoffs.is_closed_day_level as is_window_end_day_level,
        handoffs.outcome != 'open' and handoffs.is_closed_inferred as is_window_end_inferred,
        -- A closing ends an allowance where it stands: a date at the start of its day, a record that went at its last
        -- modification. When today's value alone tells that it closed, nobody knows since when.
        handoffs.outcome in ('open', 'deleted', 'merged') or not handoffs.is_closed_inferred as is_window_end_told,
        handoffs.span_ends_at,
        coalesce(handoffs.is_next_opened_day_level, false) as is_span_end_day_level,
        coalesce(handoffs.is_next_opened_inferred, false) as is_span_end_inferred,
        not coalesce(handoffs.is_next_opened_inferred, false) as is_span_end_told,
        ownership.assigned_at,
        ownership.is_assigned_day_level,
        ownership.is_assigned_inferred,
        ownership.has_inferred_owner,
        ownership.human_owned_at,
        ownership.is_human_owned_day_level,
        ownership.is_human_owned_inferred,
        actions.first_human_activity_at,
        actions.first_human_stands_at,
        actions.is_first_human_day_level,
        actions.last_human_activity_at,
        actions.is_last_human_day_level,
        progress.accepted_at,
        progress.is_accepted_day_level,
        progress.is_accepted_inferred,
        progress.marked_at,
        progress.is_marked_day_level,
        progress.is_marked_inferred
    from handoffs
    inner join ownership
        on
            handoffs.source_system = ownership.source_system
            and handoffs.lead_id = ownership.lead_id
            and handoffs.handoff_number = ownership.handoff_number
    inner join actions
        on
            handoffs.source_system = actions.source_system
            and handoffs.lead_id = actions.lead_id
            and handoffs.handoff_number = actions.handoff_number
    inner join progress
        on
            handoffs.source_system = progress.source_system
            and handoffs.lead_id = progress.lead_id
            and handoffs.handoff_number = progress.handoff_number

),

routing as (

    select
        source_system, lead_id, handoff_number, 'routing' as clock, '' as queue_id, 'owner_assignment' as allowance,
        opened_at as starts_at, is_opened_day_level as is_start_day_level, is_opened_inferred as is_start_inferred,
        least(coalesce(assigned_at, first_human_activity_at), coalesce(first_human_activity_at, assigned_at))
            as ends_at,
        is_assigned_day_level and coalesce(assigned_at <= first_human_activity_at, true) as is_end_day_level,
        -- Where today's value alone names the owner, whoever he is, nobody knows how long the routing took.
        has_inferred_owner as is_end_inferred,
        false as is_end_told
    from joined

),

-- How long nobody who should own it did, whatever was done meanwhile.
assignment as (

    select
        source_system, lead_id, handoff_number, 'assignment' as clock, '' as queue_id, 'owner_assignment' as allowance,
        opened_at as starts_at, is_opened_day_level as is_start_day_level, is_opened_inferred as is_start_inferred,
        coalesce(assigned_at, window_ends_at) as ends_at,
        case when assigned_at is null then is_window_end_day_level else is_assigned_day_level end as is_end_day_level,
        case when assigned_at is null then is_window_end_inferred else is_assigned_inferred end as is_end_inferred,
        assigned_at is null and is_window_end_told as is_end_told
    from joined

),

queue as (

    select
        source_system, lead_id, handoff_number, 'queue' as clock, '' as queue_id, 'queue_wait' as allowance,
        assigned_at as starts_at,
        is_assigned_day_level or (is_opened_day_level and assigned_at = opened_at) as is_start_day_level,
        is_assigned_inferred or (is_opened_inferred and assigned_at = opened_at) as is_start_inferred,
        least(
            coalesce(human_owned_at, first_human_activity_at),
            greatest(coalesce(first_human_activity_at, human_owned_at), assigned_at)
        ) as ends_at,
        is_human_owned_day_level and coalesce(human_owned_at <= first_human_activity_at, true) as is_end_day_level,
        is_human_owned_inferred as is_end_inferred,
        false as is_end_told
    from joined
    where
        human_owned_at is not null
        or first_human_activity_at is not null

),

-- The wait as it stands, also of what a queue still holds.
waiting as (

    select
        source_system, lead_id, handoff_number, 'waiting' as clock, '' as queue_id, 'queue_wait' as allowance,
        assigned_at as starts_at,
        is_assigned_day_level or (is_opened_day_level and assigned_at = opened_at) as is_start_day_level,
        is_assigned_inferred or (is_opened_inferred and assigned_at = opened_at) as is_start_inferred,
        coalesce(human_owned_at, window_ends_at) as ends_at,
        case when human_owned_at is null then is_window_end_day_level else is_human_owned_day_level end
            as is_end_day_level,
        case when human_owned_at is null then is_window_end_inferred else is_human_owned_inferred end
            as is_end_inferred,
        human_owned_at is null and is_window_end_told as is_end_told
    from joined

),

human as (

    select
        source_system, lead_id, handoff_number, 'human' as clock, '' as queue_id, 'first_action' as allowance,
        human_owned_at as starts_at,
        is_human_owned_day_level or (is_opened_day_level and human_owned_at = opened_at) as is_start_day_level,
        is_human_owned_inferred or (is_opened_inferred and human_owned_at = opened_at) as is_start_inferred,
        greatest(first_human_stands_at, human_owned_at) as ends_at,
        is_first_human_day_level as is_end_day_level,
        false as is_end_inferred,
        false as is_end_told
    from joined
    where first_human_stands_at is not null

),

-- The first-action clock runs until the first action, or until now, or until the handoff closed without one.
first_action as (

    select
        source_system, lead_id, handoff_number, 'first_action' as clock, '' as queue_id, 'first_action' as allowance,
        human_owned_at as starts_at,
        is_human_owned_day_level or (is_opened_day_level and human_owned_at = opened_at) as is_start_day_level,
        is_human_owned_inferred or (is_opened_inferred and human_owned_at = opened_at) as is_start_inferred,
        greatest(coalesce(first_human_stands_at, window_ends_at), human_owned_at) as ends_at,
        case when first_human_stands_at is null then is_window_end_day_level else is_first_human_day_level end
            as is_end_day_level,
        first_human_stands_at is null and is_window_end_inferred as is_end_inferred,
        first_human_stands_at is null and is_window_end_told as is_end_told
    from joined

),

acceptance as (

    select
        source_system, lead_id, handoff_number, 'acceptance' as clock, '' as queue_id, 'acceptance' as allowance,
        opened_at as starts_at, is_opened_day_level as is_start_day_level, is_opened_inferred as is_start_inferred,
        coalesce(accepted_at, window_ends_at) as ends_at,
        case when accepted_at is null then is_window_end_day_level else is_accepted_day_level end as is_end_day_level,
        case when accepted_at is null then is_window_end_inferred else is_accepted_inferred end as is_end_inferred,
        accepted_at is null and is_window_end_told as is_end_told
    from joined

),

age as (

    select
        source_system, lead_id, handoff_number, 'age' as clock, '' as queue_id, 'outcome' as allowance,
        opened_at as starts_at, is_opened_day_level as is_start_day_level, is_opened_inferred as is_start_inferred,
        window_ends_at as ends_at, is_window_end_day_level as is_end_day_level,
        is_window_end_inferred as is_end_inferred,
        is_window_end_told as is_end_told
    from joined

),

status_update as (

    select
        source_system, lead_id, handoff_number, 'status_update' as clock, '' as queue_id, 'status_update' as allowance,
        first_human_stands_at as starts_at, is_first_human_day_level as is_start_day_level, false as is_start_inferred,
        window_ends_at as ends_at, is_window_end_day_level as is_end_day_level,
        is_window_end_inferred as is_end_inferred,
        is_window_end_told as is_end_told
    from joined

),

last_action as (

    select
        source_system, lead_id, handoff_number, 'abandon' as clock, '' as queue_id, 'abandon' as allowance,
        last_human_activity_at as starts_at, is_last_human_day_level as is_start_day_level, false as is_start_inferred,
        window_ends_at as ends_at, false as is_end_day_level, false as is_end_inferred,
        true as is_end_told
    from joined
    where outcome = 'open'

),

next_step as (

    select
        source_system, lead_id, handoff_number, 'next_step' as clock, '' as queue_id, 'next_step' as allowance,
        starts_at, is_start_day_level, is_start_inferred, ends_at, is_end_day_level, is_end_inferred, is_end_told
    from last_action

),

open_handoffs as (

    select * from joined
    where outcome = 'open'

),

-- Whatever moved in an open handoff: its opening, stage, status and owner, and what people did.
moves as (

    select
        source_system, lead_id, handoff_number, opened_at as moved_at,
        is_opened_day_level as is_day_level, is_opened_inferred as is_inferred
    from open_handoffs

    union all

    select
        open_handoffs.source_system, open_handoffs.lead_id, open_handoffs.handoff_number,
        field_events.occurred_at as moved_at,
        field_events.is_day_level, field_events.provenance = 'inferred' as is_inferred
    from open_handoffs
    inner join field_events
        on
            open_handoffs.source_system = field_events.source_system
            and open_handoffs.lead_id = field_events.lead_id
            and field_events.occurred_at between open_handoffs.opened_at and open_handoffs.window_ends_at
    where
        not field_events.is_initial
        and not (field_events.field = 'owner_id' and field_events.provenance = 'inferred')

    union all

    select
        source_system, lead_id, handoff_number, last_human_activity_at as moved_at,
        is_last_human_day_level as is_day_level, false as is_inferred
    from open_handoffs
    where last_human_activity_at is not null

),

-- Of several moves at the last instant the one that is known best counts.
numbered_moves as (

    select
        *,
        row_number() over (
            partition by source_system, lead_id, handoff_number order by moved_at desc, is_inferred, is_day_level
        ) as number_from_last
    from moves

),

stale as (

    select
        open_handoffs.source_system, open_handoffs.lead_id, open_handoffs.handoff_number,
        'stale' as clock, '' as queue_id, 'stale' as allowance,
        numbered_moves.moved_at as starts_at, numbered_moves.is_day_level as is_start_day_level,
        numbered_moves.is_inferred as is_start_inferred,
        open_handoffs.window_ends_at as ends_at, false as is_end_day_level, false as is_end_inferred,
        true as is_end_told
    from open_handoffs
    inner join numbered_moves
        on
            open_handoffs.source_system = numbered_moves.source_system
            and open_handoffs.lead_id = numbered_moves.lead_id
            and open_handoffs.handoff_number = numbered_moves.handoff_number
            and numbered_moves.number_from_last = 1

),

after_rejection as (

    select
        source_system, lead_id, handoff_number, 'after_rejection' as clock, '' as queue_id,
        'status_update' as allowance,
        closed_at as starts_at, is_closed_day_level as is_start_day_level, is_closed_inferred as is_start_inferred,
        span_ends_at as ends_at, is_span_end_day_level as is_end_day_level, is_span_end_inferred as is_end_inferred,
        is_span_end_told as is_end_told
    from joined
    where outcome = 'rejected'

),

opportunity as (

    select
        source_system, lead_id, handoff_number, 'opportunity' as clock, '' as queue_id, 'opportunity' as allowance,
        case when outcome = 'converted' then closed_at else marked_at end as starts_at,
        case when outcome = 'converted' then is_closed_day_level else is_marked_day_level end as is_start_day_level,
        case when outcome = 'converted' then is_closed_inferred else is_marked_inferred end as is_start_inferred,
        span_ends_at as ends_at, is_span_end_day_level as is_end_day_level, is_span_end_inferred as is_end_inferred,
        is_span_end_told as is_end_told
    from joined
    where
        outcome in ('open', 'converted')
        and marked_at is not null

),

queue_wait as (

    select
        queue_spans.source_system, queue_spans.lead_id, queue_spans.handoff_number,
        'queue_wait:' || queue_spans.value_number as clock, queue_spans.owner_id as queue_id, 'queue_wait' as allowance,
        queue_spans.owned_from as starts_at,
        queue_spans.is_day_level or (joined.is_opened_day_level and queue_spans.owned_from = joined.opened_at)
            as is_start_day_level,
        queue_spans.is_inferred or (joined.is_opened_inferred and queue_spans.owned_from = joined.opened_at)
            as is_start_inferred,
        queue_spans.owned_until as ends_at,
        case
            when queue_spans.is_owned_at_window_end then joined.is_window_end_day_level
            else queue_spans.is_end_day_level
        end as is_end_day_level,
        queue_spans.is_owned_at_window_end and joined.is_window_end_inferred as is_end_inferred,
        queue_spans.is_owned_at_window_end and joined.is_window_end_told as is_end_told
    from queue_spans
    inner join joined
        on
            queue_spans.source_system = joined.source_system
            and queue_spans.lead_id = joined.lead_id
            and queue_spans.handoff_number = joined.handoff_number

),

final as (

    {% for clock in [
        'routing', 'assignment', 'queue', 'waiting', 'human', 'first_action', 'acceptance', 'age', 'status_update',
        'last_action',
        'next_step', 'stale', 'after_rejection', 'opportunity', 'queue_wait',
    ] %}
    select * from {{ clock }}
    where
        starts_at is not null
        and ends_at is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select * from final
