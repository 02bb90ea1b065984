{% macro finding__conversion_point_missing() %}
    -- The form or other conversion point is unknown.
    select
        source_system,
        lead_id,
        handoff_number,
        opened_at as detected_at,
        'No form or conversion point on the lead and no submission that names one by '
        || {{ instant_text('opened_at', 'is_opened_day_level') }} || '.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_conversion_point
        and not is_created_by_sales
        and expects_form
        and conversion_point is null
{% endmacro %}
