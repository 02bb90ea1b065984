{% macro finding__owner_late() %}
    -- A sales user or a queue did own it, but not in time.
    select
        source_system,
        lead_id,
        handoff_number,
        assigned_at as detected_at,
        'First owned after ' || {{ minutes_text('assignment_used_minutes') }} || '; allowed are '
        || {{ minutes_text('assignment_allowance_minutes') }} || '.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_owner
        and records_sales_team
        and is_owner_tracked
        and assigned_at is not null
        and not is_assigned_day_level
        and is_assignment_overdue
{% endmacro %}
