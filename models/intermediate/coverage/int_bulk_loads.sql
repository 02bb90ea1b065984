with

leads as (

    select * from {{ ref('int_crm__leads') }}

),

same_instant as (

    select
        source_system,
        created_at,
        count(*) as leads_at_instant
    from leads
    where
        created_at is not null
        and not coalesce(created_at_is_day, false)
    group by source_system, created_at

),

-- Nobody fills in a form a hundred times in one second.
final as (

    select
        source_system,
        cast(sum(leads_at_instant) as bigint) as bulk_loaded_leads,
        min(created_at) as first_bulk_load_at
    from same_instant
    where leads_at_instant >= 100
    group by source_system

)

select * from final
