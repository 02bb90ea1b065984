with

openings as (

    select * from {{ ref('int_calendar_openings') }}

),

horizon as (

    select * from {{ ref('int_clock_horizon') }}

),

first_openings as (

    select
        calendar_id,
        min(opens_at) as opens_at
    from openings
    group by calendar_id

),

-- From one opening to the next, so that each instant of the horizon lies in exactly one stretch of a calendar.
stretches as (

    select
        openings.calendar_id,
        openings.opens_at as starts_at,
        coalesce(openings.next_opens_at, cast({{ add_days('horizon.last_day', 2) }} as timestamp)) as ends_at,
        openings.opens_at,
        openings.open_seconds,
        openings.open_seconds_before
    from openings
    cross join horizon

    union all

    select
        first_openings.calendar_id,
        cast({{ add_days('horizon.first_day', -2) }} as timestamp) as starts_at,
        first_openings.opens_at as ends_at,
        first_openings.opens_at,
        cast(0 as double) as open_seconds,
        cast(0 as double) as open_seconds_before
    from first_openings
    cross join horizon

),

-- Cut at UTC midnight, so that an instant finds its stretch by an equality on its day.
by_day as (

    select
        calendar_id,
        starts_at,
        ends_at,
        opens_at,
        open_seconds,
        open_seconds_before,
        {{ explode_days('cast(starts_at as date)', 'cast(ends_at as date)') }} as utc_day
    from stretches

),

final as (

    select
        calendar_id,
        utc_day,
        starts_at,
        ends_at,
        opens_at,
        open_seconds,
        open_seconds_before
    from by_day
    where ends_at > cast(utc_day as timestamp)

)

select * from final
