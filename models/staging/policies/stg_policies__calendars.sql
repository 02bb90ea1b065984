with

policy as (

    select * from {{ policy('calendars') }}

),

final as (

    select
        trim(calendar_id) as calendar_id,
        trim(timezone) as timezone,
        cast(weekday as integer) as weekday,
        {{ minute_of_day('opens_at') }} as opens_minute,
        {{ minute_of_day('closes_at') }} as closes_minute,
        {{ policy_from('valid_from') }} as valid_from,
        {{ policy_until('valid_to') }} as valid_to
    from policy

)

select * from final
