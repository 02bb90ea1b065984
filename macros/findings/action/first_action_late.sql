{% macro finding__first_action_late() %}
    -- The first action came after its due time.
    select
        source_system,
        lead_id,
        handoff_number,
        first_human_activity_at as detected_at,
        'First action after ' || {{ minutes_text('first_action_used_minutes') }} || ' of ownership; allowed are '
        || {{ minutes_text('first_action_allowance_minutes') }} || '.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_activity
        and records_owner
        and is_owner_tracked
        and first_human_activity_at is not null
        and is_first_action_overdue
{% endmacro %}
