with

policy as (

    select * from {{ policy('sla_policy') }}

),

final as (

    select
        trim(policy_id) as policy_id,
        trim(intent_tier) as intent_tier,
        {{ match_key('intent_tier') }} as intent_tier_key,
        trim(fit_band) as fit_band,
        {{ match_key('fit_band') }} as fit_band_key,
        trim(team_id) as team_id,
        cast(first_action_minutes as double) as first_action_minutes,
        {{ policy_from('valid_from') }} as valid_from,
        {{ policy_until('valid_to') }} as valid_to
    from policy

)

select * from final
