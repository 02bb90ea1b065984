{%- set dimensions = ['all', 'source', 'channel', 'campaign', 'form'] -%}
with

metric_facts as (

    select * from {{ ref('int_metric_facts') }}
    where rejection_reason_completeness is not null

),

handoffs as (

    select * from {{ ref('fct_handoffs') }}
    where outcome = 'rejected'

),

findings as (

    select * from {{ ref('fct_handoff_findings') }}
    where finding_code = 'rejection_reason_contradicted'

),

reasons as (

    select * from {{ ref('stg_policies__rejection_reasons') }}

),

rejections as (

    select
        metric_facts.*,
        coalesce(handoffs.rejection_reason, '(none)') as reason,
        case when findings.finding_code is not null then 1 else 0 end as is_contradicted
    from metric_facts
    inner join handoffs
        on
            metric_facts.source_system = handoffs.source_system
            and metric_facts.lead_id = handoffs.lead_id
            and metric_facts.handoff_number = handoffs.handoff_number
    left join findings
        on
            metric_facts.source_system = findings.source_system
            and metric_facts.lead_id = findings.lead_id
            and metric_facts.handoff_number = findings.handoff_number

),

counted as (

    {% for dimension in dimensions %}
    select
        {{ slice_columns(dimension) }}
        reason,
        count(*) as rejections,
        sum(is_contradicted) as contradicted
    from rejections
    where {{ is_in_slice(dimension) }}
    group by 1, 2, 3
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

with_totals as (

    select
        *,
        sum(rejections) over (partition by dimension, member) as member_rejections
    from counted

),

final as (

    select
        with_totals.dimension,
        with_totals.member,
        with_totals.reason,
        cast(with_totals.rejections as bigint) as rejections,
        cast(with_totals.member_rejections as bigint) as member_rejections,
        cast(with_totals.rejections as double) / with_totals.member_rejections as share,
        {{ wilson_low('with_totals.rejections', 'with_totals.member_rejections') }} as ci_low,
        {{ wilson_high('with_totals.rejections', 'with_totals.member_rejections') }} as ci_high,
        -- A rejection without a reason has none that could be true.
        case
            when with_totals.reason != '(none)'
                then cast(with_totals.rejections - with_totals.contradicted as double) / with_totals.rejections
        end as verified_share,
        reasons.is_timing,
        case
            when with_totals.reason = '(none)'
                then 'Sales gave no reason that can be counted: make the reason a required picklist on rejection.'
            else reasons.marketing_insight
        end as insight,
        with_totals.member_rejections >= {{ reliable_from() }} as is_reliable
    from with_totals
    left join reasons on with_totals.reason = reasons.reason

)

select * from final
