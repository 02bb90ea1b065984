with

policy as (

    select * from {{ policy('generic_sources') }}

),

final as (

    select
        trim(source) as source,
        {{ match_key('source') }} as source_key
    from policy

)

select * from final
