{{ by_lead('due') }}
with

handoffs as (

    select * from {{ ref('int_handoffs') }}

),

owner_spans as (

    select * from {{ ref('int_owner_spans') }}

),

clock as (

    select * from {{ ref('int_clock') }}

),

owner_team_periods as (

    select * from {{ ref('int_owner_team_periods') }}

),

overlapping as (

    select
        handoffs.source_system,
        handoffs.lead_id,
        handoffs.handoff_number,
        owner_spans.value_number,
        owner_spans.owner_id,
        -- What is known by its day may close before the creation on that day: the first owner had it all the same.
        case
            when owner_spans.starts_at > handoffs.window_ends_at then handoffs.opened_at
            else greatest(owner_spans.starts_at, handoffs.opened_at)
        end as owned_from,
        least(owner_spans.ends_at, handoffs.window_ends_at) as owned_until,
        owner_spans.ends_at > handoffs.window_ends_at as is_owned_at_window_end,
        owner_spans.is_inferred,
        owner_spans.is_end_day_level,
        -- Whoever owned it before it opened, or was created with it, has it from the opening on: the opening's own
        -- precision is asked elsewhere.
        owner_spans.is_day_level
        and (owner_spans.starts_at > handoffs.opened_at or not owner_spans.is_initial)
        and {{ local_day('owner_spans.starts_at', 'clock.default_timezone') }} >= handoffs.opened_on as is_day_level
    from handoffs
    cross join clock
    inner join owner_spans
        on
            handoffs.source_system = owner_spans.source_system
            and handoffs.lead_id = owner_spans.lead_id
            and (
                owner_spans.starts_at <= handoffs.window_ends_at
                or (owner_spans.value_number = 1 and (owner_spans.is_initial or owner_spans.is_inferred))
            )
            and owner_spans.ends_at > handoffs.opened_at
    where owner_spans.owner_id is not null

),

final as (

    select
        overlapping.*,
        owner_team_periods.owner_kind,
        owner_team_periods.owner_type,
        owner_team_periods.is_active,
        owner_team_periods.team_id,
        owner_team_periods.territory,
        owner_team_periods.calendar_id
    from overlapping
    left join owner_team_periods
        on
            overlapping.source_system = owner_team_periods.source_system
            and overlapping.owner_id = owner_team_periods.owner_id
            and overlapping.owned_from >= owner_team_periods.starts_at
            and overlapping.owned_from < owner_team_periods.ends_at

)

select * from final
