with deals as (

    select * from {{ ref('stg_hubspot__deal') }}
    where _is_kept and not coalesce(is_deleted, false)

),

associations as (

    select * from {{ ref('stg_hubspot__deal_contact') }}
    where _is_kept and not coalesce(is_deleted, false)

),

listed as (

    select
        source_system,
        opportunity_id,
        {{ json_array_items(json_list_of('contacts')) }} as item
    from deals
    where contacts is not null

),

linked as (

    select
        source_system,
        opportunity_id,
        {{ id_of_json_item('item') }} as lead_id
    from listed

    union

    select
        source_system,
        opportunity_id,
        lead_id
    from associations

)

select * from linked
where lead_id is not null
