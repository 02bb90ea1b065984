{{ by_lead('due') }}
with

findings as (

    select * from {{ ref('int_handoff_findings') }}

),

final as (

    select
        source_system,
        lead_id,
        handoff_number,
        finding_code,
        layer,
        quality_dimension,
        confusion_type,
        severity,
        detected_at,
        evidence
    from findings

)

select * from final
