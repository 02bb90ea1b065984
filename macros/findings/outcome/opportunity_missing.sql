{% macro finding__opportunity_missing() %}
    -- Converted or sales-qualified, and no opportunity shows it.
    select
        source_system,
        lead_id,
        handoff_number,
        opportunity_clock_due_at as detected_at,
        'Converted or sales-qualified, and no opportunity was linked by ' || {{ instant_text('opportunity_clock_due_at') }}
        || ', when it was due.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_opportunity
        and outcome in ('open', 'converted')
        and is_marked_converted
        and not has_linked_opportunity
        and is_opportunity_overdue
{% endmacro %}
