with leads as (

    select * from {{ ref('stg_salesforce__lead') }}
    where _is_kept

),

history as (

    select * from {{ ref('stg_salesforce__lead_history') }}
    where _is_kept

),

opportunities as (

    select * from {{ ref('int_salesforce__opportunities') }}

),

opportunity_leads as (

    select * from {{ ref('int_salesforce__opportunity_leads') }}

),

clock as (

    select * from {{ ref('int_clock') }}

),

logged as (

    select
        source_system,
        lead_id,
        min(case when {{ normalised_name_sql('field') }} = 'leadconverted' then changed_at end) as converted_at
    from history
    group by source_system, lead_id

),

that_days_opportunities as (

    select
        leads.source_system,
        leads.lead_id,
        min(opportunities.created_at) as created_at
    from leads
    inner join opportunity_leads
        on
            leads.source_system = opportunity_leads.source_system
            and leads.lead_id = opportunity_leads.lead_id
    inner join opportunities
        on
            opportunity_leads.source_system = opportunities.source_system
            and opportunity_leads.opportunity_id = opportunities.opportunity_id
    cross join clock
    where
        leads.converted_at_is_day
        and not opportunities.created_at_is_day
        and {{ local_day('opportunities.created_at', 'clock.default_timezone') }} = cast(leads.converted_at as date)
    group by leads.source_system, leads.lead_id

),

-- ConvertedDate is a date. The log knows the instant, and where none was landed, the opportunity that came of it does:
-- at the start of the day the lead was not converted yet, and what was done with it that morning counts.
timed as (

    select
        leads.*,
        case
            when leads.converted_at_is_day
                then coalesce(
                    logged.converted_at,
                    case when logged.lead_id is null then that_days_opportunities.created_at end
                )
        end as conversion_instant
    from leads
    left join logged
        on
            leads.source_system = logged.source_system
            and leads.lead_id = logged.lead_id
    left join that_days_opportunities
        on
            leads.source_system = that_days_opportunities.source_system
            and leads.lead_id = that_days_opportunities.lead_id

),

translated as (

    select
        source_system,
        lead_id,
        created_at,
        created_at_is_day,
        created_by,
        email,
        phone,
        first_name,
        last_name,
        company,
        job_title,
        country,
        region,
        lifecycle_stage,
        lifecycle_stage_at,
        lifecycle_stage_at_is_day,
        status,
        owner_id,
        original_source,
        campaign_id,
        landing_page,
        conversion_point,
        fit_grade,
        fit_score,
        intent_signal,
        qualification_reason,
        mql_at,
        mql_at_is_day,
        accepted_at,
        accepted_at_is_day,
        assigned_at,
        assigned_at_is_day,
        rejection_reason,
        rejection_note,
        coalesce(is_converted, converted_at is not null or contact_id is not null) as is_converted,
        coalesce(conversion_instant, converted_at) as converted_at,
        converted_at_is_day and conversion_instant is null as converted_at_is_day,
        contact_id,
        converted_account_id,
        converted_opportunity_id,
        account_id,
        -- Salesforce flags the loser of a merge as deleted: it is merged, not deleted.
        coalesce(is_deleted, false) and merged_into_id is null as is_deleted,
        case when is_deleted and merged_into_id is null then deleted_at end as deleted_at,
        merged_into_id,
        case when merged_into_id is not null then updated_at end as merged_at,
        updated_at,
        updated_at_is_day,
        _synced_at as synced_at
    from timed

)

select * from translated
