{{ by_lead('changed') }}
with

leads {{ as_read_each_time() }} (

    select * from {{ ref('int_lead_records') }}

),

field_changes {{ as_read_each_time() }} (

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

stages as (

    select * from {{ ref('stg_policies__lifecycle_stages') }}

),

conversions as (

    select * from {{ ref('int_lead_conversions') }}

),

stage_dates as (

    select * from {{ ref('int_crm__stage_dates') }}

),

-- Without a history the dates that the CRM keeps of stages tell of those that today's value no longer shows.
dated_stages as (

    select
        leads.source_system,
        leads.lead_id,
        stage_dates.raw_stage as to_value,
        cast(null as string) as canonical_value,
        {{ placed_instant('stage_dates.entered_at', 'stage_dates.entered_at_is_day') }} as entered_at,
        coalesce(stage_dates.entered_at_is_day, false) as is_day_level,
        coalesce(
            {{ any_alnum_only('lower(stage_dates.raw_stage)') }} = {{ any_alnum_only('lower(leads.lifecycle_stage)') }},
            false
        ) as is_todays
    from stage_dates
    cross join clock
    inner join leads
        on
            stage_dates.source_system = leads.source_system
            and stage_dates.lead_id = leads.lead_id
    left join horizons
        on
            stage_dates.source_system = horizons.source_system
            and horizons.field = 'lifecycle_stage'
    where horizons.field is null

    union all

    select
        leads.source_system,
        leads.lead_id,
        cast(null as string) as to_value,
        'mql' as canonical_value,
        leads.qualified_stamp_at as entered_at,
        leads.qualified_stamp_is_day as is_day_level,
        coalesce(stage_values.stage = 'mql', false) as is_todays
    from leads
    left join stage_values
        on
            leads.source_system = stage_values.source_system
            and {{ match_key('leads.lifecycle_stage') }} = stage_values.raw_key
    left join horizons
        on
            leads.source_system = horizons.source_system
            and horizons.field = 'lifecycle_stage'
    where
        leads.qualified_stamp_at is not null
        and horizons.field is null

),

last_dates as (

    select
        source_system,
        lead_id,
        max(entered_at) as entered_at,
        max_by(is_day_level, entered_at) as is_day_level,
        max(case when not is_todays then entered_at end) as other_entered_at
    from dated_stages
    group by source_system, lead_id

),

-- Today's stage is the last one: where another was entered after its own date, it was gone back to at a time that
-- nothing tells.
todays_stages as (

    select
        leads.source_system,
        leads.lead_id,
        leads.created_by_id,
        leads.created_at_is_day,
        leads.created_at,
        leads.lifecycle_stage,
        case
            when leads.updated_at < last_dates.entered_at then last_dates.entered_at
            else leads.updated_at
        end as updated_at,
        case
            when leads.updated_at < last_dates.entered_at then last_dates.is_day_level
            else leads.updated_at_is_day
        end as updated_at_is_day,
        case
            when leads.stage_stamp_at is not null then leads.stage_stamp_at
            when stage_values.stage = 'mql' then leads.qualified_stamp_at
            when stage_values.stage = 'sal' then leads.accepted_stamp_at
        end as stamp_at,
        case
            when leads.stage_stamp_at is not null then leads.stage_stamp_is_day
            when stage_values.stage = 'mql' then leads.qualified_stamp_is_day
            else leads.accepted_stamp_is_day
        end as stamp_is_day,
        last_dates.other_entered_at
    from leads
    left join stage_values
        on
            leads.source_system = stage_values.source_system
            and {{ match_key('leads.lifecycle_stage') }} = stage_values.raw_key
    left join last_dates
        on
            leads.source_system = last_dates.source_system
            and leads.lead_id = last_dates.lead_id

),

todays_values as (

    select
        source_system, lead_id, created_by_id, created_at_is_day, created_at, updated_at, updated_at_is_day,
        'owner_id' as field, owner_id as value,
        assigned_stamp_at as stamp_at, assigned_stamp_is_day as stamp_is_day
    from leads

    union all

    select
        source_system, lead_id, created_by_id, created_at_is_day, created_at, updated_at, updated_at_is_day,
        'lifecycle_stage' as field, lifecycle_stage as value,
        case when stamp_at < other_entered_at then null else stamp_at end as stamp_at,
        stamp_is_day
    from todays_stages

    union all

    select
        leads.source_system, leads.lead_id, leads.created_by_id, leads.created_at_is_day, leads.created_at,
        leads.updated_at,
        leads.updated_at_is_day, 'status' as field, leads.status as value,
        case status_values.status_group
            when 'accepted' then leads.accepted_stamp_at
            when 'converted' then conversions.converted_at
        end as stamp_at,
        case status_values.status_group
            when 'accepted' then leads.accepted_stamp_is_day
            else conversions.is_day_level
        end as stamp_is_day
    from leads
    left join status_values
        on
            leads.source_system = status_values.source_system
            and {{ match_key('leads.status') }} = status_values.raw_key
    left join conversions
        on
            leads.source_system = conversions.source_system
            and leads.lead_id = conversions.lead_id

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

-- The date of today's stage is what today's value stands at: told once.
stage_stamps as (

    select
        dated_stages.source_system,
        dated_stages.lead_id,
        'lifecycle_stage' as field,
        dated_stages.entered_at as occurred_at,
        dated_stages.is_day_level,
        dated_stages.to_value,
        dated_stages.canonical_value,
        'record' as provenance,
        coalesce(stages.rank, 0) as stage_rank
    from dated_stages
    left join unlogged_values
        on
            dated_stages.source_system = unlogged_values.source_system
            and dated_stages.lead_id = unlogged_values.lead_id
            and unlogged_values.field = 'lifecycle_stage'
            and case when dated_stages.is_todays then dated_stages.entered_at end = unlogged_values.occurred_at
            and unlogged_values.provenance = 'record'
    left join stage_values
        on
            dated_stages.source_system = stage_values.source_system
            and {{ match_key('dated_stages.to_value') }} = stage_values.raw_key
    left join stages on coalesce(dated_stages.canonical_value, stage_values.stage) = stages.stage
    where unlogged_values.lead_id is null

),

-- A log that keeps new values only tells the old one by the value before. No other needs to be put in order again:
-- int_field_changes has numbered it.
logs_without_old_values as (

    select
        source_system,
        field
    from field_changes
    where not has_old_value
    group by source_system, field

),

logged_values as (

    select
        field_changes.*,
        field_changes.old_value as previous_value
    from field_changes
    left join logs_without_old_values
        on
            field_changes.source_system = logs_without_old_values.source_system
            and field_changes.field = logs_without_old_values.field
    where logs_without_old_values.field is null

    union all

    select
        field_changes.*,
        case
            when field_changes.has_old_value then field_changes.old_value
            else lag(field_changes.new_value) over (
                partition by field_changes.source_system, field_changes.lead_id, field_changes.field
                order by field_changes.change_number
            )
        end as previous_value
    from field_changes
    inner join logs_without_old_values
        on
            field_changes.source_system = logs_without_old_values.source_system
            and field_changes.field = logs_without_old_values.field

),

stamps_and_todays as (

    select
        source_system, lead_id, field, occurred_at, is_day_level, to_value, cast(null as string) as canonical_value,
        provenance, 2 as told_number, 0 as stage_rank, 'today:' || field as event_id
    from unlogged_values

    union all

    select
        source_system, lead_id, field, occurred_at, is_day_level, to_value, canonical_value,
        provenance, 1 as told_number, stage_rank, 'stamp:' || coalesce(canonical_value, to_value) as event_id
    from stage_stamps

),

stamped_values as (

    select
        stamps_and_todays.*,
        lag(stamps_and_todays.to_value) over lead_field as previous_value,
        lag(stamps_and_todays.canonical_value) over lead_field as previous_canonical_value,
        row_number() over lead_field as value_number
    from stamps_and_todays
    cross join clock
    where stamps_and_todays.occurred_at <= clock.as_of
    window lead_field as (
        partition by stamps_and_todays.source_system, stamps_and_todays.lead_id, stamps_and_todays.field
        order by
            stamps_and_todays.occurred_at, stamps_and_todays.told_number, stamps_and_todays.stage_rank,
            stamps_and_todays.event_id
    )

),

-- The value at creation stands first, also where the creation is dated later than a change. A change into what already
-- stood is no change.
final as (

    select
        initial_values.source_system,
        initial_values.lead_id,
        initial_values.field,
        'created:' || initial_values.field as event_id,
        initial_values.occurred_at,
        initial_values.is_day_level,
        cast(null as string) as from_value,
        initial_values.to_value,
        cast(null as string) as from_canonical_value,
        cast(null as string) as canonical_value,
        initial_values.created_by_id as actor_id,
        false as is_automated_source,
        initial_values.provenance,
        true as is_initial,
        initial_values.is_undated,
        1 as value_number
    from initial_values
    cross join clock
    where initial_values.occurred_at <= clock.as_of

    union all

    select
        logged_values.source_system,
        logged_values.lead_id,
        logged_values.field,
        logged_values.change_id as event_id,
        logged_values.changed_at as occurred_at,
        logged_values.is_day_level,
        logged_values.previous_value as from_value,
        logged_values.new_value as to_value,
        cast(null as string) as from_canonical_value,
        cast(null as string) as canonical_value,
        logged_values.actor_id,
        logged_values.is_automated_source,
        'history' as provenance,
        false as is_initial,
        false as is_undated,
        logged_values.change_number + 1 as value_number
    from logged_values
    cross join clock
    where
        logged_values.changed_at <= clock.as_of
        and coalesce({{ match_key('logged_values.previous_value') }}, '')
        != coalesce({{ match_key('logged_values.new_value') }}, '')

    union all

    select
        source_system,
        lead_id,
        field,
        event_id,
        occurred_at,
        is_day_level,
        previous_value as from_value,
        to_value,
        previous_canonical_value as from_canonical_value,
        canonical_value,
        cast(null as string) as actor_id,
        false as is_automated_source,
        provenance,
        false as is_initial,
        false as is_undated,
        value_number
    from stamped_values

)

select * from final
