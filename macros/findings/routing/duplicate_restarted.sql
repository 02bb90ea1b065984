{% macro finding__duplicate_restarted() %}
    -- The same person was handed off before under another record, and that did not end converted.
    select
        source_system,
        lead_id,
        handoff_number,
        opened_at as detected_at,
        'The same person was handed off as ' || earlier_lead_id || ' on ' || {{ day_text('earlier_opened_at') }}
        || '.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_email
        and earlier_lead_id is not null
{% endmacro %}
