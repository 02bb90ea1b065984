with

policy as (

    select * from {{ policy('holidays') }}

),

final as (

    select
        trim(calendar_id) as calendar_id,
        cast(day as date) as day
    from policy

)

select * from final
