with

policy as (

    select * from {{ policy('intent_policy') }}

),

final as (

    select
        trim(intent_signal) as intent_signal,
        {{ match_key('intent_signal') }} as intent_signal_key,
        trim(intent_tier) as intent_tier,
        {{ policy_flag('is_sales_ready') }} as is_sales_ready
    from policy

)

select * from final
