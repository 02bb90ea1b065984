{{ by_lead('due') }}
with

intervals as (

    select * from {{ ref('int_handoff_clock_intervals') }}

),

owner_spans as (

    select * from {{ ref('int_owner_spans') }}

),

owner_team_periods as (

    select * from {{ ref('int_owner_team_periods') }}

),

timeline as (

    select * from {{ ref('int_calendar_timeline') }}

),

buckets as (

    select * from {{ ref('int_calendar_buckets') }}

),

clock as (

    select * from {{ ref('int_clock') }}

),

calendar_ids as (

    select distinct calendar_id
    from timeline

),

allowances as (

    select * from {{ ref('int_allowance_periods') }}

),

queue_allowances as (

    select * from {{ ref('int_queue_policies') }}

),

sla as (

    select * from {{ ref('int_handoff_allowances') }}

),

-- An allowance that starts at a day-level fact starts at the end of that day.
started as (

    select
        intervals.*,
        case
            when intervals.is_start_day_level then {{ end_of_day('intervals.starts_at') }}
            else intervals.starts_at
        end as runs_from
    from intervals
    cross join clock

),

-- The calendar is that of the team of the sales user or queue that owns the lead when the clock starts.
on_calendar as (

    select
        started.*,
        greatest(started.ends_at, started.runs_from) as runs_until,
        coalesce(calendar_ids.calendar_id, 'default') as calendar_id
    from started
    left join owner_spans
        on
            started.source_system = owner_spans.source_system
            and started.lead_id = owner_spans.lead_id
            and started.runs_from >= owner_spans.starts_at
            and started.runs_from < owner_spans.ends_at
    left join owner_team_periods
        on
            owner_spans.source_system = owner_team_periods.source_system
            and owner_spans.owner_id = owner_team_periods.owner_id
            and started.runs_from >= owner_team_periods.starts_at
            and started.runs_from < owner_team_periods.ends_at
            and owner_team_periods.owner_kind in ('sales_user', 'queue')
    left join calendar_ids on owner_team_periods.calendar_id = calendar_ids.calendar_id

),

measured as (

    select
        on_calendar.*,
        {{ business_position('at_start', 'on_calendar.runs_from') }} as start_position,
        {{ business_position('at_end', 'on_calendar.runs_until') }} as end_position
    from on_calendar
    left join timeline as at_start
        on
            on_calendar.calendar_id = at_start.calendar_id
            and cast(on_calendar.runs_from as date) = at_start.utc_day
            and on_calendar.runs_from >= at_start.starts_at
            and on_calendar.runs_from < at_start.ends_at
    left join timeline as at_end
        on
            on_calendar.calendar_id = at_end.calendar_id
            and cast(on_calendar.runs_until as date) = at_end.utc_day
            and on_calendar.runs_until >= at_end.starts_at
            and on_calendar.runs_until < at_end.ends_at

),

allowed as (

    select
        measured.source_system,
        measured.lead_id,
        measured.handoff_number,
        measured.clock,
        measured.queue_id,
        measured.starts_at,
        measured.ends_at,
        measured.runs_from,
        measured.calendar_id,
        measured.start_position,
        not measured.is_start_inferred as is_start_known,
        not measured.is_start_inferred
        and (measured.is_end_told or (not measured.is_end_inferred and not measured.is_end_day_level)) as is_known,
        not measured.is_start_day_level and not measured.is_end_day_level
        and not measured.is_start_inferred and not measured.is_end_inferred as is_to_the_minute,
        (measured.end_position - measured.start_position) / 60.0 as business_minutes,
        greatest({{ elapsed_minutes('measured.starts_at', 'measured.ends_at') }}, 0) as elapsed_minutes,
        case
            when measured.clock in ('human', 'first_action')
                then coalesce(sla.first_action_minutes, allowances.business_minutes)
            when measured.queue_id != '' then coalesce(queue_allowances.max_wait_minutes, allowances.business_minutes)
            else allowances.business_minutes
        end as allowance_minutes
    from measured
    left join allowances
        on
            measured.allowance = allowances.allowance
            and cast(measured.runs_from as date) >= allowances.valid_from
            and cast(measured.runs_from as date) < allowances.valid_to
    left join queue_allowances
        on
            measured.source_system = queue_allowances.source_system
            and measured.queue_id = queue_allowances.queue_id
            and cast(measured.runs_from as date) >= queue_allowances.valid_from
            and cast(measured.runs_from as date) < queue_allowances.valid_to
    left join sla
        on
            measured.source_system = sla.source_system
            and measured.lead_id = sla.lead_id
            and measured.handoff_number = sla.handoff_number

),

targets as (

    select
        *,
        start_position + allowance_minutes * 60 as due_position,
        -- Only what is past its due time, and the first action always, is asked when it was due.
        case
            when clock = 'first_action' or business_minutes > allowance_minutes
                then cast(floor((start_position + allowance_minutes * 60) / 28800) as bigint)
        end as due_bucket
    from allowed

),

placed as (

    select
        targets.source_system,
        targets.lead_id,
        targets.handoff_number,
        targets.clock,
        targets.queue_id,
        targets.starts_at,
        targets.ends_at,
        targets.is_start_known,
        targets.is_known,
        targets.is_to_the_minute,
        targets.business_minutes,
        targets.elapsed_minutes,
        targets.allowance_minutes,
        case
            when targets.allowance_minutes <= 0 then targets.runs_from
            else {{ add_seconds('buckets.opens_at', 'targets.due_position - buckets.open_seconds_before') }}
        end as due_at
    from targets
    left join buckets
        on
            targets.calendar_id = buckets.calendar_id
            and targets.due_bucket = buckets.bucket
            and buckets.open_seconds_before < targets.due_position
            and buckets.open_seconds_before + buckets.open_seconds >= targets.due_position

),

-- Past means strictly more business minutes than allowed.
final as (

    select
        *,
        is_known and business_minutes > allowance_minutes as is_overdue
    from placed

)

select * from final
