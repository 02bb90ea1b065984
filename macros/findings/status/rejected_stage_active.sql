{% macro finding__rejected_stage_active() %}
    -- Rejected, and the lifecycle stage still says that sales is working it.
    select
        source_system,
        lead_id,
        handoff_number,
        greatest(after_rejection_clock_due_at, stage_at_span_end_since) as detected_at,
        'Rejected ' || {{ closing_text() }}
        || case
            when not is_last_handoff then ', and when it was handed off again the stage was '
            when stage_at_span_end_since <= closed_at then ', and the stage is still '
            else ', and the stage is '
        end
        || stage_at_span_end || '.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        records_lifecycle_stage
        and is_stage_tracked
        and outcome = 'rejected'
        and is_stage_active_at_span_end
        and is_after_rejection_overdue
{% endmacro %}
