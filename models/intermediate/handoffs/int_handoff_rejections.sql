{{ by_lead('due') }}
with

handoffs as (

    select * from {{ ref('int_handoffs') }}
    where outcome in ('rejected', 'deleted')

),

leads as (

    select * from {{ ref('int_lead_records') }}

),

reason_changes as (

    select * from {{ ref('int_field_changes') }}
    where field = 'rejection_reason'

),

horizons as (

    select * from {{ ref('int_field_history_horizons') }}
    where field = 'rejection_reason'

),

reason_values as (

    select * from {{ ref('int_reason_values') }}

),

reasons as (

    select * from {{ ref('stg_policies__rejection_reasons') }}

),

numbered as (

    select
        *,
        row_number() over (
            partition by source_system, lead_id
            order by case outcome when 'rejected' then 0 else 1 end, handoff_number desc
        ) as number_from_last
    from handoffs

),

reasons_then as (

    select
        handoffs.source_system,
        handoffs.lead_id,
        handoffs.handoff_number,
        {{ value_at_last('reason_changes.new_value', 'reason_changes.change_number') }}
            filter (where reason_changes.changed_at <= handoffs.span_ends_at) as last_value,
        count(*) filter (where reason_changes.changed_at <= handoffs.span_ends_at) as changes_until,
        {{ value_at_first('reason_changes.old_value', 'reason_changes.change_number') }} as first_old_value
    from handoffs
    inner join reason_changes
        on
            handoffs.source_system = reason_changes.source_system
            and handoffs.lead_id = reason_changes.lead_id
    group by handoffs.source_system, handoffs.lead_id, handoffs.handoff_number

),

-- Without a history of the reason, the one on the record belongs to the last rejection, else to what was deleted
-- instead; so it is with a handoff from before the reason was tracked, unless the log names one.
known as (

    select
        numbered.*,
        reasons_then.last_value,
        reasons_then.first_old_value,
        reasons_then.changes_until,
        numbered.number_from_last = 1
        or coalesce(reasons_then.changes_until > 0, false)
        or coalesce(numbered.opened_at >= horizons.tracked_since, false) as is_reason_known
    from numbered
    left join horizons on numbered.source_system = horizons.source_system
    left join reasons_then
        on
            numbered.source_system = reasons_then.source_system
            and numbered.lead_id = reasons_then.lead_id
            and numbered.handoff_number = reasons_then.handoff_number

),

given as (

    select
        known.source_system,
        known.lead_id,
        known.handoff_number,
        known.is_reason_known,
        case
            when not known.is_reason_known then null
            when known.changes_until > 0 then known.last_value
            when known.changes_until = 0 then known.first_old_value
            else leads.rejection_reason
        end as raw_reason,
        case when known.number_from_last = 1 then leads.rejection_note end as rejection_note
    from known
    inner join leads
        on
            known.source_system = leads.source_system
            and known.lead_id = leads.lead_id

),

final as (

    select
        given.source_system,
        given.lead_id,
        given.handoff_number,
        given.is_reason_known,
        nullif(trim(given.raw_reason), '') as raw_reason,
        reason_values.reason,
        coalesce(reasons.is_timing, false) as is_timing_reason,
        coalesce(trim(given.rejection_note), '') != '' as has_rejection_note
    from given
    left join reason_values
        on
            given.source_system = reason_values.source_system
            and {{ match_key('given.raw_reason') }} = reason_values.raw_key
    left join reasons on reason_values.reason = reasons.reason

)

select * from final
