{% macro finding__decision_missing() %}
    -- Sales has it and has said neither yes nor no.
    select
        source_system,
        lead_id,
        handoff_number,
        acceptance_clock_due_at as detected_at,
        'Neither accepted, rejected nor recycled ' || {{ minutes_text('acceptance_used_minutes') }}
        || ' after the MQL.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_acceptance
        and is_owner_tracked
        and is_status_tracked
        and is_stage_tracked
        and records_owner
        and opened_by = 'mql'
        and outcome = 'open'
        and human_owned_at is not null
        and accepted_at is null
        and is_acceptance_overdue
{% endmacro %}
