with

clock as (

    select * from {{ ref('int_clock') }}

),

timeline as (

    select * from {{ ref('int_calendar_timeline') }}
    where calendar_id = 'default'

),

allowances as (

    select * from {{ ref('int_allowance_periods') }}

),

as_of_position as (

    select {{ business_position('timeline', 'clock.as_of') }} as open_seconds
    from clock
    inner join timeline
        on
            cast(clock.as_of as date) = timeline.utc_day
            and clock.as_of >= timeline.starts_at
            and clock.as_of < timeline.ends_at

),

days as (

    select
        utc_day,
        max(open_seconds_before + open_seconds) as open_seconds
    from timeline
    group by utc_day

),

outlived_days as (

    select
        allowances.allowance,
        max(days.utc_day) as last_day
    from days
    cross join as_of_position
    inner join allowances
        on
            days.utc_day >= allowances.valid_from
            and days.utc_day < allowances.valid_to
    where as_of_position.open_seconds - days.open_seconds > allowances.business_minutes * 60
    group by allowances.allowance

),

-- A local day may end on the UTC day after it.
final as (

    select
        {{ add_days("max(case when allowance = 'acceptance' then last_day end)", -1) }} as acceptance_until,
        {{ add_days("max(case when allowance = 'outcome' then last_day end)", -1) }} as outcome_until
    from outlived_days

)

select * from final
