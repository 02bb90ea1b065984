with

leads as (

    select * from {{ ref('int_crm__leads') }}

),

campaign_members as (

    select distinct source_system, lead_id
    from {{ ref('int_crm__campaign_members') }}
    where campaign_id is not null

),

form_submissions as (

    select
        source_system,
        lead_id,
        max(case when form_name is not null then 1 else 0 end) as has_form_name,
        max(case when page_url is not null then 1 else 0 end) as has_page_url
    from {{ ref('int_crm__form_submissions') }}
    group by source_system, lead_id

),

clock as (

    select * from {{ ref('int_clock') }}

),

opportunity_leads as (

    select distinct
        links.source_system,
        links.lead_id
    from {{ ref('int_crm__opportunity_leads') }} as links
    inner join {{ ref('int_crm__opportunities') }} as opportunities
        on
            links.source_system = opportunities.source_system
            and links.opportunity_id = opportunities.opportunity_id
    cross join clock
    where opportunities.created_at <= clock.as_of

),

conversions as (

    select * from {{ ref('int_lead_conversions') }}

),

status_values as (

    select * from {{ ref('int_status_values') }}

),

final as (

    select
        leads.source_system,
        leads.lead_id,
        (
            coalesce(leads.is_converted, false)
            and coalesce(coalesce(conversions.converted_at, leads.updated_at) <= clock.as_of, true)
        )
        or opportunity_leads.lead_id is not null
        or coalesce(status_values.status_group = 'converted', false) as is_converted_lead,
        leads.created_at,
        leads.created_at is not null as has_created_at,
        leads.original_source is not null as has_original_source,
        leads.campaign_id is not null or campaign_members.lead_id is not null as has_campaign,
        leads.landing_page is not null or coalesce(form_submissions.has_page_url = 1, false) as has_landing_page,
        leads.conversion_point is not null or coalesce(form_submissions.has_form_name = 1, false)
            as has_conversion_point,
        leads.email is not null as has_email,
        leads.phone is not null as has_phone,
        leads.country is not null as has_country,
        leads.fit_grade is not null or leads.fit_score is not null as has_fit,
        leads.intent_signal is not null as has_intent_signal,
        leads.qualification_reason is not null as has_qualification_reason,
        leads.lifecycle_stage is not null as has_lifecycle_stage,
        leads.mql_at is not null as has_mql_date,
        leads.status is not null as has_status,
        leads.owner_id is not null as has_owner,
        leads.assigned_at is not null as has_assignment_stamp,
        leads.accepted_at is not null as has_acceptance_stamp,
        leads.rejection_reason is not null as has_rejection_reason,
        leads.rejection_note is not null as has_rejection_note,
        leads.created_by is not null as has_created_by,
        coalesce(leads.is_deleted, false) as has_deletion
    from leads
    cross join clock
    left join campaign_members
        on
            leads.source_system = campaign_members.source_system
            and leads.lead_id = campaign_members.lead_id
    left join form_submissions
        on
            leads.source_system = form_submissions.source_system
            and leads.lead_id = form_submissions.lead_id
    left join opportunity_leads
        on
            leads.source_system = opportunity_leads.source_system
            and leads.lead_id = opportunity_leads.lead_id
    left join conversions
        on
            leads.source_system = conversions.source_system
            and leads.lead_id = conversions.lead_id
    left join status_values
        on
            leads.source_system = status_values.source_system
            and {{ match_key('leads.status') }} = status_values.raw_key
    where coalesce(leads.created_at <= clock.as_of, true)

)

select * from final
