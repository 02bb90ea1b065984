-- A lead is in one handoff at a time: each opens strictly later than the one before it closed, and only the last may
-- be open.
with

handoffs as (

    select * from {{ ref('fct_handoffs') }}

),

followed as (

    select
        source_system,
        lead_id,
        handoff_number,
        opened_at,
        closed_at,
        is_last_handoff,
        lead(handoff_number) over (partition by source_system, lead_id order by opened_at) as next_number,
        lead(opened_at) over (partition by source_system, lead_id order by opened_at) as next_opened_at
    from handoffs

),

final as (

    select * from followed
    where
        closed_at < opened_at
        or next_opened_at <= closed_at
        or (next_opened_at is not null and closed_at is null)
        or next_number != handoff_number + 1
        or is_last_handoff != (next_opened_at is null)

)

select * from final
