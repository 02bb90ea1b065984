{% macro finding__status_stage_conflict() %}
    -- Status and stage contradict each other.
    select
        source_system,
        lead_id,
        handoff_number,
        greatest(opened_at, status_at_span_end_since, stage_at_span_end_since) as detected_at,
        'The status group is ' || status_group_at_span_end || ' while the lifecycle stage is ' || stage_at_span_end
        || '.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_status
        and records_lifecycle_stage
        and is_last_handoff
        and has_status_stage_conflict
        and not (status_group_at_span_end = 'rejected' and is_stage_active_at_span_end)
{% endmacro %}
