with

stage_values as (

    select * from {{ ref('int_stage_values') }}

),

status_values as (

    select * from {{ ref('int_status_values') }}

),

reason_values as (

    select * from {{ ref('int_reason_values') }}

),

outcome_values as (

    select * from {{ ref('int_outcome_values') }}

),

sources as (

    select * from {{ ref('int_raw_values') }}
    where element = 'original_source'

),

channel_map as (

    select * from {{ ref('stg_policies__channel_map') }}

),

unmapped_sources as (

    select
        sources.source_system,
        min(sources.raw_value) as raw_value,
        cast(sum(sources.uses) as bigint) as uses
    from sources
    left join channel_map on {{ match_key('sources.raw_value') }} = channel_map.raw_source_key
    where channel_map.raw_source_key is null
    group by sources.source_system, {{ match_key('sources.raw_value') }}

),

final as (

    select source_system, 'lifecycle_stage_map' as policy, raw_value, uses as rows
    from stage_values
    where not is_mapped

    union all

    select source_system, 'lead_status_map' as policy, raw_value, uses as rows
    from status_values
    where not is_mapped

    union all

    select source_system, 'rejection_reason_map' as policy, raw_value, uses as rows
    from reason_values
    where not is_mapped

    union all

    select source_system, 'activity_outcome_map' as policy, raw_value, uses as rows
    from outcome_values
    where not is_mapped

    union all

    select source_system, 'channel_map' as policy, raw_value, uses as rows
    from unmapped_sources

)

select * from final
