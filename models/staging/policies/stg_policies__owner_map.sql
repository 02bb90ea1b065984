with

policy as (

    select * from {{ policy('owner_map') }}

),

final as (

    select
        trim(owner_key) as owner_key,
        {{ match_key('owner_key') }} as owner_match_key,
        trim(team_id) as team_id,
        {{ policy_from('valid_from') }} as valid_from,
        {{ policy_until('valid_to') }} as valid_to
    from policy

)

select * from final
