{% macro finding__status_stale() %}
    -- Open, nothing planned, and nothing about it has moved.
    select
        source_system,
        lead_id,
        handoff_number,
        stale_clock_due_at as detected_at,
        'Neither status, stage, owner nor activity moved for ' || {{ minutes_text('stale_used_minutes') }}
        || '.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_status_history
        and is_status_tracked
        and outcome = 'open'
        and not has_future_task
        and is_stale_overdue
{% endmacro %}
