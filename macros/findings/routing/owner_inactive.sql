{% macro finding__owner_inactive() %}
    -- It waits with somebody who has left.
    select
        source_system,
        lead_id,
        handoff_number,
        as_of as detected_at,
        'Open, and its owner ' || owner_id || ' is deactivated.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_owner
        and records_owner_is_active
        and outcome = 'open'
        and owner_type = 'user'
        and not is_owner_active
{% endmacro %}
