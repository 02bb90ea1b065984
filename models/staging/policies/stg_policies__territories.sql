with

policy as (

    select * from {{ policy('territories') }}

),

final as (

    select
        trim(country) as country,
        {{ match_key('country') }} as country_key,
        trim(region) as region,
        {{ match_key('region') }} as region_key,
        trim(territory) as territory
    from policy

)

select * from final
