{% macro finding__rejected_stage_active() %}
    -- Rejected, and the lifecycle stage still says that sales is working it.
    select
        source_system,
        lead_id,
        handoff_number,
        after_rejection_clock_due_at as detected_at,
        'Rejected on ' || {{ instant_text('closed_at') }} || ', and the stage is still ' || stage_at_span_end
        || '.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_lifecycle_stage
        and is_stage_tracked
        and outcome = 'rejected'
        and is_stage_active_at_span_end
        and is_after_rejection_overdue
{% endmacro %}
