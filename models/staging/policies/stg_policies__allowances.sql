with

policy as (

    select * from {{ policy('allowances') }}

),

final as (

    select
        {{ match_key('allowance') }} as allowance,
        cast(business_minutes as double) as business_minutes,
        {{ policy_from('valid_from') }} as valid_from,
        {{ policy_until('valid_to') }} as valid_to
    from policy

)

select * from final
