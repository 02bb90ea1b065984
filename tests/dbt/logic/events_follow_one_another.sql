-- A lead's events are numbered without a gap in the order of their instants, its creation is told once, and an event
-- lies in the span of the handoff that it names.
with

events as (

    select * from {{ ref('fct_lead_events') }}

),

handoffs as (

    select * from {{ ref('fct_handoffs') }}

),

followed as (

    select
        events.*,
        lag(event_number) over (partition by source_system, lead_id order by event_number) as number_before,
        lag(occurred_at) over (partition by source_system, lead_id order by event_number) as occurred_before,
        count(case when event_type = 'created' then 1 end) over (partition by source_system, lead_id) as creations
    from events

),

final as (

    select followed.*
    from followed
    left join handoffs
        on
            followed.source_system = handoffs.source_system
            and followed.lead_id = handoffs.lead_id
            and followed.handoff_number = handoffs.handoff_number
    where
        followed.event_number != coalesce(followed.number_before, 0) + 1
        or followed.occurred_at < followed.occurred_before
        or followed.creations > 1
        or (followed.handoff_number is not null and handoffs.lead_id is null)
        or followed.occurred_at < handoffs.opened_at
        or followed.occurred_at > handoffs.span_ends_at

)

select * from final
