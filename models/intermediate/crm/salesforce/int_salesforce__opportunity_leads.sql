with opportunities as (

    select * from {{ ref('stg_salesforce__opportunity') }}
    where _is_kept and not coalesce(is_deleted, false)

),

roles as (

    select * from {{ ref('stg_salesforce__opportunity_contact_role') }}
    where _is_kept and not coalesce(is_deleted, false)

),

parents as (

    select * from {{ ref('int_salesforce__lead_parents') }}

),

of_conversion as (

    select
        source_system,
        parent_id as opportunity_id,
        lead_id
    from parents
    where parent_type = 'opportunity'

),

of_contact as (

    select
        opportunities.source_system,
        opportunities.opportunity_id,
        parents.lead_id
    from opportunities
    inner join parents
        on
            opportunities.source_system = parents.source_system
            and opportunities.contact_id = parents.parent_id

),

of_role as (

    select
        roles.source_system,
        roles.opportunity_id,
        parents.lead_id
    from roles
    inner join parents
        on
            roles.source_system = parents.source_system
            and roles.contact_id = parents.parent_id

),

-- The union drops a link told twice: by the conversion and by a role.
linked as (

    select * from of_conversion
    union
    select * from of_contact
    union
    select * from of_role

)

select * from linked
