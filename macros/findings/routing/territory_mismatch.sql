{% macro finding__territory_mismatch() %}
    -- No account decides, geography does, and the first sales owner belongs elsewhere.
    select
        source_system,
        lead_id,
        handoff_number,
        human_owned_at as detected_at,
        'Geography gives territory ' || geographic_territory || ', the first sales owner belongs to '
        || first_sales_territory || '.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_owner
        and is_owner_tracked
        and records_country
        and account_id is null
        and human_owned_at is not null
        and geographic_territory != first_sales_territory
{% endmacro %}
