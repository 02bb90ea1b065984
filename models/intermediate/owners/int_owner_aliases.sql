with

owners as (

    select * from {{ ref('int_owners') }}

),

-- HubSpot names a person by an owner id where he owns and by a user id where he acts.
own_ids as (

    select
        source_system,
        owner_id as alias_id,
        owner_id
    from owners

),

user_ids as (

    select
        source_system,
        alternate_id as alias_id,
        min(owner_id) as owner_id
    from owners
    where alternate_id is not null
    group by source_system, alternate_id

),

final as (

    select
        coalesce(own_ids.source_system, user_ids.source_system) as source_system,
        coalesce(own_ids.alias_id, user_ids.alias_id) as alias_id,
        coalesce(own_ids.owner_id, user_ids.owner_id) as as_owner_id,
        coalesce(user_ids.owner_id, own_ids.owner_id) as as_actor_id
    from own_ids
    full outer join user_ids
        on
            own_ids.source_system = user_ids.source_system
            and own_ids.alias_id = user_ids.alias_id

)

select * from final
