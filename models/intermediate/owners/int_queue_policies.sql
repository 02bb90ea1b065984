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
        case queue_policy.queue_match_key
            when {{ match_key('owners.owner_id') }} then 1
            when {{ match_key('owners.email') }} then 2
            else 3
        end as priority
    from owners
    inner join queue_policy
        on
            {{ match_key('owners.owner_id') }} = queue_policy.queue_match_key
            or {{ match_key('owners.email') }} = queue_policy.queue_match_key
            or {{ match_key('owners.name') }} = queue_policy.queue_match_key

),

boundaries as (

    select source_system, queue_id, valid_from as starts_on from matching
    union
    select source_system, queue_id, valid_to as starts_on from matching

),

periods as (

    select
        source_system,
        queue_id,
        starts_on,
        lead(starts_on) over (partition by source_system, queue_id order by starts_on) as ends_on
    from boundaries

),

numbered as (

    select
        matching.source_system,
        matching.queue_id,
        matching.max_wait_minutes,
        matching.escalation_owner,
        periods.starts_on as valid_from,
        periods.ends_on as valid_to,
        row_number() over (
            partition by periods.source_system, periods.queue_id, periods.starts_on order by matching.priority
        ) as preference
    from periods
    inner join matching
        on
            periods.source_system = matching.source_system
            and periods.queue_id = matching.queue_id
            and periods.starts_on >= matching.valid_from
            and periods.starts_on < matching.valid_to

),

final as (

    select
        source_system,
        queue_id,
        max_wait_minutes,
        nullif(escalation_owner, '') as escalation_owner,
        valid_from,
        valid_to
    from numbered
    where preference = 1

)

select * from final
