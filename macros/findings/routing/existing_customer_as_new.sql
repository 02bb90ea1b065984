{% macro finding__existing_customer_as_new() %}
    -- The company was a customer already, and the owner of the account never had the lead.
    select
        source_system,
        lead_id,
        handoff_number,
        human_owned_at as detected_at,
        'Account ' || account_id
        || ' was a customer at the opening, and its owner did not have the lead in this handoff.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_account
        and records_account_owner
        and records_owner
        and is_owner_tracked
        and account_id is not null
        and is_customer_then
        and human_owned_at is not null
        and not has_account_owner_owned
{% endmacro %}
