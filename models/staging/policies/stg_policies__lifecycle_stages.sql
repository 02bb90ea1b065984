with

policy as (

    select * from {{ policy('lifecycle_stages') }}

),

final as (

    select
        {{ match_key('stage') }} as stage,
        cast(rank as integer) as rank,
        {{ policy_flag('is_sales_ready') }} as is_sales_ready,
        {{ policy_flag('is_required') }} as is_required,
        {{ policy_flag('is_active_sales') }} as is_active_sales
    from policy

)

select * from final
