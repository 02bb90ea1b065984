with

horizon as (

    select * from {{ ref('int_clock_horizon') }}

),

clock as (

    select * from {{ ref('int_clock') }}

),

openings as (

    select * from {{ ref('int_calendar_openings') }}
    where calendar_id = 'default'

),

days as (

    select {{ explode_days('first_day', 'last_day') }} as date_day
    from horizon

),

opening_days as (

    select
        {{ local_day('openings.opens_at', 'clock.default_timezone') }} as date_day,
        sum(openings.open_seconds) / 60.0 as business_minutes
    from openings
    cross join clock
    group by 1

),

final as (

    select
        days.date_day,
        cast({{ dbt.date_trunc('week', 'days.date_day') }} as date) as week_start,
        cast({{ dbt.date_trunc('month', 'days.date_day') }} as date) as month_start,
        cast({{ dbt.date_trunc('quarter', 'days.date_day') }} as date) as quarter_start,
        cast({{ dbt.date_trunc('year', 'days.date_day') }} as date) as year_start,
        cast({{ iso_weekday('days.date_day') }} as integer) as weekday,
        opening_days.date_day is not null as is_business_day,
        cast(coalesce(opening_days.business_minutes, 0) as double) as business_minutes,
        days.date_day <= clock.as_of_day as has_begun
    from days
    cross join clock
    left join opening_days on days.date_day = opening_days.date_day

)

select * from final
