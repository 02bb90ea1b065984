with

leads as (

    select * from {{ ref('int_lead_records') }}

),

field_changes as (

    select * from {{ ref('int_field_changes') }}
    where field != 'rejection_reason'

),

horizons as (

    select * from {{ ref('int_field_history_horizons') }}

),

clock as (

    select * from {{ ref('int_clock') }}

),

stage_values as (

    select * from {{ ref('int_stage_values') }}

),

status_values as (

    select * from {{ ref('int_status_values') }}

),

todays_values as (

    select
        source_system, lead_id, created_by_id, created_at_is_day, created_at, updated_at, updated_at_is_day,
        'owner_id' as field, owner_id as value,
        assigned_stamp_at as stamp_at, assigned_stamp_is_day as stamp_is_day
    from leads

    union all

    select
        leads.source_system, leads.lead_id, leads.created_by_id, leads.created_at_is_day, leads.created_at,
        case
            when leads.updated_at < leads.qualified_stamp_at then leads.qualified_stamp_at
            else leads.updated_at
        end as updated_at,
        leads.updated_at_is_day,
        'lifecycle_stage' as field, leads.lifecycle_stage as value,
        case
            when leads.stage_stamp_at is not null then leads.stage_stamp_at
            when stage_values.stage = 'mql' then leads.qualified_stamp_at
            when stage_values.stage = 'sal' then leads.accepted_stamp_at
        end as stamp_at,
        case
            when leads.stage_stamp_at is not null then leads.stage_stamp_is_day
            when stage_values.stage = 'mql' then leads.qualified_stamp_is_day
            else leads.accepted_stamp_is_day
        end as stamp_is_day
    from leads
    left join stage_values
        on
            leads.source_system = stage_values.source_system
            and {{ match_key('leads.lifecycle_stage') }} = stage_values.raw_key

    union all

    select
        leads.source_system, leads.lead_id, leads.created_by_id, leads.created_at_is_day, leads.created_at,
        leads.updated_at,
        leads.updated_at_is_day, 'status' as field, leads.status as value,
        case status_values.status_group
            when 'accepted' then leads.accepted_stamp_at
            when 'converted' then leads.converted_stamp_at
        end as stamp_at,
        case status_values.status_group
            when 'accepted' then leads.accepted_stamp_is_day
            else leads.converted_stamp_is_day
        end as stamp_is_day
    from leads
    left join status_values
        on
            leads.source_system = status_values.source_system
            and {{ match_key('leads.status') }} = status_values.raw_key

),

first_changes as (

    select
        source_system,
        lead_id,
        field,
        old_value,
        has_old_value
    from field_changes
    where change_number = 1

),

-- What the field held when the lead was created: before the first change, that change's old value; with a history that
-- logged no change, today's value.
initial_values as (

    select
        todays_values.source_system,
        todays_values.lead_id,
        todays_values.field,
        -- Without a creation date the first value stood before everything that is dated.
        coalesce(todays_values.created_at, cast('1900-01-01' as timestamp)) as occurred_at,
        todays_values.created_at_is_day as is_day_level,
        todays_values.created_at is null as is_undated,
        todays_values.created_by_id,
        case
            when first_changes.lead_id is null then todays_values.value
            when first_changes.has_old_value then first_changes.old_value
        end as to_value,
        'history' as provenance
    from todays_values
    inner join horizons
        on
            todays_values.source_system = horizons.source_system
            and todays_values.field = horizons.field
    left join first_changes
        on
            todays_values.source_system = first_changes.source_system
            and todays_values.lead_id = first_changes.lead_id
            and todays_values.field = first_changes.field

),

-- Without a history only today's value is known: it holds since its stamp, else an owner since creation and a stage or
-- a status since the last modification.
unlogged_values as (

    select
        todays_values.source_system,
        todays_values.lead_id,
        todays_values.field,
        case
            when todays_values.stamp_at is not null then todays_values.stamp_at
            when todays_values.field = 'owner_id'
                then coalesce(todays_values.created_at, cast('1900-01-01' as timestamp))
            -- Changed at a time that nothing tells: it stands when we look.
            else coalesce(todays_values.updated_at, clock.as_of)
        end as occurred_at,
        case
            when todays_values.stamp_at is not null then todays_values.stamp_is_day
            when todays_values.field = 'owner_id' then todays_values.created_at_is_day
            else todays_values.updated_at_is_day and todays_values.updated_at is not null
        end as is_day_level,
        todays_values.value as to_value,
        case when todays_values.stamp_at is not null then 'record' else 'inferred' end as provenance
    from todays_values
    cross join clock
    left join horizons
        on
            todays_values.source_system = horizons.source_system
            and todays_values.field = horizons.field
    where
        horizons.field is null
        and todays_values.value is not null

),

-- The MQL stamp tells of a stage that today's value no longer shows.
qualified_stamps as (

    select
        leads.source_system,
        leads.lead_id,
        'lifecycle_stage' as field,
        leads.qualified_stamp_at as occurred_at,
        leads.qualified_stamp_is_day as is_day_level,
        cast(null as varchar) as to_value,
        'mql' as canonical_value,
        'record' as provenance
    from leads
    left join horizons
        on
            leads.source_system = horizons.source_system
            and horizons.field = 'lifecycle_stage'
    where
        leads.qualified_stamp_at is not null
        and horizons.field is null

),

all_events as (

    select
        source_system, lead_id, field, occurred_at, is_day_level,
        cast(null as varchar) as from_value, to_value, cast(null as varchar) as canonical_value,
        false as has_old_value, created_by_id as actor_id, false as is_automated_source,
        provenance, true as is_initial, is_undated, 0 as change_number,
        'created:' || field as event_id
    from initial_values

    union all

    select
        source_system, lead_id, field, changed_at as occurred_at, is_day_level,
        old_value as from_value, new_value as to_value, cast(null as varchar) as canonical_value,
        has_old_value, actor_id, is_automated_source,
        'history' as provenance, false as is_initial, false as is_undated, change_number,
        change_id as event_id
    from field_changes

    union all

    select
        source_system, lead_id, field, occurred_at, is_day_level,
        cast(null as varchar) as from_value, to_value, cast(null as varchar) as canonical_value,
        false as has_old_value, cast(null as varchar) as actor_id, false as is_automated_source,
        provenance, false as is_initial, false as is_undated, 2 as change_number,
        'today:' || field as event_id
    from unlogged_values

    union all

    select
        source_system, lead_id, field, occurred_at, is_day_level,
        cast(null as varchar) as from_value, to_value, canonical_value,
        false as has_old_value, cast(null as varchar) as actor_id, false as is_automated_source,
        provenance, false as is_initial, false as is_undated, 1 as change_number,
        'stamp:mql' as event_id
    from qualified_stamps

),

happened as (

    select all_events.*
    from all_events
    cross join clock
    where all_events.occurred_at <= clock.as_of

),

chained as (

    select
        *,
        case
            when has_old_value then from_value
            else lag(to_value) over (
                partition by source_system, lead_id, field order by occurred_at, is_initial desc, change_number
            )
        end as previous_value
    from happened

),

-- A change into what already stood is no change.
changed as (

    select *
    from chained
    where
        is_initial
        or provenance != 'history'
        or coalesce({{ match_key('previous_value') }}, '') != coalesce({{ match_key('to_value') }}, '')

),

final as (

    select
        source_system,
        lead_id,
        field,
        event_id,
        occurred_at,
        is_day_level,
        previous_value as from_value,
        to_value,
        canonical_value,
        actor_id,
        is_automated_source,
        provenance,
        is_initial,
        is_undated,
        row_number() over (
            partition by source_system, lead_id, field order by occurred_at, is_initial desc, change_number
        ) as value_number
    from changed

)

select * from final
