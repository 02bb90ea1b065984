with

leads as (

    select * from {{ ref('int_crm__leads') }}

),

lead_changes as (

    select * from {{ ref('int_crm__lead_changes') }}

),

horizons as (

    select * from {{ ref('int_field_history_horizons') }}

),

sources as (

    select * from {{ source('landing', 'sources') }}

),

versions as (

    select
        lead_changes.source_system,
        lead_changes.field,
        lead_changes.lead_id,
        count(*) as versions
    from lead_changes
    inner join sources on lead_changes.source_system = sources.source_system
    where sources.crm = 'hubspot'
    group by lead_changes.source_system, lead_changes.field, lead_changes.lead_id

),

full_logs as (

    select
        source_system,
        field,
        count(*) as truncated_leads
    from versions
    where versions >= {{ var('hubspot_kept_versions') }}
    group by source_system, field

),

-- A log that began after the CRM did: tracking was switched on then, or what is older was deleted.
older_leads as (

    select
        horizons.source_system,
        horizons.field,
        count(*) as leads_before_history
    from horizons
    inner join leads
        on
            horizons.source_system = leads.source_system
            and horizons.tracked_since > leads.created_at
            and not coalesce(leads.created_at_is_day, false)
    group by horizons.source_system, horizons.field

),

lead_counts as (

    select
        source_system,
        count(*) as leads
    from leads
    group by source_system

),

-- A few leads are older than the first change of any: that alone says nothing.
final as (

    select
        horizons.source_system,
        horizons.field,
        horizons.tracked_since,
        coalesce(full_logs.truncated_leads, 0) as truncated_leads,
        coalesce(older_leads.leads_before_history, 0) as leads_before_history,
        coalesce(full_logs.truncated_leads, 0) > 0
        or coalesce(older_leads.leads_before_history >= 0.01 * lead_counts.leads, false) as is_cut_off
    from horizons
    left join lead_counts on horizons.source_system = lead_counts.source_system
    left join full_logs
        on
            horizons.source_system = full_logs.source_system
            and horizons.field = full_logs.field
    left join older_leads
        on
            horizons.source_system = older_leads.source_system
            and horizons.field = older_leads.field

)

select * from final
