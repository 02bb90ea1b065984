with

owners as (

    select source_system, owner_id, lower(name) as name_key
    from {{ ref('int_crm__owners') }}

),

owners_before as (

    select source_system, owner_id, lower(name) as name_key
    from {{ kept('int_crm__owners') }}

),

differing as (

    {{ rows_that_differ('owners', 'owners_before', 'source_system, name_key') }}

)

select * from differing
where
    name_key is not null
    and {{ finds_changes() }}
