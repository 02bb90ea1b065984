with

leads as (

    select * from {{ ref('int_lead_records') }}

),

merges as (

    select * from {{ ref('int_lead_merges') }}

),

lead_changes as (

    select * from {{ ref('int_crm__lead_changes') }}

),

status_events as (

    select * from {{ ref('int_status_events') }}

),

opportunities as (

    select * from {{ ref('int_lead_opportunities') }}

),

clock as (

    select * from {{ ref('int_clock') }}

),

logged_conversions as (

    select
        source_system,
        lead_id,
        min(changed_at) as logged_at
    from lead_changes
    where field = 'converted'
    group by source_system, lead_id

),

conversion_statuses as (

    select
        leads.source_system,
        leads.lead_id,
        min(status_events.occurred_at) as status_at
    from leads
    inner join status_events
        on
            leads.source_system = status_events.source_system
            and leads.lead_id = status_events.lead_id
    cross join clock
    where
        leads.is_converted
        and leads.converted_stamp_is_day
        and not status_events.is_initial
        and status_events.to_group = 'converted'
        and status_events.provenance = 'history'
        and {{ local_day('status_events.occurred_at', 'clock.default_timezone') }}
        = {{ local_day('leads.converted_stamp_at', 'clock.default_timezone') }}
    group by leads.source_system, leads.lead_id

),

conversion_opportunities as (

    select
        leads.source_system,
        leads.lead_id,
        min(opportunities.created_at) as opportunity_at
    from leads
    inner join opportunities
        on
            leads.source_system = opportunities.source_system
            and leads.lead_id = opportunities.lead_id
    cross join clock
    where
        leads.is_converted
        and leads.converted_stamp_is_day
        and not opportunities.is_day_level
        and {{ local_day('opportunities.created_at', 'clock.default_timezone') }}
        = {{ local_day('leads.converted_stamp_at', 'clock.default_timezone') }}
    group by leads.source_system, leads.lead_id

),

-- A conversion date is a date: the log, else that day's status change or opportunity, tells the instant.
told_conversions as (

    select
        leads.source_system,
        leads.lead_id,
        'converted' as event_type,
        leads.created_at,
        coalesce(
            logged_conversions.logged_at,
            case when not leads.converted_stamp_is_day then leads.converted_stamp_at end,
            conversion_statuses.status_at,
            conversion_opportunities.opportunity_at,
            leads.converted_stamp_at,
            leads.updated_at,
            clock.as_of
        ) as occurred_at,
        logged_conversions.logged_at is null
        and conversion_statuses.status_at is null
        and conversion_opportunities.opportunity_at is null
        and leads.converted_stamp_is_day as is_day_level,
        case
            when logged_conversions.logged_at is not null then 'history'
            when leads.converted_stamp_at is not null then 'record'
            else 'inferred'
        end as provenance,
        cast(null as varchar) as actor_id
    from leads
    cross join clock
    left join logged_conversions
        on
            leads.source_system = logged_conversions.source_system
            and leads.lead_id = logged_conversions.lead_id
    left join conversion_statuses
        on
            leads.source_system = conversion_statuses.source_system
            and leads.lead_id = conversion_statuses.lead_id
    left join conversion_opportunities
        on
            leads.source_system = conversion_opportunities.source_system
            and leads.lead_id = conversion_opportunities.lead_id
    where leads.is_converted

),

-- No lead is converted before it exists; of dates, not before the day on which it began to.
conversions as (

    select
        told_conversions.source_system,
        told_conversions.lead_id,
        told_conversions.event_type,
        case
            when told_conversions.created_at is null or told_conversions.created_at <= told_conversions.occurred_at
                then told_conversions.occurred_at
            when told_conversions.is_day_level
                then
                    greatest(
                        told_conversions.occurred_at,
                        {{ day_start(local_day('told_conversions.created_at', 'clock.default_timezone'), 'clock.default_timezone') }}
                    )
            else told_conversions.created_at
        end as occurred_at,
        told_conversions.is_day_level,
        told_conversions.provenance,
        told_conversions.actor_id
    from told_conversions
    cross join clock

),

deletions as (

    select
        leads.source_system,
        leads.lead_id,
        'deleted' as event_type,
        coalesce(leads.deleted_at, leads.updated_at, clock.as_of) as occurred_at,
        false as is_day_level,
        case when leads.deleted_at is not null then 'record' else 'inferred' end as provenance,
        cast(null as varchar) as actor_id
    from leads
    cross join clock
    left join merges
        on
            leads.source_system = merges.source_system
            and leads.lead_id = merges.lead_id
    where
        leads.is_deleted
        and merges.lead_id is null

),

merged as (

    select
        source_system,
        lead_id,
        'merged' as event_type,
        merged_at as occurred_at,
        false as is_day_level,
        case when is_inferred then 'inferred' else 'record' end as provenance,
        merged_by as actor_id
    from merges

),

exits as (

    select * from conversions
    union all
    select * from deletions
    union all
    select * from merged

),

final as (

    select exits.*
    from exits
    cross join clock
    where exits.occurred_at <= clock.as_of

)

select * from final
