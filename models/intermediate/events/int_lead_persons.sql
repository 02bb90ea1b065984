with

leads as (

    select * from {{ ref('int_lead_records') }}

),

merges as (

    select * from {{ ref('int_lead_merges') }}

),

addresses as (

    select
        leads.source_system,
        leads.lead_id,
        leads.created_at,
        {{ match_key('leads.email') }} as email_key,
        merges.lead_id is not null as is_merged
    from leads
    left join merges
        on
            leads.source_system = merges.source_system
            and leads.lead_id = merges.lead_id
    where {{ is_valid_email('leads.email') }}

),

counted as (

    select
        *,
        count(*) over (partition by source_system, email_key) as leads_of_address
    from addresses

),

-- An address that many leads share is a placeholder and nobody's.
final as (

    select
        source_system,
        lead_id,
        email_key as person_key,
        created_at,
        count(*) over (partition by source_system, email_key) as leads_of_person
    from counted
    where
        not is_merged
        and leads_of_address <= {{ var('placeholder_email_leads') }}

)

select * from final
