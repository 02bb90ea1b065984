{% macro finding__campaign_missing() %}
    -- No campaign on the lead, and no campaign answered to before the handoff; phone, import and partner need none.
    select
        source_system,
        lead_id,
        handoff_number,
        opened_at as detected_at,
        'No campaign on the lead and none answered to by ' || {{ instant_text('opened_at', 'is_opened_day_level') }}
        || '.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_campaign
        and not is_created_by_sales
        and expects_campaign
        and campaign_id is null
{% endmacro %}
