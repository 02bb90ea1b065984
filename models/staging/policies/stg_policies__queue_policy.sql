with

policy as (

    select * from {{ policy('queue_policy') }}

),

final as (

    select
        trim(queue_key) as queue_key,
        {{ match_key('queue_key') }} as queue_match_key,
        cast(max_wait_minutes as double) as max_wait_minutes,
        trim(escalation_owner) as escalation_owner,
        {{ policy_from('valid_from') }} as valid_from,
        {{ policy_until('valid_to') }} as valid_to
    from policy

)

select * from final
