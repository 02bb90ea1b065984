with

owners as (

    select * from {{ ref('int_owners') }}

),

owner_map as (

    select * from {{ ref('stg_policies__owner_map') }}

),

crm_team_history as (

    select * from {{ ref('int_owner_crm_teams') }}

),

teams as (

    select * from {{ ref('stg_policies__teams') }}

),

owner_keys as (

    select source_system, owner_id, {{ match_key('owner_id') }} as owner_key, 1 as priority from owners
    union all
    select source_system, owner_id, {{ match_key('alternate_id') }} as owner_key, 2 as priority from owners
    union all
    select source_system, owner_id, {{ match_key('email') }} as owner_key, 3 as priority from owners
    union all
    select source_system, owner_id, {{ match_key('name') }} as owner_key, 4 as priority from owners
    where owner_type = 'queue'

),

crm_team_rows as (

    select
        crm_team_history.source_system,
        crm_team_history.owner_id,
        teams.team_id,
        crm_team_history.valid_from,
        crm_team_history.valid_to,
        case when {{ match_key('teams.team_id') }} = {{ match_key('crm_team_history.team_key') }} then 5 else 6 end
            as priority
    from crm_team_history
    inner join teams
        on
            {{ match_key('teams.team_id') }} = {{ match_key('crm_team_history.team_key') }}
            or {{ match_key('teams.name') }} = {{ match_key('crm_team_history.team_key') }}

),

-- The policy's word on an owner's team goes before the CRM's own.
team_rows as (

    select
        owner_keys.source_system,
        owner_keys.owner_id,
        owner_map.team_id,
        cast(owner_map.valid_from as timestamp) as valid_from,
        cast(owner_map.valid_to as timestamp) as valid_to,
        owner_keys.priority
    from owner_keys
    inner join owner_map
        on owner_keys.owner_key = {{ match_key('owner_map.owner_key') }}

    union all

    select
        source_system,
        owner_id,
        team_id,
        valid_from,
        valid_to,
        priority
    from crm_team_rows

),

boundaries as (

    select source_system, owner_id, cast('1900-01-01' as timestamp) as starts_at from owners
    union
    select source_system, owner_id, valid_from as starts_at from team_rows
    union
    select source_system, owner_id, valid_to as starts_at from team_rows

),

periods as (

    select
        source_system,
        owner_id,
        starts_at,
        lead(starts_at) over (partition by source_system, owner_id order by starts_at) as ends_at
    from boundaries
    where starts_at < cast('9999-12-31' as timestamp)

),

chosen as (

    select
        periods.source_system,
        periods.owner_id,
        periods.starts_at,
        {{ value_at_first('team_rows.team_id', 'team_rows.priority') }} as team_id
    from periods
    inner join team_rows
        on
            periods.source_system = team_rows.source_system
            and periods.owner_id = team_rows.owner_id
            and periods.starts_at >= team_rows.valid_from
            and periods.starts_at < team_rows.valid_to
    group by periods.source_system, periods.owner_id, periods.starts_at

),

final as (

    select
        periods.source_system,
        periods.owner_id,
        periods.starts_at,
        coalesce(periods.ends_at, cast('9999-12-31' as timestamp)) as ends_at,
        owners.owner_type,
        owners.is_active,
        owners.is_automation_user,
        chosen.team_id,
        teams.function as team_function,
        teams.calendar_id,
        teams.territory,
        case
            when owners.owner_type = 'queue' then 'queue'
            when teams.function = 'sales' then 'sales_user'
            else 'other_user'
        end as owner_kind
    from periods
    inner join owners
        on
            periods.source_system = owners.source_system
            and periods.owner_id = owners.owner_id
    left join chosen
        on
            periods.source_system = chosen.source_system
            and periods.owner_id = chosen.owner_id
            and periods.starts_at = chosen.starts_at
    left join teams on chosen.team_id = teams.team_id

)

select * from final
