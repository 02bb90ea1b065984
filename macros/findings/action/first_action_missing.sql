{% macro finding__first_action_missing() %}
    -- A sales user owns it, and nobody of sales has acted although the first action is overdue.
    select
        source_system,
        lead_id,
        handoff_number,
        first_action_due_at as detected_at,
        'No human sales activity by ' || {{ instant_text('window_ends_at') }} || '; the first action was due '
        || {{ instant_text('first_action_due_at') }} || '.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_activity
        and records_owner
        and is_owner_tracked
        and human_owned_at is not null
        and human_activity_count = 0
        and is_first_action_overdue
{% endmacro %}
