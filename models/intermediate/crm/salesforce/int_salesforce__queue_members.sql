with members as (

    select * from {{ ref('stg_salesforce__group_member') }}
    where _is_kept and not coalesce(is_deleted, false)

),

groups as (

    select * from {{ ref('stg_salesforce__group') }}
    where _is_kept

),

users as (

    select * from {{ ref('stg_salesforce__user') }}
    where _is_kept

),

-- A role's group holds its users without listing them.
listed as (

    select
        source_system,
        group_id,
        member_id
    from members

    union

    select
        groups.source_system,
        groups.group_id,
        users.owner_id as member_id
    from groups
    inner join users
        on
            groups.source_system = users.source_system
            and groups.related_id = users.role_id
    where lower(groups.group_type) like 'role%'

),

{{ nested_members('flattened', 'listed', 'group_id', 'member_id') }},

translated as (

    select
        source_system,
        group_id as queue_id,
        member_id as owner_id
    from flattened
    where member_id not like '00G%'

)

select * from translated
