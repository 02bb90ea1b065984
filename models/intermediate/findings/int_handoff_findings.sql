{{ by_lead('due') }}
with

{% for code in finding_codes() %}
{{ code }} as (
{{ context['finding__' ~ code]() }}
),

{% endfor %}
handoffs as (

    select * from {{ ref('int_handoff_facts') }}

),

catalogue as (

    select * from {{ ref('stg_policies__findings') }}

),

all_findings as (

    {% for code in finding_codes() %}
    select '{{ code }}' as finding_code, {{ code }}.* from {{ code }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

-- A merged record is judged on capture, qualification and routing only.
final as (

    select
        all_findings.source_system,
        all_findings.lead_id,
        all_findings.handoff_number,
        all_findings.finding_code,
        catalogue.layer,
        catalogue.quality_dimension,
        catalogue.confusion_type,
        catalogue.severity,
        coalesce(all_findings.detected_at, handoffs.opened_at) as detected_at,
        all_findings.evidence
    from all_findings
    inner join handoffs
        on
            all_findings.source_system = handoffs.source_system
            and all_findings.lead_id = handoffs.lead_id
            and all_findings.handoff_number = handoffs.handoff_number
    left join catalogue on all_findings.finding_code = catalogue.code
    where
        handoffs.outcome != 'merged'
        or catalogue.layer in ('capture', 'qualification', 'routing')

)

select * from final
