{% macro finding__queue_unmonitored() %}
    -- A queue that nobody watches: no active member, or nobody to escalate to where the policy names such people.
    select
        source_system,
        lead_id,
        handoff_number,
        first_queued_at as detected_at,
        'Queue ' || first_queue_id
        || case
            when records_queue_member and has_queue_without_members then ' has no active member.'
            else ' has no escalation owner.'
        end as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_queue
        and is_owner_tracked
        and (
            (records_queue_member and has_queue_without_members)
            or (records_escalation and has_queue_without_escalation)
        )
{% endmacro %}
