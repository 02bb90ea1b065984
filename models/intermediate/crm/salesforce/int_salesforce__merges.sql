with leads as (

    select * from {{ ref('stg_salesforce__lead') }}
    where _is_kept and merged_into_id is not null

),

-- Salesforce keeps no stamp of the merge: the loser's last modification is the nearest thing.
translated as (

    select
        source_system,
        lead_id as loser_lead_id,
        merged_into_id as survivor_lead_id,
        updated_at as merged_at,
        updated_at_is_day as merged_at_is_day,
        cast(null as {{ dbt.type_string() }}) as merged_by,
        true as is_inferred
    from leads

)

select * from translated
