with

clock as (

    select * from {{ ref('int_clock') }}

),

leads as (

    select * from {{ ref('int_lead_records') }}

),

lead_changes as (

    select * from {{ ref('int_crm__lead_changes') }}

),

first_instants as (

    select min(least(
        coalesce(created_at, qualified_stamp_at),
        coalesce(qualified_stamp_at, created_at)
    )) as instant
    from leads

    union all

    select min(changed_at) as instant
    from lead_changes

),

final as (

    select
        {{ add_days('cast(least(min(first_instants.instant), clock.as_of) as date)', -15) }} as first_day,
        {{ add_days('cast(clock.as_of as date)', 400) }} as last_day
    from clock
    left join first_instants on true
    group by clock.as_of

)

select * from final
