{{ by_lead('due') }}
with

handoffs as (

    select * from {{ ref('int_handoffs') }}

),

leads as (

    select * from {{ ref('int_lead_records') }}

),

merges as (

    select * from {{ ref('int_lead_survivors') }}

),


clock as (

    select * from {{ ref('int_clock') }}

),

campaign_members as (

    select * from {{ ref('int_crm__campaign_members') }}

),

form_submissions as (

    select * from {{ ref('int_crm__form_submissions') }}

),

channel_map as (

    select * from {{ ref('stg_policies__channel_map') }}

),

generic_sources as (

    select distinct {{ match_key('source') }} as source_key
    from {{ ref('stg_policies__generic_sources') }}

),

lead_qualification as (

    select * from {{ ref('int_lead_qualification') }}

),

-- What a merged record answered to counts for the survivor too.
responses as (

    select source_system, lead_id, campaign_id, created_at, created_at_is_day
    from campaign_members

    union all

    select
        campaign_members.source_system, merges.survivor_lead_id as lead_id, campaign_members.campaign_id,
        campaign_members.created_at, campaign_members.created_at_is_day
    from campaign_members
    inner join merges
        on
            campaign_members.source_system = merges.source_system
            and campaign_members.lead_id = merges.lead_id

),

submissions as (

    select source_system, lead_id, form_name, page_url, submitted_at, submitted_at_is_day
    from form_submissions

    union all

    select
        form_submissions.source_system, merges.survivor_lead_id as lead_id, form_submissions.form_name,
        form_submissions.page_url, form_submissions.submitted_at, form_submissions.submitted_at_is_day
    from form_submissions
    inner join merges
        on
            form_submissions.source_system = merges.source_system
            and form_submissions.lead_id = merges.lead_id

),

response_dates as (

    select * from {{ ref('int_response_dates') }}

),

campaigns_before as (

    select
        handoffs.source_system,
        handoffs.lead_id,
        handoffs.handoff_number,
        {{ value_at_first('responses.campaign_id', 'coalesce(responses.created_at, handoffs.opened_at)') }}
            filter (where responses.campaign_id is not null) as campaign_id
    from handoffs
    cross join clock
    inner join response_dates on handoffs.source_system = response_dates.source_system
    inner join responses
        on
            handoffs.source_system = responses.source_system
            and handoffs.lead_id = responses.lead_id
            and {{ is_by_opening('responses.created_at', 'responses.created_at_is_day', 'response_dates.are_responses_dated') }}
    group by handoffs.source_system, handoffs.lead_id, handoffs.handoff_number

),

forms_before as (

    select
        handoffs.source_system,
        handoffs.lead_id,
        handoffs.handoff_number,
        count(*) as submissions,
        {{ value_at_last(
            'submissions.form_name', "coalesce(submissions.submitted_at, cast('1900-01-01' as timestamp))"
        ) }}
            filter (where submissions.form_name is not null) as form_name,
        {{ value_at_last(
            'submissions.page_url', "coalesce(submissions.submitted_at, cast('1900-01-01' as timestamp))"
        ) }}
            filter (where submissions.page_url is not null) as page_url
    from handoffs
    cross join clock
    inner join response_dates on handoffs.source_system = response_dates.source_system
    inner join submissions
        on
            handoffs.source_system = submissions.source_system
            and handoffs.lead_id = submissions.lead_id
            and {{ is_by_opening(
                'submissions.submitted_at', 'submissions.submitted_at_is_day', 'response_dates.are_submissions_dated'
            ) }}
    group by handoffs.source_system, handoffs.lead_id, handoffs.handoff_number

),

final as (

    select
        handoffs.source_system,
        handoffs.lead_id,
        handoffs.handoff_number,
        leads.is_created_by_sales,
        leads.original_source,
        generic_sources.source_key is not null as is_source_generic,
        channel_map.channel,
        coalesce(channel_map.expects_campaign, true) as expects_campaign,
        coalesce(channel_map.expects_form, true) as expects_form,
        coalesce(leads.campaign_id, campaigns_before.campaign_id) as campaign_id,
        coalesce(leads.landing_page, forms_before.page_url) as landing_page,
        coalesce(leads.conversion_point, forms_before.form_name) as conversion_point,
        {{ is_valid_email('leads.email') }} as has_valid_email,
        {{ is_valid_phone('leads.phone') }} as has_valid_phone,
        leads.qualification_reason,
        leads.intent_signal,
        leads.fit_grade is not null or leads.fit_score is not null as has_fit,
        lead_qualification.fit_band,
        lead_qualification.is_fit_sales_ready,
        lead_qualification.intent_tier,
        lead_qualification.is_intent_sales_ready,
        lead_qualification.geographic_territory
    from handoffs
    inner join leads
        on
            handoffs.source_system = leads.source_system
            and handoffs.lead_id = leads.lead_id
    left join lead_qualification
        on
            handoffs.source_system = lead_qualification.source_system
            and handoffs.lead_id = lead_qualification.lead_id
    left join channel_map on {{ match_key('leads.original_source') }} = channel_map.raw_source_key
    left join generic_sources on {{ match_key('leads.original_source') }} = generic_sources.source_key
    left join campaigns_before
        on
            handoffs.source_system = campaigns_before.source_system
            and handoffs.lead_id = campaigns_before.lead_id
            and handoffs.handoff_number = campaigns_before.handoff_number
    left join forms_before
        on
            handoffs.source_system = forms_before.source_system
            and handoffs.lead_id = forms_before.lead_id
            and handoffs.handoff_number = forms_before.handoff_number

)

select * from final
