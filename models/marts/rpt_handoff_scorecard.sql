{%- set aspect_columns = {
    'layer': 'layer', 'quality_dimension': 'quality_dimension', 'confusion': 'confusion_type',
} -%}
{%- set old_enough = dbt.date_trunc('month', add_days('as_of_day', -var('trend_days'))) -%}
with

months as (

    select * from {{ ref('int_scorecard_months') }}

),

findings as (

    select * from {{ ref('fct_handoff_findings') }}
    where severity in {{ breaking_severities() }}

),

handoffs as (

    select * from {{ ref('fct_handoffs') }}

),

elements as (

    select * from {{ ref('int_crm_elements') }}

),

clock as (

    select * from {{ ref('int_clock') }}

),

totals as (

    select
        aspect,
        name,
        sum(judged) as judged,
        sum(broken) as broken
    from months
    group by aspect, name

),

finding_counts as (

    {% for aspect, column in aspect_columns.items() %}
    select '{{ aspect }}' as aspect, {{ column }} as name, finding_code, count(*) as handoffs
    from findings
    group by {{ column }}, finding_code
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

top_findings as (

    select
        *,
        row_number() over (partition by aspect, name order by handoffs desc, finding_code) as finding_rank
    from finding_counts

),

-- The latest whole month whose every handoff is old enough to compare, and the one before it.
latest_month as (

    select cast({{ dbt.date_trunc('month', add_days('cast(' ~ old_enough ~ ' as date)', -1)) }} as date) as month_start
    from clock

),

compared_months as (

    select
        month_start as latest_month,
        cast({{ dbt.date_trunc('month', add_days('month_start', -1)) }} as date) as previous_month
    from latest_month

),

month_pairs as (

    select
        months.aspect,
        months.name,
        compared_months.latest_month,
        sum(case when months.month_start = compared_months.latest_month then months.broken_early else 0 end) as hits,
        sum(case when months.month_start = compared_months.latest_month then months.told else 0 end) as trials,
        sum(case when months.month_start = compared_months.previous_month then months.broken_early else 0 end)
            as other_hits,
        sum(case when months.month_start = compared_months.previous_month then months.told else 0 end) as other_trials
    from months
    cross join compared_months
    group by 1, 2, 3

),

changes as (

    select
        *,
        cast(hits as double) / trials as latest_share,
        cast(other_hits as double) / other_trials as previous_share,
        case
            when cast(hits as double) / trials >= cast(other_hits as double) / other_trials then 1
            else -1
        end as direction
    from month_pairs
    where
        trials >= {{ reliable_from() }}
        and other_trials >= {{ reliable_from() }}

),

{{ exact_tests('tested_changes', 'changes') }},

{{ benjamini_hochberg('judged_changes', 'tested_changes') }},

scored as (

    select
        totals.aspect,
        totals.name,
        totals.judged,
        totals.broken,
        case when totals.judged > 0 then cast(totals.broken as double) / totals.judged end as share_broken,
        {{ wilson_low('totals.broken', 'totals.judged') }} as ci_low,
        {{ wilson_high('totals.broken', 'totals.judged') }} as ci_high,
        top_findings.finding_code as top_finding,
        cast(top_findings.handoffs as double) / nullif(totals.judged, 0) as top_finding_share,
        judged_changes.latest_month as trend_month,
        judged_changes.latest_share,
        judged_changes.previous_share,
        judged_changes.latest_share - judged_changes.previous_share as change,
        judged_changes.p_value as change_p_value,
        judged_changes.q_value <= 0.05 as is_change_significant
    from totals
    left join top_findings
        on
            totals.aspect = top_findings.aspect
            and totals.name = top_findings.name
            and top_findings.finding_rank = 1
    left join judged_changes
        on
            totals.aspect = judged_changes.aspect
            and totals.name = judged_changes.name

),

-- From 5 % broken on it leaks, from 25 % on it is broken, where the interval leaves no doubt.
ruled as (

    select
        *,
        case
            when judged = 0 then 'not_recorded'
            when judged < {{ reliable_from() }} then 'not_enough_data'
            when ci_low >= 0.25 then 'broken'
            when ci_high < 0.05 then 'holds'
            else 'leaks'
        end as verdict
    from scored

),

worded as (

    select
        *,
        case verdict
            when 'not_recorded' then 'Cannot be told: no CRM records it.'
            when 'not_enough_data'
                then 'Too early to tell: only ' || {{ number_text('judged') }} || ' handoffs can be judged.'
            else
                case verdict when 'broken' then 'Broken' when 'leaks' then 'Leaks' else 'Holds' end
                || ': ' || {{ percent_text('share_broken') }} || ' of ' || {{ number_text('judged') }}
                || ' handoffs break here'
                || coalesce(
                    ', most often by ' || replace(top_finding, '_', ' ')
                    || ' (' || {{ percent_text('top_finding_share') }} || ').',
                    '.'
                )
        end as verdict_in_words,
        case
            when latest_share is null then 'No two whole months to compare.'
            when is_change_significant and change > 0
                then 'Worse by ' || {{ points_text('change') }} || ' than the month before, more than noise.'
            when is_change_significant
                then 'Better by ' || {{ points_text('change') }} || ' than the month before, more than noise.'
            else 'No change from the month before that is more than noise.'
        end as trend_in_words
    from ruled

),

crm_handoffs as (

    select
        source_system,
        count(*) as judged,
        sum(case when first_broken_layer is not null then 1 else 0 end) as broken
    from handoffs
    group by source_system

),

crm_elements as (

    select
        source_system,
        count(*) as elements,
        sum(case when is_recorded then 1 else 0 end) as recorded_elements,
        concat_ws(
            ', '
            {%- for number in range(1, 10) %},
            max(case when element_number = {{ number }} and not is_recorded then element end)
            {%- endfor %}
        ) as missing_elements
    from elements
    group by source_system

),

crms as (

    select
        crm_elements.source_system,
        crm_elements.elements,
        crm_elements.recorded_elements,
        crm_elements.missing_elements,
        coalesce(crm_handoffs.judged, 0) as judged,
        coalesce(crm_handoffs.broken, 0) as broken,
        crm_elements.recorded_elements * 2 < crm_elements.elements as is_lead_capture_only
    from crm_elements
    left join crm_handoffs on crm_elements.source_system = crm_handoffs.source_system

),

final as (

    select
        aspect,
        name,
        cast(judged as bigint) as handoffs_judged,
        cast(broken as bigint) as handoffs_broken,
        share_broken,
        ci_low,
        ci_high,
        verdict,
        verdict_in_words,
        top_finding,
        trend_month,
        latest_share,
        previous_share,
        change,
        change_p_value,
        is_change_significant,
        trend_in_words
    from worded

    union all

    select
        'crm' as aspect,
        source_system as name,
        cast(judged as bigint) as handoffs_judged,
        cast(broken as bigint) as handoffs_broken,
        case when judged > 0 then cast(broken as double) / judged end as share_broken,
        {{ wilson_low('broken', 'judged') }} as ci_low,
        {{ wilson_high('broken', 'judged') }} as ci_high,
        case when is_lead_capture_only then 'no_handoff_process' else 'handoff_process' end as verdict,
        case
            when is_lead_capture_only
                then
                    'There is no handoff process, only lead capture: '
                    || 'of the nine elements of a handoff this CRM does not record ' || missing_elements || '.'
            when missing_elements = '' then 'A handoff process: all nine elements of a handoff are recorded.'
            else
                'A handoff process: ' || {{ number_text('recorded_elements') }}
                || ' of the nine elements of a handoff are recorded. Missing: ' || missing_elements || '.'
        end as verdict_in_words,
        cast(null as {{ dbt.type_string() }}) as top_finding,
        cast(null as date) as trend_month,
        cast(null as double) as latest_share,
        cast(null as double) as previous_share,
        cast(null as double) as change,
        cast(null as double) as change_p_value,
        cast(null as boolean) as is_change_significant,
        cast(null as {{ dbt.type_string() }}) as trend_in_words
    from crms

)

select * from final
