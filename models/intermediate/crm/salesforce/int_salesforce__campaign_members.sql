with members as (

    select * from {{ ref('stg_salesforce__campaign_member') }}
    where _is_kept and not coalesce(is_deleted, false)

),

parents as (

    select * from {{ ref('int_salesforce__lead_parents') }}
    where parent_type in ('lead', 'contact')

),

-- A membership of the contact is the converted lead's, unless it is older than the lead.
translated as (

    select
        members.source_system,
        members.member_id,
        members.campaign_id,
        parents.lead_id,
        members.created_at,
        members.created_at_is_day
    from members
    inner join parents
        on
            members.source_system = parents.source_system
            and coalesce(members.lead_id, members.contact_id) = parents.parent_id
    where
        members.lead_id is not null
        or coalesce(members.created_at >= parents.lead_created_at, true)

)

select * from translated
