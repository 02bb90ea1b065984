with

policy as (

    select * from {{ policy('channel_map') }}

),

final as (

    select
        trim(raw_source) as raw_source,
        {{ match_key('raw_source') }} as raw_source_key,
        trim(channel) as channel,
        {{ policy_flag('expects_campaign', blank='true') }} as expects_campaign,
        {{ policy_flag('expects_form', blank='true') }} as expects_form
    from policy

)

select * from final
