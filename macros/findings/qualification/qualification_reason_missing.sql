{% macro finding__qualification_reason_missing() %}
    -- Marketing declared it qualified and did not say why.
    select
        source_system,
        lead_id,
        handoff_number,
        opened_at as detected_at,
        'Opened by MQL with no qualification reason.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_qualification_reason
        and opened_by = 'mql'
        and qualification_reason is null
{% endmacro %}
