-- Routing, queue and human delay add up to speed-to-lead, in business minutes and by the wall clock; no part is
-- negative, none is longer in business time than by the wall clock, and without a human activity there is no speed.
with

handoffs as (

    select * from {{ ref('fct_handoffs') }}

),

final as (

    select *
    from handoffs
    where
        abs(
            speed_to_lead_minutes
            - coalesce(routing_minutes, 0) - coalesce(queue_minutes, 0) - coalesce(human_minutes, 0)
        ) > 1e-6
        or abs(
            speed_to_lead_elapsed_minutes
            - coalesce(routing_elapsed_minutes, 0) - coalesce(queue_elapsed_minutes, 0)
            - coalesce(human_elapsed_minutes, 0)
        ) > 1e-6
        or least(routing_minutes, queue_minutes, human_minutes) < 0
        or routing_minutes > routing_elapsed_minutes + 1e-6
        or queue_minutes > queue_elapsed_minutes + 1e-6
        or human_minutes > human_elapsed_minutes + 1e-6
        or (speed_to_lead_minutes is not null and first_human_activity_at is null)
        or (speed_to_lead_minutes is null) != (speed_to_lead_elapsed_minutes is null)

)

select * from final
