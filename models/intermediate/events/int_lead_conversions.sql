with

leads as (

    select * from {{ ref('int_crm__leads') }}
    where converted_at is not null

),

lead_changes {{ as_read_each_time() }} (

    select * from {{ ref('int_crm__lead_changes') }}

),

status_values as (

    select * from {{ ref('int_status_values') }}
    where status_group = 'converted'

),

opportunities as (

    select * from {{ ref('int_lead_opportunities') }}
    where not is_day_level

),

clock as (

    select * from {{ ref('int_clock') }}

),

logged as (

    select
        source_system,
        lead_id,
        min(changed_at) as logged_at
    from lead_changes
    where field = 'converted'
    group by source_system, lead_id

),

dated as (

    select
        leads.source_system,
        leads.lead_id,
        {{ placed_instant('leads.converted_at', 'leads.converted_at_is_day') }} as dated_at,
        coalesce(leads.converted_at_is_day, false) as is_day
    from leads
    cross join clock

),

logged_statuses as (

    select
        dated.source_system,
        dated.lead_id,
        lead_changes.changed_at,
        {{ local_day('lead_changes.changed_at', 'clock.default_timezone') }} as changed_on,
        {{ local_day('dated.dated_at', 'clock.default_timezone') }} as dated_on
    from dated
    cross join clock
    inner join lead_changes
        on
            dated.source_system = lead_changes.source_system
            and dated.lead_id = lead_changes.lead_id
    inner join status_values
        on
            lead_changes.source_system = status_values.source_system
            and {{ match_key('lead_changes.new_value') }} = status_values.raw_key
    where
        dated.is_day
        and lead_changes.field = 'status'
        and not coalesce(lead_changes.changed_at_is_day, false)

),

-- That day's, or a neighbouring day's: a date is written in the zone of whoever converted, or of UTC. What the log tells
-- after as_of has not happened yet, whatever the date.
that_days_statuses as (

    select
        source_system,
        lead_id,
        coalesce(min(case when changed_on = dated_on then changed_at end), min(changed_at)) as status_at
    from logged_statuses
    where changed_on between {{ add_days('dated_on', -1) }} and {{ add_days('dated_on', 1) }}
    group by source_system, lead_id

),

that_days_opportunities as (

    select
        dated.source_system,
        dated.lead_id,
        min(opportunities.created_at) as opportunity_at
    from dated
    cross join clock
    inner join opportunities
        on
            dated.source_system = opportunities.source_system
            and dated.lead_id = opportunities.lead_id
    where
        dated.is_day
        and {{ local_day('opportunities.created_at', 'clock.default_timezone') }}
        = {{ local_day('dated.dated_at', 'clock.default_timezone') }}
    group by dated.source_system, dated.lead_id

),

-- A conversion date is a date: the log, else that day's status change or opportunity, tells the instant.
told as (

    select
        coalesce(logged.source_system, dated.source_system) as source_system,
        coalesce(logged.lead_id, dated.lead_id) as lead_id,
        case when not dated.is_day then dated.dated_at end as stamped_at,
        logged.logged_at,
        that_days_statuses.status_at,
        that_days_opportunities.opportunity_at,
        dated.dated_at
    from dated
    full outer join logged
        on
            dated.source_system = logged.source_system
            and dated.lead_id = logged.lead_id
    left join that_days_statuses
        on
            dated.source_system = that_days_statuses.source_system
            and dated.lead_id = that_days_statuses.lead_id
    left join that_days_opportunities
        on
            dated.source_system = that_days_opportunities.source_system
            and dated.lead_id = that_days_opportunities.lead_id

),

final as (

    select
        source_system,
        lead_id,
        coalesce(logged_at, stamped_at, status_at, opportunity_at, dated_at) as converted_at,
        coalesce(logged_at, stamped_at, status_at, opportunity_at) is null as is_day_level,
        case when logged_at is not null then 'history' else 'record' end as provenance
    from told

)

select * from final
