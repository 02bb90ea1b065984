with

gaps as (

    select * from {{ ref('int_rate_gaps') }}

),

-- Nothing is tested on fewer than 30 on either side, and a gap that nobody would act on is none.
comparisons as (

    select
        *,
        case symptom
            {%- for symptom in symptoms() %}
            when '{{ symptom.name }}' then {{ symptom.bad_side }}
            {%- endfor %}
        end as direction,
        trials >= {{ reliable_from() }} and other_trials >= {{ reliable_from() }} as is_reliable
    from gaps

),

testable as (

    select * from comparisons
    where is_reliable

),

{{ exact_tests('tested', 'testable', margin=var('least_gap')) }},

{{ benjamini_hochberg('adjusted', 'tested') }},

joined as (

    select
        comparisons.*,
        adjusted.p_value,
        adjusted.q_value,
        coalesce(adjusted.q_value <= 0.05, false) as is_significant
    from comparisons
    left join adjusted
        on
            comparisons.dimension = adjusted.dimension
            and comparisons.member = adjusted.member
            and comparisons.symptom = adjusted.symptom

),

-- The part that the symptom itself measures explains nothing about it.
parts as (

    select
        *,
        {%- for part in process_parts() %}
        case
            {%- for symptom in symptoms() if symptom.metric == part.metric %}
            when symptom = '{{ symptom.name }}' then 0e0
            {%- endfor %}
            when {{ part.name }}_share_2 is not null and {{ part.name }}_share_1 is not null
                then {{ part.name }}_share_2 - {{ part.name }}_share_1
            else 0e0
        end as {{ part.name }}_gap{{ ',' if not loop.last }}
        {%- endfor %}
    from joined

),

-- A mix is named when it surely points the way of the gap and carries a quarter of it or more.
weighed as (

    select
        *,
        {%- for effect in ['quality', 'process'] %}
        is_significant
        and {{ effect }}_effect / nullif(gap, 0e0) >= 0.25
        and direction * {{ effect }}_effect > {{ z_95() }} * {{ effect }}_error as is_{{ effect }}_named,
        {%- endfor %}
        least({{ process_parts() | map(attribute='name') | join('_gap, ') }}_gap) as weakest_gap
    from parts

),

ruled as (

    select
        *,
        case
            when not is_significant then 'not_enough_data'
            when is_quality_named and is_process_named then 'both'
            when is_quality_named then 'lead_quality'
            when is_process_named then 'process_quality'
            else 'unexplained'
        end as verdict,
        (
            case when is_quality_named then quality_effect else 0e0 end
            + case when is_process_named then process_effect else 0e0 end
        ) / nullif(gap, 0e0) as explained_share,
        case
            when not is_process_named then null
            {%- for part in process_parts() %}
            when {{ part.name }}_gap = weakest_gap and weakest_gap < -0.05
                then
                    {{ percent_text(part.name ~ '_share_2') }} || ' {{ part.words }}, elsewhere '
                    || {{ percent_text(part.name ~ '_share_1') }} || '.'
            {%- endfor %}
        end as weakest_part
    from weighed

),

worded as (

    select
        *,
        case symptom
            {%- for symptom in symptoms() %}
            when '{{ symptom.name }}' then '{{ symptom.words }}'
            {%- endfor %}
        end
        || ' ' || {{ percent_text('rate') }} || ', elsewhere ' || {{ percent_text('reference_rate') }} || '. '
        || case
            when not is_reliable then 'Too few handoffs to say more.'
            when not is_significant and direction * gap > 0e0 then 'No worse than chance allows.'
            when not is_significant then 'Nothing amiss.'
            when verdict = 'unexplained' and comparable_share < 0.5
                then 'Its CRM records other things than the others'' do, so nothing can tell why.'
            when verdict = 'unexplained'
                then
                    'Neither the leads'' fit and intent nor the process explains it: '
                    || 'alike leads, handled alike, fare worse here.'
            else
                'Of the difference of ' || {{ points_text('gap') }} || ', '
                || case verdict
                    when 'lead_quality' then {{ part_text('quality_effect') }} || ' with the leads'' fit and intent.'
                    when 'process_quality' then {{ part_text('process_effect') }} || ' with how they are handled.'
                    else
                        {{ part_text('quality_effect') }} || ' with the leads'' fit and intent, '
                        || {{ points_text('process_effect') }} || ' with how they are handled.'
                end
                || case when explained_share < 0.5 then ' The rest is neither.' else '' end
                || coalesce(' ' || weakest_part, '')
        end as verdict_in_words,
        case verdict
            when 'lead_quality'
                then 'Targeting and MQL rules: which leads of low fit or intent come in here, and why they qualify.'
            when 'process_quality'
                then 'Context, assignment and response here: capacity, alerts and rules of the part that lags.'
            when 'both'
                then 'Both ends: targeting and MQL rules behind these leads, and the assignment and response they meet.'
            when 'unexplained'
                then
                    'What fit, intent and process do not record: a sample of these handoffs, their rejection reasons, '
                    || 'and how this segment judges.'
        end as what_to_inspect
    from ruled

),

factors as (

    {% for effect, factor in [('quality', 'lead_quality_mix'), ('process', 'process_mix'), ('rate', 'rate_effect')] %}
    select
        worded.*,
        '{{ factor }}' as factor,
        {{ effect }}_effect as contribution,
        {{ effect }}_effect - {{ z_95() }} * {{ effect }}_error as ci_low,
        {{ effect }}_effect + {{ z_95() }} * {{ effect }}_error as ci_high
    from worded
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

final as (

    select
        dimension,
        member,
        symptom,
        cast(trials as bigint) as handoffs,
        cast(other_trials as bigint) as reference_handoffs,
        rate,
        reference_rate,
        gap,
        factor,
        contribution,
        ci_low,
        ci_high,
        p_value,
        q_value,
        is_significant,
        verdict,
        verdict_in_words,
        what_to_inspect
    from factors

)

select * from final
