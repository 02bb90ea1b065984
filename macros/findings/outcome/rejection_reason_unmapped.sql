{% macro finding__rejection_reason_unmapped() %}
    -- A reason that the reason map does not know.
    select
        source_system,
        lead_id,
        handoff_number,
        closed_at as detected_at,
        'The reason "' || raw_reason || '" is not in the reason map.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_rejection_reason
        and outcome = 'rejected'
        and is_reason_known
        and raw_reason is not null
        and rejection_reason is null
{% endmacro %}
