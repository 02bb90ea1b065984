with

team_snapshots as (

    select * from {{ ref('snap_owner_teams') }}

),

numbered as (

    select
        source_system,
        owner_id,
        team_key,
        dbt_valid_from,
        dbt_valid_to,
        row_number() over (partition by source_system, owner_id order by dbt_valid_from) as version_number
    from team_snapshots

),

-- What an owner's team was before the first time we looked is taken to be what we saw then.
final as (

    select
        source_system,
        owner_id,
        team_key,
        case
            when version_number = 1 then cast('1900-01-01' as timestamp)
            else cast(dbt_valid_from as timestamp)
        end as valid_from,
        coalesce(cast(dbt_valid_to as timestamp), cast('9999-12-31' as timestamp)) as valid_to
    from numbered
    where team_key is not null

)

select * from final
