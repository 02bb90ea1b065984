{{ by_lead('changed') }}
with

field_events as (

    select * from {{ ref('int_field_events') }}
    where field = 'status'

),

status_values as (

    select * from {{ ref('int_status_values') }}

),

owner_team_periods as (

    select * from {{ ref('int_owner_team_periods') }}

),

-- A blank status counts as new; a status that no map knows belongs to no group.
grouped as (

    select
        field_events.source_system,
        field_events.lead_id,
        field_events.event_id,
        field_events.occurred_at,
        field_events.is_day_level,
        field_events.provenance,
        field_events.is_initial,
        field_events.is_undated,
        field_events.actor_id,
        field_events.is_automated_source,
        field_events.value_number,
        field_events.to_value as to_raw_status,
        case
            when coalesce(trim(field_events.to_value), '') = '' then 'new'
            else coalesce(to_values.status_group, 'unmapped')
        end as to_group,
        case
            when field_events.value_number = 1 and field_events.from_value is null then null
            when coalesce(trim(field_events.from_value), '') = '' then 'new'
            else coalesce(from_values.status_group, 'unmapped')
        end as from_group,
        case
            when coalesce(trim(field_events.to_value), '') = '' then false
            else coalesce(to_values.is_vague, not coalesce(to_values.is_mapped, false))
        end as is_vague
    from field_events
    left join status_values as to_values
        on
            field_events.source_system = to_values.source_system
            and {{ match_key('field_events.to_value') }} = to_values.raw_key
    left join status_values as from_values
        on
            field_events.source_system = from_values.source_system
            and {{ match_key('field_events.from_value') }} = from_values.raw_key

),

final as (

    select
        grouped.*,
        not grouped.is_undated
        and (grouped.from_group is null or grouped.from_group != grouped.to_group) as is_entry,
        -- Sales acted where a user of a sales team made the change, or nobody knows who did.
        not grouped.is_automated_source
        and (grouped.actor_id is null or coalesce(actor_periods.owner_kind = 'sales_user', false))
            as is_by_sales
    from grouped
    left join owner_team_periods as actor_periods
        on
            grouped.source_system = actor_periods.source_system
            and grouped.actor_id = actor_periods.owner_id
            and grouped.occurred_at >= actor_periods.starts_at
            and grouped.occurred_at < actor_periods.ends_at

)

select * from final
