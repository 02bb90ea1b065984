with owners as (

    select * from {{ ref('stg_hubspot__owner') }}
    where _is_kept

),

owner_teams as (

    select * from {{ ref('stg_hubspot__owner_team') }}
    where _is_kept and not coalesce(is_deleted, false)

),

teams as (

    select * from {{ ref('stg_hubspot__team') }}
    where _is_kept

),

listed as (

    select
        source_system,
        owner_id,
        {{ json_array_items('teams') }} as item
    from owners
    where teams is not null

),

memberships as (

    select
        source_system,
        owner_id,
        {{ json_text('item', 'id') }} as team_id,
        {{ json_text('item', 'name') }} as team_name,
        lower({{ json_text('item', 'primary') }}) = 'true' as is_primary
    from listed

    union all

    select
        owner_teams.source_system,
        coalesce(owner_teams.owner_id, parents.owner_id) as owner_id,
        owner_teams.team_id,
        coalesce(teams.name, owner_teams.team_name) as team_name,
        owner_teams.is_primary
    from owner_teams
    left join owners as parents
        on
            owner_teams.source_system = parents.source_system
            and owner_teams.owner_row_id = parents.row_id
    left join teams
        on
            owner_teams.source_system = teams.source_system
            and owner_teams.team_id = teams.team_id

),

ranked as (

    select
        *,
        row_number() over (
            partition by source_system, owner_id
            order by coalesce(is_primary, false) desc, team_id
        ) as place
    from memberships

),

translated as (

    select
        owners.source_system,
        owners.owner_id,
        case when lower(owners.owner_kind) = 'queue' then 'queue' else 'user' end as owner_type,
        coalesce(owners.name, nullif(concat_ws(' ', owners.first_name, owners.last_name), '')) as name,
        owners.email,
        case when owners.is_deleted then false else coalesce(owners.is_active, not owners.is_deleted) end as is_active,
        coalesce(ranked.team_name, ranked.team_id) as team_key,
        ranked.team_id as alternate_team_key,
        owners.user_id as alternate_id
    from owners
    left join ranked
        on
            owners.source_system = ranked.source_system
            and owners.owner_id = ranked.owner_id
            and ranked.place = 1

)

select * from translated
