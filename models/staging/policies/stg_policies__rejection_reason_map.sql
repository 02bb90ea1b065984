with

policy as (

    select * from {{ policy('rejection_reason_map') }}

),

final as (

    select
        trim(source_system) as source_system,
        trim(raw_reason) as raw_reason,
        {{ match_key('raw_reason') }} as raw_reason_key,
        {{ match_key('reason') }} as reason
    from policy

)

select * from final
