{% macro finding__rejection_reason_missing() %}
    -- Rejected, and nothing tells why.
    select
        source_system,
        lead_id,
        handoff_number,
        closed_at as detected_at,
        'Rejected ' || {{ closing_text() }} || ' with neither a reason nor a note.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_rejection_reason
        and outcome = 'rejected'
        and is_reason_known
        and raw_reason is null
        and not has_rejection_note
        and not has_last_human_body
{% endmacro %}
