{% macro finding__source_generic() %}
    -- A source such as Other or Import names no channel that marketing could change.
    select
        source_system,
        lead_id,
        handoff_number,
        opened_at as detected_at,
        'The original source "' || original_source || '" names no channel.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_original_source
        and not is_created_by_sales
        and is_source_generic
{% endmacro %}
