with

owners as (

    select * from {{ ref('int_owners') }}

),

owner_team_periods as (

    select * from {{ ref('int_owner_team_periods') }}

),

teams as (

    select * from {{ ref('stg_policies__teams') }}

),

clock as (

    select * from {{ ref('int_clock') }}

),

-- A person's name stays in the private warehouse; a queue's name is nobody's.
final as (

    select
        owners.source_system,
        owners.owner_id,
        owners.owner_type,
        case when owners.owner_type = 'queue' then owners.name end as queue_label,
        {{ personal('owners.name') }} as owner_label,
        {{ hashed('owners.email') }} as email_hash,
        owners.is_active,
        owners.is_automation_user,
        owner_team_periods.owner_kind,
        owner_team_periods.team_id,
        teams.name as team_label,
        owner_team_periods.team_function,
        owner_team_periods.territory
    from owners
    cross join clock
    left join owner_team_periods
        on
            owners.source_system = owner_team_periods.source_system
            and owners.owner_id = owner_team_periods.owner_id
            and clock.as_of >= owner_team_periods.starts_at
            and clock.as_of < owner_team_periods.ends_at
    left join teams on owner_team_periods.team_id = teams.team_id

)

select * from final
