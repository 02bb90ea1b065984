{% macro finding__assignment_untracked() %}
    -- A sales user owns it and no source tells since when.
    select
        source_system,
        lead_id,
        handoff_number,
        human_owned_at as detected_at,
        'Owned by ' || first_sales_owner_id || ', and neither a history nor a stamp tells since when.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_owner
        and human_owned_at is not null
        and is_human_owned_inferred
{% endmacro %}
