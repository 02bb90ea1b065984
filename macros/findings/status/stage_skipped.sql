{% macro finding__stage_skipped() %}
    -- The lifecycle went forward past a stage that every lead must pass.
    select
        source_system,
        lead_id,
        handoff_number,
        stage_skipped_at as detected_at,
        'The stage ' || skipped_stage || ' was skipped on ' || {{ instant_text('stage_skipped_at') }} || '.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_stage_history
        and is_stage_tracked
        and stage_skipped_at is not null
{% endmacro %}
