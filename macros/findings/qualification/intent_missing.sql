{% macro finding__intent_missing() %}
    -- What the lead wanted was never recorded.
    select
        source_system,
        lead_id,
        handoff_number,
        opened_at as detected_at,
        'No intent signal is recorded.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_intent_signal
        and intent_signal is null
{% endmacro %}
