with

policy as (

    select * from {{ policy('lead_status_map') }}

),

final as (

    select
        trim(source_system) as source_system,
        trim(raw_status) as raw_status,
        {{ match_key('raw_status') }} as raw_status_key,
        {{ match_key('status_group') }} as status_group,
        {{ policy_flag('is_vague') }} as is_vague
    from policy

)

select * from final
