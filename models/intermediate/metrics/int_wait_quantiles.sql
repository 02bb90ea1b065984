{#- One curve per slice and period would be one enormous sort; per dimension and period grain it is many that fit in memory. -#}
{%- set curve = ['metric', 'member', 'period_start'] -%}
with

facts as (

    select * from {{ ref('int_metric_facts') }}

),

waits as (

    {% for wait in wait_definitions() %}
    select
        '{{ wait.name }}' as metric,
        opened_on
        {%- for dimension in slice_dimensions() %},
        {{ dimension }}
        {%- endfor %},
        {{ wait.name }} as minute,
        case when is_{{ wait.name }}_ended then 1 else 0 end as is_ended,
        case when not is_{{ wait.name }}_ended and is_open then 1 else 0 end as is_lasting
    from facts
    where {{ wait.name }} is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

{% for dimension in ['all'] + slice_dimensions() %}
{% for grain, period_start in metric_periods() %}
{%- set branch = dimension ~ '_' ~ grain %}
{{ branch }}_exits as (

    select
        metric,
        {{ "'all'" if dimension == 'all' else dimension }} as member,
        {{ period_start }} as period_start,
        minute,
        sum(is_ended) as events,
        count(*) as exits,
        sum(is_lasting) as lasting
    from waits
    where {{ is_in_slice(dimension) }}
    group by 1, 2, 3, 4

),

{{ branch }}_totals as (

    select
        metric,
        member,
        period_start,
        sum(events) as events,
        sum(exits) as exits,
        sum(lasting) as lasting
    from {{ branch }}_exits
    group by 1, 2, 3

),

{{ kaplan_meier(branch ~ '_curve', branch ~ '_exits', curve) }},

{{ branch }}_quantiles as (

    select
        metric,
        member,
        period_start,
        {{ survival_reaches('survival', 0.5) }} as median,
        {{ survival_reaches('ci_low', 0.5) }} as median_low,
        {{ survival_reaches('ci_high', 0.5) }} as median_high,
        {{ survival_reaches('survival', 0.1) }} as p90,
        {{ survival_reaches('ci_low', 0.1) }} as p90_low,
        {{ survival_reaches('ci_high', 0.1) }} as p90_high
    from {{ branch }}_curve
    group by 1, 2, 3

),

{% endfor %}
{% endfor %}
final as (

    {% for dimension in ['all'] + slice_dimensions() %}
    {% set dimension_loop = loop %}
    {% for grain, period_start in metric_periods() %}
    {%- set branch = dimension ~ '_' ~ grain %}
    select
        '{{ grain }}' as period_grain,
        totals.period_start,
        '{{ dimension }}' as dimension,
        totals.member,
        totals.metric,
        totals.events,
        totals.exits,
        totals.lasting,
        quantiles.median,
        quantiles.median_low,
        quantiles.median_high,
        quantiles.p90,
        quantiles.p90_low,
        quantiles.p90_high
    from {{ branch }}_totals as totals
    inner join {{ branch }}_quantiles as quantiles
        on
            totals.metric = quantiles.metric
            and totals.member = quantiles.member
            {%- if grain != 'all' %}
            and totals.period_start = quantiles.period_start
            {%- endif %}
    {{ 'union all' if not (dimension_loop.last and loop.last) }}
    {% endfor %}
    {% endfor %}

)

select * from final
