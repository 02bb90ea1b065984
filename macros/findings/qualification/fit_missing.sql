{% macro finding__fit_missing() %}
    -- How well the company fits was never recorded.
    select
        source_system,
        lead_id,
        handoff_number,
        opened_at as detected_at,
        'Neither a fit grade nor a fit score is recorded.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_fit
        and not has_fit
{% endmacro %}
