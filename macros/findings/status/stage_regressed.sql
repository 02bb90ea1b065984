{% macro finding__stage_regressed() %}
    -- The lifecycle went back without a recycle or a rejection.
    select
        source_system,
        lead_id,
        handoff_number,
        stage_regressed_at as detected_at,
        'The lifecycle stage moved backward on ' || {{ instant_text('stage_regressed_at') }} || '.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_stage_history
        and is_stage_tracked
        and stage_regressed_at is not null
{% endmacro %}
