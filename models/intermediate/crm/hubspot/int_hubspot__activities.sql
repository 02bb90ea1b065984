{{ by_lead('landed', is_view=true) }}
with engagements as (

    select * from {{ ref('int_hubspot__engagements') }}

),

associations as (

    select * from {{ ref('stg_hubspot__engagement_contact') }}
    where _is_kept and not coalesce(is_deleted, false)

),

contacts as (

    select * from {{ ref('stg_hubspot__contact') }}
    where _is_kept

),

listed as (

    select
        source_system,
        activity_id,
        {{ json_array_items(json_list_of('contacts')) }} as item
    from engagements
    where contacts is not null

),

-- One row per contact; the union drops an association told twice.
links as (

    select
        source_system,
        activity_id,
        {{ id_of_json_item('item') }} as lead_id
    from listed

    union

    select
        source_system,
        activity_id,
        lead_id
    from associations

),

translated as (

    select
        engagements.source_system,
        engagements.activity_id,
        links.lead_id,
        engagements.activity_type,
        engagements.owner_id,
        engagements.created_by,
        engagements.happened_at,
        engagements.happened_is_day,
        engagements.created_at,
        engagements.due_at,
        engagements.due_is_day,
        engagements.starts_at,
        engagements.is_completed,
        engagements.is_open_task,
        engagements.direction,
        engagements.outcome,
        engagements.is_automated_source,
        engagements.source,
        engagements.body is not null as has_body,
        engagements.synced_at
    from engagements
    inner join links
        on
            engagements.source_system = links.source_system
            and engagements.activity_id = links.activity_id
    left join contacts
        on
            links.source_system = contacts.source_system
            and links.lead_id = contacts.lead_id
    -- Archived with its contact, it was done all the same; archived alone, it was a mistake.
    where
        links.lead_id is not null
        and (not engagements.is_deleted or coalesce(contacts.is_deleted, false))

)

select * from translated
