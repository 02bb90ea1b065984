with

landing_clock as (

    select * from {{ source('landing', 'clock') }}

),

calendars as (

    select * from {{ ref('stg_policies__calendars') }}

),

default_zone as (

    select min(timezone) as timezone
    from calendars
    where calendar_id = 'default'

),

final as (

    select
        {{ as_of_setting('landing_clock.as_of', 'landing_clock.landed_at') }} as as_of,
        landing_clock.landed_at,
        default_zone.timezone as default_timezone
    from landing_clock
    cross join default_zone

),

with_days as (

    select
        as_of,
        landed_at,
        default_timezone,
        {{ local_day('as_of', 'default_timezone') }} as as_of_day,
        {{ day_start(local_day('as_of', 'default_timezone'), 'default_timezone') }} as as_of_day_starts_at
    from final

)

select * from with_days
