{% macro finding__rejected_deleted() %}
    -- The record was deleted, and what could be learned went with it.
    select
        source_system,
        lead_id,
        handoff_number,
        deleted_at as detected_at,
        'Deleted on ' || {{ instant_text('deleted_at') }}
        || case outcome when 'deleted' then ' while the handoff was open.' else ' after the rejection.' end as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_deletion
        and outcome in ('deleted', 'rejected')
        and deleted_at is not null
        and coalesce(rejection_reason, '') not in ('spam', 'duplicate', 'invalid_contact')
{% endmacro %}
