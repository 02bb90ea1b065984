{% macro finding__mql_below_criteria() %}
    -- Declared qualified although the policy, with fit and intent both known, says not sales-ready.
    select
        source_system,
        lead_id,
        handoff_number,
        opened_at as detected_at,
        'Opened by MQL with fit ' || fit_band || ' and intent ' || intent_tier
        || ', which the policy does not call sales-ready.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_fit
        and records_intent_signal
        and opened_by = 'mql'
        and is_fit_sales_ready is not null
        and is_intent_sales_ready is not null
        and not (is_fit_sales_ready and is_intent_sales_ready)
{% endmacro %}
