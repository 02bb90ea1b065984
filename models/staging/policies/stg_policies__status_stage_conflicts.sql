with

policy as (

    select * from {{ policy('status_stage_conflicts') }}

),

final as (

    select
        {{ match_key('status_group') }} as status_group,
        {{ match_key('stage') }} as stage
    from policy

)

select * from final
