-- The outcome is what the closing milestone says: an open handoff has none, a rejected or recycled one closes at it.
with

handoffs as (

    select * from {{ ref('fct_handoffs') }}

),

final as (

    select *
    from handoffs
    where
        (outcome = 'open') != (closed_at is null)
        or (outcome = 'rejected') != (rejected_at is not null)
        or (outcome = 'recycled') != (recycled_at is not null)
        or rejected_at != closed_at
        or recycled_at != closed_at
        or (outcome = 'merged' and (human_activity_count > 0 or automated_activity_count > 0))
        or (opened_by = 'mql' and qualified_at != opened_at)

)

select * from final
