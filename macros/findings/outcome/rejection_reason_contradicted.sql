{% macro finding__rejection_reason_contradicted() %}
    -- The record itself refutes the reason.
    select
        source_system,
        lead_id,
        handoff_number,
        closed_at as detected_at,
        'Rejected as ' || rejection_reason || case rejection_reason
            when 'duplicate' then ', but no other lead of that person exists.'
            when 'existing_customer' then ', but no customer account matches.'
            else ', but an activity connected' || coalesce(' on ' || {{ instant_text('connected_at') }}, '') || '.'
        end as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_rejection_reason
        and outcome = 'rejected'
        and is_reason_known
        and (
            (rejection_reason = 'duplicate' and records_email and is_only_lead_of_person)
            or (rejection_reason = 'existing_customer' and records_account and tells_customers and not is_customer_then)
            or (rejection_reason = 'invalid_contact' and records_activity and has_connected)
        )
{% endmacro %}
