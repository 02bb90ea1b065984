{% macro finding__owner_missing() %}
    -- From the opening until it closed, or until now, neither a sales user nor a queue owned it.
    select
        source_system,
        lead_id,
        handoff_number,
        assignment_clock_due_at as detected_at,
        'No sales user and no queue owned it for ' || {{ minutes_text('assignment_used_minutes') }} || '; allowed are '
        || {{ minutes_text('assignment_allowance_minutes') }} || '.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_owner
        and records_sales_team
        and is_owner_tracked
        and assigned_at is null
        and is_assignment_overdue
{% endmacro %}
