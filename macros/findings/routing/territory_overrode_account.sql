{% macro finding__territory_overrode_account() %}
    -- Geography sent it to a territory although the account had an owner.
    select
        source_system,
        lead_id,
        handoff_number,
        human_owned_at as detected_at,
        'Account ' || account_id || ' has an owner, but the lead went to territory ' || first_sales_territory
        || ' by geography.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_account
        and records_owner
        and is_owner_tracked
        and account_id is not null
        and is_account_owner_active_sales
        and human_owned_at is not null
        and not has_account_team_owned
        and first_sales_territory = geographic_territory
{% endmacro %}
