{% macro finding__worked_by_non_owner() %}
    -- Somebody other than the owner made the first move.
    select
        source_system,
        lead_id,
        handoff_number,
        first_human_activity_at as detected_at,
        'First worked by ' || first_human_performer_id || ' while ' || coalesce(first_human_owner_id, 'nobody')
        || ' owned it.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_activity
        and records_owner
        and is_owner_tracked
        and first_human_activity_at is not null
        and not is_first_human_owner_inferred
        and coalesce(first_human_owner_id, '') != first_human_performer_id
{% endmacro %}
