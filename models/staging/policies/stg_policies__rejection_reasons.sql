with

policy as (

    select * from {{ policy('rejection_reasons') }}

),

final as (

    select
        {{ match_key('reason') }} as reason,
        {{ policy_flag('is_timing') }} as is_timing,
        trim(marketing_insight) as marketing_insight
    from policy

)

select * from final
