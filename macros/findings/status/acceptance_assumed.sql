{% macro finding__acceptance_assumed() %}
    -- Sales worked it and never said that it was accepted.
    select
        source_system,
        lead_id,
        handoff_number,
        case
            when is_acceptance_overdue and worked_after_action_at is not null
                then greatest(acceptance_clock_due_at, worked_after_action_at)
            else window_ends_at
        end as detected_at,
        case when has_opportunity_in_window then 'An opportunity was opened' else 'Worked' end
        || ' with no explicit acceptance.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_acceptance
        and is_status_tracked
        and is_stage_tracked
        and accepted_at is null
        and (worked_after_action_at is not null or has_opportunity_in_window)
        and (outcome != 'open' or is_acceptance_overdue)
{% endmacro %}
