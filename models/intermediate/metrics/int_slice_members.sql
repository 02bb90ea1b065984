with

handoffs as (

    select * from {{ ref('int_handoff_facts') }}

),

ids as (

    select source_system, 'campaign' as dimension, campaign_id as id
    from handoffs
    where campaign_id is not null
    group by source_system, campaign_id

    union all

    select source_system, 'owner' as dimension, first_sales_owner_id as id
    from handoffs
    where first_sales_owner_id is not null
    group by source_system, first_sales_owner_id

    union all

    select source_system, 'queue' as dimension, first_queue_id as id
    from handoffs
    where first_queue_id is not null
    group by source_system, first_queue_id

),

-- Ids are one CRM's own: where two of them use the same one, each is named with its CRM.
final as (

    select
        source_system,
        dimension,
        id,
        case
            when count(*) over (partition by dimension, id) > 1 then source_system || ':' || id
            else id
        end as member
    from ids

)

select * from final
