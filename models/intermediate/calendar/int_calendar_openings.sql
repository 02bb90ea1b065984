with

calendars as (

    select * from {{ ref('stg_policies__calendars') }}

),

holidays as (

    select * from {{ ref('stg_policies__holidays') }}

),

horizon as (

    select * from {{ ref('int_clock_horizon') }}

),

days as (

    select {{ explode_days('horizon.first_day', 'horizon.last_day') }} as local_day
    from horizon

),

opening_hours as (

    select
        calendars.calendar_id,
        days.local_day,
        {{ local_to_utc(
            add_seconds('cast(days.local_day as timestamp)', 'calendars.opens_minute * 60'), 'calendars.timezone'
        ) }} as opens_at,
        {{ local_to_utc(
            add_seconds('cast(days.local_day as timestamp)', 'calendars.closes_minute * 60'), 'calendars.timezone'
        ) }} as closes_at
    from calendars
    inner join days
        on
            calendars.weekday = {{ iso_weekday('days.local_day') }}
            and calendars.valid_from <= days.local_day
            and calendars.valid_to > days.local_day

),

working_hours as (

    select opening_hours.*
    from opening_hours
    left join holidays
        on
            opening_hours.calendar_id = holidays.calendar_id
            and opening_hours.local_day = holidays.day
    where
        holidays.day is null
        and opening_hours.closes_at > opening_hours.opens_at

),

-- A calendar that moves to a zone further east opens there before it closes here: an hour counts once.
clipped as (

    select
        calendar_id,
        greatest(
            opens_at,
            coalesce(max(closes_at) over (
                partition by calendar_id
                order by opens_at, closes_at
                rows between unbounded preceding and 1 preceding
            ), opens_at)
        ) as opens_at,
        closes_at
    from working_hours

),

final as (

    select
        calendar_id,
        opens_at,
        closes_at,
        {{ seconds_between('opens_at', 'closes_at') }} as open_seconds,
        coalesce(sum({{ seconds_between('opens_at', 'closes_at') }}) over (
            partition by calendar_id
            order by opens_at
            rows between unbounded preceding and 1 preceding
        ), 0) as open_seconds_before,
        lead(opens_at) over (partition by calendar_id order by opens_at) as next_opens_at
    from clipped
    where closes_at > opens_at

)

select * from final
