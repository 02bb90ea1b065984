with

policy as (

    select * from {{ policy('activity_outcome_map') }}

),

final as (

    select
        trim(source_system) as source_system,
        trim(raw_outcome) as raw_outcome,
        {{ match_key('raw_outcome') }} as raw_outcome_key,
        {{ policy_flag('is_connected') }} as is_connected
    from policy

)

select * from final
