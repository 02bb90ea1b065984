with

owners as (

    select * from {{ ref('int_owners') }}
    where owner_type = 'queue'

),

queue_policy as (

    select * from {{ ref('stg_policies__queue_policy') }}

),

matching as (

    select
        owners.source_system,
        owners.owner_id as queue_id,
        queue_policy.max_wait_minutes,
        queue_policy.escalation_owner,
        queue_policy.valid_from,
        queue_policy.valid_to,
        row_number() over (
            partition by owners.source_system, owners.owner_id, queue_policy.valid_from
            order by case when {{ match_key('owners.owner_id') }} = queue_policy.queue_match_key then 0 else 1 end
        ) as preference
    from owners
    inner join queue_policy
        on
            {{ match_key('owners.owner_id') }} = queue_policy.queue_match_key
            or {{ match_key('owners.name') }} = queue_policy.queue_match_key

),

final as (

    select
        source_system,
        queue_id,
        max_wait_minutes,
        nullif(escalation_owner, '') as escalation_owner,
        valid_from,
        valid_to
    from matching
    where preference = 1

)

select * from final
