with leads as (

    select * from {{ ref('stg_canonical__leads') }}
    where _is_kept and merged_into_id is not null

),

translated as (

    select
        source_system,
        lead_id as loser_lead_id,
        merged_into_id as survivor_lead_id,
        coalesce(merged_at, updated_at) as merged_at,
        case when merged_at is not null then merged_at_is_day else updated_at_is_day end as merged_at_is_day,
        cast(null as {{ dbt.type_string() }}) as merged_by,
        merged_at is null as is_inferred
    from leads

)

select * from translated
