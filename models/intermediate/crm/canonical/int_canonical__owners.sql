with owners as (

    select * from {{ ref('stg_canonical__owners') }}
    where _is_kept

),

translated as (

    select
        source_system,
        owner_id,
        case when lower(owner_type) = 'queue' then 'queue' else 'user' end as owner_type,
        name,
        email,
        is_active,
        team_id as team_key,
        cast(null as {{ dbt.type_string() }}) as alternate_team_key,
        cast(null as {{ dbt.type_string() }}) as alternate_id
    from owners

)

select * from translated
