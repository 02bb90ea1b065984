with contacts as (

    select * from {{ ref('stg_hubspot__contact') }}
    where _is_kept

),

-- The detail of the source stands in for the campaign only in a source that keeps no campaign of its own.
final as (

    select
        source_system,
        count(campaign_id) > 0 as is_used
    from contacts
    group by source_system

)

select * from final
