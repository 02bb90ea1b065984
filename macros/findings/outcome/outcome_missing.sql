{% macro finding__outcome_missing() %}
    -- Open for longer than any handoff should be.
    select
        source_system,
        lead_id,
        handoff_number,
        age_clock_due_at as detected_at,
        'Open for ' || {{ minutes_text('age_used_minutes') }} || '; allowed are '
        || {{ minutes_text('age_allowance_minutes') }} || '.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        (records_status or records_lifecycle_stage)
        and outcome = 'open'
        and is_age_overdue
{% endmacro %}
