with

rejection_reason_map as (

    select * from {{ ref('stg_policies__rejection_reason_map') }}

),

used_values as (

    select
        source_system,
        {{ match_key('raw_value') }} as raw_key,
        min(raw_value) as raw_value,
        cast(sum(uses) as bigint) as uses
    from {{ ref('int_raw_values') }}
    where
        element = 'rejection_reason'
        and trim(raw_value) != ''
    group by source_system, {{ match_key('raw_value') }}

),

mapped as (

    {{ values_by_policy('used_values', 'rejection_reason_map', 'raw_reason_key', ['reason']) }}

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
