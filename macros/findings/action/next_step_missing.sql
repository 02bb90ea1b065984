{% macro finding__next_step_missing() %}
    -- Worked, or even connected, and no next step stands.
    select
        source_system,
        lead_id,
        handoff_number,
        next_step_clock_due_at as detected_at,
        'Last activity on ' || {{ instant_text('last_human_activity_at', 'is_last_human_day_level') }}
        || ', no next step, ' || {{ minutes_text('next_step_used_minutes') }} || ' since.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_activity
        and outcome = 'open'
        and (human_activity_count >= 2 or has_connected)
        and not has_future_task
        and is_next_step_overdue
{% endmacro %}
