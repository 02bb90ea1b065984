{% macro finding__reassigned_repeatedly() %}
    -- Three or more times it went from one sales user to another.
    select
        source_system,
        lead_id,
        handoff_number,
        third_reassigned_at as detected_at,
        'Moved ' || cast(reassignment_count as string) || ' times from one sales user to another.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_owner
        and is_owner_tracked
        and reassignment_count >= 3
{% endmacro %}
