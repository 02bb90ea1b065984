with

policy as (

    select * from {{ policy('lifecycle_stage_map') }}

),

final as (

    select
        trim(source_system) as source_system,
        trim(raw_stage) as raw_stage,
        {{ match_key('raw_stage') }} as raw_stage_key,
        {{ match_key('stage') }} as stage
    from policy

)

select * from final
