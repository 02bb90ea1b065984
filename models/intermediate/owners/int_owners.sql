with

crm_owners as (

    select * from {{ ref('int_crm__owners') }}

),

raw_values as (

    select * from {{ ref('int_raw_values') }}

),

automation_users as (

    select distinct {{ match_key('owner_key') }} as owner_key
    from {{ ref('stg_policies__automation_users') }}

),

owner_map as (

    select * from {{ ref('stg_policies__owner_map') }}

),

-- Whoever owned a lead or acted on one, and those who only changed one if a policy knows them.
mentioned_ids as (

    select source_system, raw_value as owner_id
    from raw_values
    where element = 'owner_id'

    union

    select raw_values.source_system, raw_values.raw_value as owner_id
    from raw_values
    inner join owner_map on {{ match_key('raw_values.raw_value') }} = owner_map.owner_match_key
    where raw_values.element = 'actor_id'

    union

    select raw_values.source_system, raw_values.raw_value as owner_id
    from raw_values
    inner join automation_users on {{ match_key('raw_values.raw_value') }} = automation_users.owner_key
    where raw_values.element = 'actor_id'

),

known_ids as (

    select source_system, owner_id from crm_owners
    union
    select source_system, alternate_id as owner_id from crm_owners where alternate_id is not null

),

-- An id that events mention and no owner table explains may still be in the policies.
unknown_owners as (

    select
        mentioned_ids.source_system,
        mentioned_ids.owner_id
    from mentioned_ids
    left join known_ids
        on
            mentioned_ids.source_system = known_ids.source_system
            and mentioned_ids.owner_id = known_ids.owner_id
    where known_ids.owner_id is null

),

all_owners as (

    select
        source_system,
        owner_id,
        alternate_id,
        owner_type,
        name,
        email,
        is_active,
        team_key,
        alternate_team_key,
        true as is_in_crm
    from crm_owners

    union all

    select
        source_system,
        owner_id,
        cast(null as string) as alternate_id,
        'user' as owner_type,
        cast(null as string) as name,
        cast(null as string) as email,
        cast(null as boolean) as is_active,
        cast(null as string) as team_key,
        cast(null as string) as alternate_team_key,
        false as is_in_crm
    from unknown_owners

),

final as (

    select
        all_owners.source_system,
        all_owners.owner_id,
        all_owners.alternate_id,
        all_owners.owner_type,
        all_owners.name,
        all_owners.email,
        all_owners.is_active,
        all_owners.team_key,
        all_owners.alternate_team_key,
        all_owners.is_in_crm,
        by_id.owner_key is not null or by_email.owner_key is not null or by_alternate_id.owner_key is not null
            as is_automation_user
    from all_owners
    left join automation_users as by_id on {{ match_key('all_owners.owner_id') }} = by_id.owner_key
    left join automation_users as by_email on {{ match_key('all_owners.email') }} = by_email.owner_key
    left join automation_users as by_alternate_id
        on {{ match_key('all_owners.alternate_id') }} = by_alternate_id.owner_key

)

select * from final
