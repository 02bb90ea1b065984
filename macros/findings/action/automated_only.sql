{% macro finding__automated_only() %}
    -- A sequence wrote, no human did: automation passed for follow-up.
    select
        source_system,
        lead_id,
        handoff_number,
        greatest(first_action_due_at, first_automated_activity_at) as detected_at,
        case
            when automated_activity_count = 1 then 'One automated activity'
            else cast(automated_activity_count as string) || ' automated activities'
        end
        || ' and no human one; the first action was due '
        || {{ instant_text('first_action_due_at') }} || '.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_activity
        and records_owner
        and is_owner_tracked
        and human_owned_at is not null
        and human_activity_count = 0
        and is_first_action_overdue
        and automated_activity_count > 0
{% endmacro %}
