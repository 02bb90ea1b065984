{% macro finding__landing_page_missing() %}
    -- The page that the lead came in by is unknown.
    select
        source_system,
        lead_id,
        handoff_number,
        opened_at as detected_at,
        'No landing page on the lead and none from a form by ' || {{ instant_text('opened_at', 'is_opened_day_level') }}
        || '.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_landing_page
        and not is_created_by_sales
        and expects_form
        and landing_page is null
{% endmacro %}
