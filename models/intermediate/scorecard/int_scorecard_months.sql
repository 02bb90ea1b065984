with

handoffs as (

    select * from {{ ref('fct_handoffs') }}

),

findings as (

    select * from {{ ref('fct_handoff_findings') }}
    where severity in {{ breaking_severities() }}

),

clock as (

    select * from {{ ref('int_clock') }}

),

broken as (

    select
        source_system,
        lead_id,
        handoff_number
        {%- for aspect in scorecard_aspects() %},
        min(case when {{ aspect.column }} = '{{ aspect.name }}' then detected_at end)
            as {{ aspect.aspect }}_{{ aspect.name }}_at
        {%- endfor %}
    from findings
    group by source_system, lead_id, handoff_number

),

scored as (

    select
        cast({{ dbt.date_trunc('month', local_day('handoffs.opened_at', 'clock.default_timezone')) }} as date)
            as month_start
        {%- for aspect in scorecard_aspects() %},
        {%- set key = aspect.aspect ~ '_' ~ aspect.name %}
        {%- set told = [] %}
        {%- for layer in aspect.layers %}
            {%- do told.append("handoffs.layer_" ~ layer) %}
        {%- endfor %}
        case when {{ told | join(" in ('ok', 'broken') or ") }} in ('ok', 'broken')
            or broken.{{ key }}_at is not null then 1 else 0 end as {{ key }}_judged,
        case when {{ told | join(" in ('ok', 'broken', 'pending') or ") }} in ('ok', 'broken', 'pending')
            or broken.{{ key }}_at is not null then 1 else 0 end as {{ key }}_told,
        case when broken.{{ key }}_at is not null then 1 else 0 end as {{ key }}_broken,
        case
            when {{ seconds_between('handoffs.opened_at', 'broken.' ~ key ~ '_at') }} <= 86400 * {{ var('trend_days') }}
                then 1
            else 0
        end as {{ key }}_broken_early
        {%- endfor %}
    from handoffs
    cross join clock
    left join broken
        on
            handoffs.source_system = broken.source_system
            and handoffs.lead_id = broken.lead_id
            and handoffs.handoff_number = broken.handoff_number

),

by_month as (

    select
        month_start
        {%- for aspect in scorecard_aspects() %}
        {%- set key = aspect.aspect ~ '_' ~ aspect.name %}
        {%- for count in ['judged', 'told', 'broken', 'broken_early'] %},
        sum({{ key }}_{{ count }}) as {{ key }}_{{ count }}
        {%- endfor %}
        {%- endfor %}
    from scored
    group by month_start

),

final as (

    {% for aspect in scorecard_aspects() %}
    {%- set key = aspect.aspect ~ '_' ~ aspect.name %}
    select
        '{{ aspect.aspect }}' as aspect,
        '{{ aspect.name }}' as name,
        month_start,
        {{ key }}_judged as judged,
        {{ key }}_told as told,
        {{ key }}_broken as broken,
        {{ key }}_broken_early as broken_early
    from by_month
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select * from final
