{{ by_lead('changed', in_parts=true) }}
with

lead_events as (

    select * from {{ ref('int_lead_events') }}

),

handoffs as (

    select * from {{ ref('int_handoffs') }}

),

numbered as (

    select
        *,
        row_number() over lead_log as event_number,
        -- Neighbours of one instant: what came first is not known.
        coalesce(occurred_at = lag(occurred_at) over lead_log, false)
        or coalesce(occurred_at = lead(occurred_at) over lead_log, false) as is_order_ambiguous
    from lead_events
    window lead_log as (
        partition by source_system, lead_id order by occurred_at, event_rank, change_order, event_id
    )

),

-- An event belongs to the handoff whose span it lies in; before the first opening to none.
final as (

    select
        numbered.source_system,
        numbered.lead_id,
        numbered.event_id,
        cast(numbered.event_number as integer) as event_number,
        numbered.event_type,
        numbered.occurred_at,
        numbered.is_day_level,
        numbered.is_order_ambiguous,
        numbered.actor_id,
        numbered.is_human,
        numbered.from_value,
        numbered.to_value,
        numbered.provenance,
        handoffs.handoff_number
    from numbered
    left join handoffs
        on
            numbered.source_system = handoffs.source_system
            and numbered.lead_id = handoffs.lead_id
            and numbered.occurred_at >= handoffs.opened_at
            and numbered.occurred_at <= handoffs.span_ends_at

)

select * from final
