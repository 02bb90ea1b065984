{% macro finding__handoff_undeclared() %}
    -- Sales worked the lead with no MQL before it, and no sales user created it.
    select
        source_system,
        lead_id,
        handoff_number,
        opened_at as detected_at,
        'Sales started on ' || {{ instant_text('opened_at', 'is_opened_day_level') }}
        || ' with no MQL before it.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        opened_by = 'sales_action'
        and not is_created_by_sales
{% endmacro %}
