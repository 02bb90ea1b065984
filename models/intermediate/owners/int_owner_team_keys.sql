with

owners as (

    select * from {{ ref('int_owners') }}

),

teams as (

    select * from {{ ref('stg_policies__teams') }}

),

team_names as (

    select team_id_key as team_name from teams
    union
    select name_key as team_name from teams

),

clock as (

    select * from {{ ref('int_clock') }}

),

final as (

    select
        owners.source_system,
        owners.owner_id,
        case
            when by_key.team_name is null and by_alternate_key.team_name is not null then owners.alternate_team_key
            else owners.team_key
        end as team_key,
        clock.landed_at as seen_at
    from owners
    cross join clock
    left join team_names as by_key on {{ match_key('owners.team_key') }} = by_key.team_name
    left join team_names as by_alternate_key
        on {{ match_key('owners.alternate_team_key') }} = by_alternate_key.team_name
    where owners.is_in_crm

)

select * from final
