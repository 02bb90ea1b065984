with

lifecycle_stage_map as (

    select * from {{ ref('stg_policies__lifecycle_stage_map') }}

),

leads as (

    select * from {{ ref('int_crm__leads') }}

),

lead_changes as (

    select * from {{ ref('int_crm__lead_changes') }}

),

stage_dates as (

    select * from {{ ref('int_crm__stage_dates') }}

),

raw_values as (

    select source_system, lifecycle_stage as raw_value from leads
    union all
    select source_system, old_value as raw_value from lead_changes where field = 'lifecycle_stage'
    union all
    select source_system, new_value as raw_value from lead_changes where field = 'lifecycle_stage'
    union all
    select source_system, raw_stage as raw_value from stage_dates

),

used_values as (

    select
        source_system,
        {{ match_key('raw_value') }} as raw_key,
        min(raw_value) as raw_value,
        count(*) as uses
    from raw_values
    where trim(raw_value) != ''
    group by source_system, {{ match_key('raw_value') }}

),

mapped as (

    {{ values_by_policy('used_values', 'lifecycle_stage_map', 'raw_stage_key', ['stage']) }}

),

final as (

    select
        mapped.*,
        used_values.raw_value,
        used_values.uses
    from mapped
    inner join used_values
        on
            mapped.source_system = used_values.source_system
            and mapped.raw_key = used_values.raw_key

)

select * from final
