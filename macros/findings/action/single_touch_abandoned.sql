{% macro finding__single_touch_abandoned() %}
    -- One attempt that did not connect, nothing planned, and nobody came back.
    select
        source_system,
        lead_id,
        handoff_number,
        abandon_clock_due_at as detected_at,
        'One activity on ' || {{ instant_text('last_human_activity_at', 'is_last_human_day_level') }}
        || ' that did not connect, and nothing for ' || {{ minutes_text('abandon_used_minutes') }} || ' since.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_activity
        and outcome = 'open'
        and human_activity_count = 1
        and not has_connected
        and not has_future_task
        and is_abandon_overdue
{% endmacro %}
