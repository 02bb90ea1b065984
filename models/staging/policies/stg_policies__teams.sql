with

policy as (

    select * from {{ policy('teams') }}

),

final as (

    select
        trim(team_id) as team_id,
        {{ match_key('team_id') }} as team_id_key,
        trim(name) as name,
        {{ match_key('name') }} as name_key,
        {{ match_key('function') }} as function,
        trim(calendar_id) as calendar_id,
        trim(territory) as territory
    from policy

)

select * from final
