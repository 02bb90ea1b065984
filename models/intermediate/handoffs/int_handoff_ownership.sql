{{ by_lead('due') }}
with

handoffs as (

    select * from {{ ref('int_handoffs') }}

),

owner_spans as (

    select * from {{ ref('int_handoff_owner_spans') }}

),

owner_changes as (

    select * from {{ ref('int_field_events') }}
    where
        field = 'owner_id'
        and not is_initial
        and provenance = 'history'

),

owner_team_periods as (

    select * from {{ ref('int_owner_team_periods') }}

),

owned as (

    select
        source_system,
        lead_id,
        handoff_number,
        min(case when owner_kind in ('sales_user', 'queue') then owned_from end) as assigned_at,
        {{ value_at_first('is_inferred', 'owned_from') }} filter (where owner_kind in ('sales_user', 'queue'))
            as is_assigned_inferred,
        {{ value_at_first('is_day_level', 'owned_from') }} filter (where owner_kind in ('sales_user', 'queue'))
            as is_assigned_day_level,
        min(case when owner_kind = 'sales_user' then owned_from end) as human_owned_at,
        {{ value_at_first('is_inferred', 'owned_from') }} filter (where owner_kind = 'sales_user')
            as is_human_owned_inferred,
        {{ value_at_first('is_day_level', 'owned_from') }} filter (where owner_kind = 'sales_user')
            as is_human_owned_day_level,
        {{ value_at_first('owner_id', 'owned_from') }} filter (where owner_kind = 'sales_user') as first_sales_owner_id,
        {{ value_at_first('team_id', 'owned_from') }} filter (where owner_kind = 'sales_user') as first_sales_team_id,
        {{ value_at_first('territory', 'owned_from') }} filter (where owner_kind = 'sales_user')
            as first_sales_territory,
        {{ value_at_first('owner_id', 'owned_from') }} filter (where owner_kind = 'queue') as first_queue_id,
        {{ value_at_first('team_id', 'owned_from') }} filter (where owner_kind = 'queue') as first_queue_team_id,
        bool_or(is_inferred and owner_id is not null) as has_inferred_owner,
        {{ value_at_last('owner_id', 'owned_from') }} filter (where is_owned_at_window_end) as owner_id,
        {{ value_at_last('owner_kind', 'owned_from') }} filter (where is_owned_at_window_end) as owner_kind,
        {{ value_at_last('owner_type', 'owned_from') }} filter (where is_owned_at_window_end) as owner_type,
        {{ value_at_last('is_active', 'owned_from') }} filter (where is_owned_at_window_end) as is_owner_active,
        {{ value_at_last('team_id', 'owned_from') }} filter (where is_owned_at_window_end) as owner_team_id
    from owner_spans
    group by source_system, lead_id, handoff_number

),

-- Changes from one sales user straight to another.
reassignments as (

    select
        handoffs.source_system,
        handoffs.lead_id,
        handoffs.handoff_number,
        owner_changes.occurred_at,
        row_number() over (
            partition by handoffs.source_system, handoffs.lead_id, handoffs.handoff_number
            order by owner_changes.occurred_at
        ) as reassignment_number
    from handoffs
    inner join owner_changes
        on
            handoffs.source_system = owner_changes.source_system
            and handoffs.lead_id = owner_changes.lead_id
            and owner_changes.occurred_at between handoffs.opened_at and handoffs.window_ends_at
    inner join owner_team_periods as from_periods
        on
            owner_changes.source_system = from_periods.source_system
            and owner_changes.from_value = from_periods.owner_id
            and owner_changes.occurred_at >= from_periods.starts_at
            and owner_changes.occurred_at < from_periods.ends_at
            and from_periods.owner_kind = 'sales_user'
    inner join owner_team_periods as to_periods
        on
            owner_changes.source_system = to_periods.source_system
            and owner_changes.to_value = to_periods.owner_id
            and owner_changes.occurred_at >= to_periods.starts_at
            and owner_changes.occurred_at < to_periods.ends_at
            and to_periods.owner_kind = 'sales_user'
    where owner_changes.from_value != owner_changes.to_value

),

reassigned as (

    select
        source_system,
        lead_id,
        handoff_number,
        count(*) as reassignment_count,
        min(case when reassignment_number = 3 then occurred_at end) as third_reassigned_at
    from reassignments
    group by source_system, lead_id, handoff_number

),

final as (

    select
        handoffs.source_system,
        handoffs.lead_id,
        handoffs.handoff_number,
        owned.assigned_at,
        coalesce(owned.is_assigned_inferred, false) as is_assigned_inferred,
        coalesce(owned.is_assigned_day_level, false) as is_assigned_day_level,
        owned.human_owned_at,
        coalesce(owned.is_human_owned_inferred, false) as is_human_owned_inferred,
        coalesce(owned.is_human_owned_day_level, false) as is_human_owned_day_level,
        owned.first_sales_owner_id,
        owned.first_sales_team_id,
        owned.first_sales_territory,
        owned.first_queue_id,
        owned.first_queue_team_id,
        coalesce(owned.has_inferred_owner, false) as has_inferred_owner,
        owned.owner_id,
        coalesce(owned.owner_kind, case when owned.owner_id is null then 'none' else 'other_user' end) as owner_kind,
        owned.owner_type,
        owned.is_owner_active,
        owned.owner_team_id,
        coalesce(reassigned.reassignment_count, 0) as reassignment_count,
        reassigned.third_reassigned_at
    from handoffs
    left join owned
        on
            handoffs.source_system = owned.source_system
            and handoffs.lead_id = owned.lead_id
            and handoffs.handoff_number = owned.handoff_number
    left join reassigned
        on
            handoffs.source_system = reassigned.source_system
            and handoffs.lead_id = reassigned.lead_id
            and handoffs.handoff_number = reassigned.handoff_number

)

select * from final
