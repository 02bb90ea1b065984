with users as (

    select * from {{ ref('stg_salesforce__user') }}
    where _is_kept

),

user_roles as (

    select * from {{ ref('stg_salesforce__user_role') }}
    where _is_kept

),

groups as (

    select * from {{ ref('stg_salesforce__group') }}
    where _is_kept

),

leads as (

    select * from {{ ref('stg_salesforce__lead') }}
    where _is_kept

),

history as (

    select * from {{ ref('stg_salesforce__lead_history') }}
    where _is_kept

),

people as (

    select
        users.source_system,
        users.owner_id,
        'user' as owner_type,
        coalesce(users.name, nullif(concat_ws(' ', users.first_name, users.last_name), '')) as name,
        users.email,
        case when users.is_deleted then false else users.is_active end as is_active,
        coalesce(user_roles.name, users.department) as team_key,
        users.department as alternate_team_key
    from users
    left join user_roles
        on
            users.source_system = user_roles.source_system
            and users.role_id = user_roles.role_id

),

-- 00G is a group, and the only groups that can own a lead are queues: known even where no group table is landed, by who
-- owns a lead and by who the log says did.
owning_queues as (

    select
        source_system,
        owner_id
    from leads
    where owner_id like '00G%'

    {% for value in ['old_value', 'new_value'] -%}
    union

    select
        source_system,
        {{ value }} as owner_id
    from history
    where
        {{ value }} like '00G%'
        and {{ is_matched(value, '^00G([0-9a-zA-Z]{12}|[0-9a-zA-Z]{15})$') }}
    {% endfor %}

),

queues as (

    select
        coalesce(groups.source_system, owning_queues.source_system) as source_system,
        coalesce(groups.group_id, owning_queues.owner_id) as owner_id,
        'queue' as owner_type,
        groups.name,
        groups.email,
        true as is_active,
        cast(null as {{ dbt.type_string() }}) as team_key,
        cast(null as {{ dbt.type_string() }}) as alternate_team_key
    from groups
    full outer join owning_queues
        on
            groups.source_system = owning_queues.source_system
            and groups.group_id = owning_queues.owner_id
    where
        lower(groups.group_type) = 'queue'
        or owning_queues.owner_id is not null

),

stacked as (

    select * from people
    union all
    select * from queues

),

translated as (

    select
        source_system,
        owner_id,
        owner_type,
        name,
        email,
        is_active,
        team_key,
        alternate_team_key,
        cast(null as {{ dbt.type_string() }}) as alternate_id
    from stacked

)

select * from translated
