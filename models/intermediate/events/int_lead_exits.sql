{{ by_lead('changed') }}
with

leads as (

    select * from {{ ref('int_lead_records') }}

),

merges as (

    select * from {{ ref('int_lead_merges') }}

),

told_conversions as (

    select * from {{ ref('int_lead_conversions') }}

),

clock as (

    select * from {{ ref('int_clock') }}

),

dated_conversions as (

    select
        leads.source_system,
        leads.lead_id,
        'converted' as event_type,
        leads.created_at,
        coalesce(told_conversions.converted_at, leads.updated_at, clock.as_of) as occurred_at,
        coalesce(
            case
                when told_conversions.lead_id is not null then told_conversions.is_day_level
                else leads.updated_at_is_day
            end,
            false
        ) as is_day_level,
        coalesce(told_conversions.provenance, 'inferred') as provenance,
        cast(null as string) as actor_id
    from leads
    cross join clock
    left join told_conversions
        on
            leads.source_system = told_conversions.source_system
            and leads.lead_id = told_conversions.lead_id
    where leads.is_converted

),

-- No lead is converted before it exists; of dates, not before the day on which it began to.
conversions as (

    select
        dated_conversions.source_system,
        dated_conversions.lead_id,
        dated_conversions.event_type,
        case
            when dated_conversions.created_at is null or dated_conversions.created_at <= dated_conversions.occurred_at
                then dated_conversions.occurred_at
            when dated_conversions.is_day_level
                then
                    greatest(
                        dated_conversions.occurred_at,
                        {{ day_start(local_day('dated_conversions.created_at', 'clock.default_timezone'), 'clock.default_timezone') }}
                    )
            else dated_conversions.created_at
        end as occurred_at,
        dated_conversions.is_day_level,
        dated_conversions.provenance,
        dated_conversions.actor_id
    from dated_conversions
    cross join clock

),

deletions as (

    select
        leads.source_system,
        leads.lead_id,
        'deleted' as event_type,
        coalesce(leads.deleted_at, leads.updated_at, clock.as_of) as occurred_at,
        coalesce(
            case when leads.deleted_at is not null then leads.deleted_at_is_day else leads.updated_at_is_day end, false
        ) as is_day_level,
        case when leads.deleted_at is not null then 'record' else 'inferred' end as provenance,
        cast(null as string) as actor_id
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
        is_day_level,
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
