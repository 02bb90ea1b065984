-- No milestone stands before the opening or before the one that it follows from, none that is read in the window after
-- the window, and none at all after the span. An acceptance stamp may be a date, which is told by the start of its day:
-- it may be the day of the opening.
with

handoffs as (

    select * from {{ ref('fct_handoffs') }}

),

clock as (

    select * from {{ ref('int_clock') }}

),

dated as (

    select
        handoffs.*,
        {{ local_day('handoffs.opened_at', 'clock.default_timezone') }} as opened_on,
        {{ local_day('handoffs.accepted_at', 'clock.default_timezone') }} as accepted_on
    from handoffs
    cross join clock

),

final as (

    select *
    from dated
    where
        assigned_at < opened_at
        or human_owned_at < assigned_at
        or (human_owned_at is not null and assigned_at is null)
        or first_action_due_at < human_owned_at
        or first_human_activity_at < opened_at
        or first_automated_activity_at < opened_at
        or connected_at < first_human_activity_at
        or qualified_at < opened_at
        or first_worked_at < opened_at
        or accepted_on < opened_on
        or opportunity_created_at < opened_at
        or won_at < opportunity_created_at
        or greatest(
            assigned_at, human_owned_at, qualified_at, first_human_activity_at, first_automated_activity_at,
            connected_at, first_worked_at, accepted_at
        ) > coalesce(closed_at, span_ends_at)
        or greatest(opportunity_created_at, won_at) > span_ends_at

)

select * from final
