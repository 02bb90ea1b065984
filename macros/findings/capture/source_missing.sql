{% macro finding__source_missing() %}
    -- Nobody can say where this lead came from.
    select
        source_system,
        lead_id,
        handoff_number,
        opened_at as detected_at,
        'The lead has no original source.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_original_source
        and not is_created_by_sales
        and original_source is null
{% endmacro %}
