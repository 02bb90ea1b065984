{% macro finding__queue_unworked() %}
    -- A queue held it longer than that queue may, whether it still waits or was claimed late.
    select
        source_system,
        lead_id,
        handoff_number,
        waited_too_long_at as detected_at,
        'Queue ' || overdue_queue_id || ' held it for ' || {{ minutes_text('overdue_wait_minutes') }}
        || '; allowed are ' || {{ minutes_text('overdue_wait_allowance') }} || '.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_queue
        and is_owner_tracked
        and has_waited_too_long_in_queue
{% endmacro %}
