{{ by_lead('landed', is_view=true) }}
with leads as (

    select * from {{ ref('stg_salesforce__lead') }}
    where _is_kept

),

merged_contacts as (

    select * from {{ ref('stg_salesforce__contact') }}
    where _is_kept and merged_into_id is not null

),

itself as (

    select
        source_system,
        lead_id as parent_id,
        'lead' as parent_type,
        lead_id,
        created_at as lead_created_at,
        coalesce(is_deleted, false) as is_lead_deleted
    from leads

),

contacts as (

    select
        source_system,
        contact_id as parent_id,
        'contact' as parent_type,
        lead_id,
        created_at as lead_created_at,
        coalesce(is_deleted, false) as is_lead_deleted
    from leads
    where contact_id is not null

),

-- What was logged on a contact moves to the one it is merged into.
surviving_contacts as (

    select
        contacts.source_system,
        merged_contacts.merged_into_id as parent_id,
        contacts.parent_type,
        contacts.lead_id,
        contacts.lead_created_at,
        contacts.is_lead_deleted
    from contacts
    inner join merged_contacts
        on
            contacts.source_system = merged_contacts.source_system
            and contacts.parent_id = merged_contacts.contact_id

),

opportunities as (

    select
        source_system,
        converted_opportunity_id as parent_id,
        'opportunity' as parent_type,
        lead_id,
        created_at as lead_created_at,
        coalesce(is_deleted, false) as is_lead_deleted
    from leads
    where converted_opportunity_id is not null

),

stacked as (

    select * from itself
    union all
    select * from contacts
    union all
    select * from surviving_contacts
    union all
    select * from opportunities

)

select * from stacked
