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

-- Groups within groups: three steps down is deeper than any org that was seen goes.
one_down as (

    select
        outermost.source_system,
        outermost.group_id,
        nested.member_id
    from listed as outermost
    inner join listed as nested
        on
            outermost.source_system = nested.source_system
            and outermost.member_id = nested.group_id

),

two_down as (

    select
        one_down.source_system,
        one_down.group_id,
        nested.member_id
    from one_down
    inner join listed as nested
        on
            one_down.source_system = nested.source_system
            and one_down.member_id = nested.group_id

),

three_down as (

    select
        two_down.source_system,
        two_down.group_id,
        nested.member_id
    from two_down
    inner join listed as nested
        on
            two_down.source_system = nested.source_system
            and two_down.member_id = nested.group_id

),

-- The union drops whoever is a member in two ways.
flattened as (

    select * from listed
    union
    select * from one_down
    union
    select * from two_down
    union
    select * from three_down

),

translated as (

    select
        source_system,
        group_id as queue_id,
        member_id as owner_id
    from flattened
    where member_id not like '00G%'

)

select * from translated
