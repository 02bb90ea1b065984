{% macro finding__queue_unmonitored() %}
    -- A queue that nobody watches: no active member, or nobody to escalate to where the policy names such people.
    select
        source_system,
        lead_id,
        handoff_number,
        least(
            case when records_queue_member then without_members_from end,
            case when records_escalation then without_escalation_from end
        ) as detected_at,
        case
            when records_queue_member and has_queue_without_members
                then 'Queue ' || queue_without_members || ' has no active member'
            else 'Queue ' || queue_without_escalation || ' has no escalation owner'
        end
        || case
            when
                records_queue_member and has_queue_without_members
                and records_escalation and has_queue_without_escalation
                then ', and queue ' || queue_without_escalation || ' no escalation owner.'
            else '.'
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
