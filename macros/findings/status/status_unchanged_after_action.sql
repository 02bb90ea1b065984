{% macro finding__status_unchanged_after_action() %}
    -- Sales acted and the status still says new.
    select
        source_system,
        lead_id,
        handoff_number,
        status_update_clock_due_at as detected_at,
        'Worked on ' || {{ instant_text('first_human_stands_at', 'is_first_human_day_level') }}
        || ', and the status was still new ' || {{ minutes_text('status_update_used_minutes') }} || ' later.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_status_history
        and is_status_tracked
        and records_activity
        and first_human_stands_at is not null
        and status_group_at_first_action = 'new'
        and (left_new_at is null or left_new_at >= closed_at)
        and is_status_update_overdue
{% endmacro %}
