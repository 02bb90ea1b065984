with

owners as (

    select * from {{ ref('int_owners') }}

),

clock as (

    select * from {{ ref('int_clock') }}

),

final as (

    select
        owners.source_system,
        owners.owner_id,
        owners.team_key,
        clock.landed_at as seen_at
    from owners
    cross join clock
    where owners.is_in_crm

)

select * from final
