{% macro finding__rejection_reason_in_notes() %}
    -- Why it was rejected can only be read, not counted.
    select
        source_system,
        lead_id,
        handoff_number,
        closed_at as detected_at,
        'Rejected ' || {{ closing_text() }} || ' with the reason in free text only.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_rejection_reason
        and outcome = 'rejected'
        and is_reason_known
        and raw_reason is null
        and (has_rejection_note or has_last_human_body)
{% endmacro %}
