{% macro finding__rejected_untouched() %}
    -- Rejected without one attempt; four reasons need none.
    select
        source_system,
        lead_id,
        handoff_number,
        closed_at as detected_at,
        'Rejected ' || {{ closing_text() }} || ' with no human sales activity.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_activity
        and outcome = 'rejected'
        and human_activity_count = 0
        and coalesce(rejection_reason, '') not in ('duplicate', 'existing_customer', 'invalid_contact', 'spam')
{% endmacro %}
