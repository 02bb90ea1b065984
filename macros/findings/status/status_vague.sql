{% macro finding__status_vague() %}
    -- The status tells nothing of what sales does.
    select
        source_system,
        lead_id,
        handoff_number,
        greatest(opened_at, status_at_span_end_since) as detected_at,
        'The current status "' || raw_status || '" is vague or unknown to the status map.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_status
        and outcome = 'open'
        and is_status_vague
{% endmacro %}
