{% macro finding__recycled_as_rejected() %}
    -- Good fit, bad timing: that is a recycle, not a rejection.
    select
        source_system,
        lead_id,
        handoff_number,
        closed_at as detected_at,
        'Rejected as ' || rejection_reason || ', a matter of timing, while its fit is ' || fit_band || '.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_rejection_reason
        and records_fit
        and outcome = 'rejected'
        and is_reason_known
        and is_timing_reason
        and is_fit_sales_ready
{% endmacro %}
