with

landing_clock as (

    select * from {{ source('landing', 'clock') }}

),

calendars as (

    select * from {{ ref('stg_policies__calendars') }}

),

instants as (

    select
        {{ as_of_setting('as_of', 'landed_at') }} as as_of,
        landed_at
    from landing_clock

),

-- Where the calendar moved from one zone to another, all days are those of the zone in force at as_of.
default_zones as (

    select
        calendars.timezone,
        row_number() over (
            order by
                case when calendars.valid_from <= cast(instants.as_of as date) then calendars.valid_from end desc
                nulls last,
                calendars.valid_from
        ) as place
    from calendars
    cross join instants
    where calendars.calendar_id = 'default'

),

default_zone as (

    select timezone
    from default_zones
    where place = 1

),

final as (

    select
        instants.as_of,
        instants.landed_at,
        default_zone.timezone as default_timezone
    from instants
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
