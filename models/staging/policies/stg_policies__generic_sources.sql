with

policy as (

    select * from {{ policy('generic_sources') }}

),

-- Where dbt loads a seed itself, as on Spark, it takes the word Null for no value.
named as (

    select coalesce(source, 'Null') as source
    from policy

),

final as (

    select
        trim(source) as source,
        {{ match_key('source') }} as source_key
    from named

)

select * from final
