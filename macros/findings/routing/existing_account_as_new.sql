{% macro finding__existing_account_as_new() %}
    -- The company was known and has an owner in sales, yet neither that owner nor the team got the lead.
    select
        source_system,
        lead_id,
        handoff_number,
        human_owned_at as detected_at,
        'Account ' || account_id || ' belongs to ' || account_owner_id
        || ', and neither that owner nor the team had the lead in this handoff.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_account
        and records_owner
        and is_owner_tracked
        and account_id is not null
        and is_account_owner_active_sales
        and human_owned_at is not null
        and not has_account_team_owned
{% endmacro %}
