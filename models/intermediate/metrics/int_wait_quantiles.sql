{#-
  One curve per slice and period would be one enormous sort; per dimension and period grain it is many that fit in
  memory. Over all time waits of one length are counted first; in a week of one owner hardly two are alike, and counting
  would be wasted.
-#}
{%- set curve = ['slice_number', 'period_start'] -%}
with

waits as (

    select * from {{ ref('int_metric_waits') }}

),

numbers as (

    select * from {{ ref('int_slice_numbers') }}

),

{% for dimension in ['all'] + slice_dimensions() %}
{% for grain, period_start in metric_periods() %}
{%- set branch = dimension ~ '_' ~ grain %}
{%- set slice_number = 'wait_number' if dimension == 'all' else dimension ~ '_number * 10 + wait_number' %}
{{ branch }}_exits as (

    select
        {{ slice_number }} as slice_number,
        {{ period_start }} as period_start,
        minute,
        {%- if grain == 'all' %}
        cast(sum(is_ended) as bigint) as events,
        cast(count(*) as bigint) as exits,
        cast(sum(is_lasting) as bigint) as lasting
        {%- else %}
        is_ended as events,
        1 as exits,
        is_lasting as lasting
        {%- endif %}
    from waits
    {%- if dimension != 'all' %}
    where {{ dimension }}_number is not null
    {%- endif %}
    {%- if grain == 'all' %}
    group by 1, 2, 3
    {%- endif %}

),

{{ kaplan_meier(branch ~ '_curve', branch ~ '_exits', curve, carried=['lasting'], is_counted=(grain == 'all')) }},

{{ branch }}_quantiles as (

    select
        slice_number,
        period_start,
        sum(events) as events,
        max(at_risk) as exits,
        sum(lasting) as lasting
        {%- for quantile, share in [('median', 0.5), ('p90', 0.1)] %}
        {%- for column, suffix in [('survival', ''), ('ci_low', '_low'), ('ci_high', '_high')] %},
        {{ survival_reaches(column, share) }} as {{ quantile }}{{ suffix }}
        {%- endfor %}
        {%- endfor %}
    from {{ branch }}_curve
    group by slice_number, period_start

),

{% endfor %}
{% endfor %}
quantiles as (

    {% for dimension in ['all'] + slice_dimensions() %}
    {% set dimension_loop = loop %}
    {% for grain, period_start in metric_periods() %}
    select '{{ dimension }}' as dimension, '{{ grain }}' as period_grain, {{ dimension }}_{{ grain }}_quantiles.*
    from {{ dimension }}_{{ grain }}_quantiles
    {{ 'union all' if not (dimension_loop.last and loop.last) }}
    {% endfor %}
    {% endfor %}

),

final as (

    select
        quantiles.period_grain,
        quantiles.period_start,
        quantiles.dimension,
        coalesce(numbers.member, 'all') as member,
        case quantiles.slice_number % 10
            {%- for wait in wait_definitions() %}
            when {{ loop.index }} then '{{ wait.name }}'
            {%- endfor %}
        end as metric,
        quantiles.events,
        quantiles.exits,
        quantiles.lasting,
        quantiles.median,
        quantiles.median_low,
        quantiles.median_high,
        quantiles.p90,
        quantiles.p90_low,
        quantiles.p90_high
    from quantiles
    left join numbers
        on
            quantiles.dimension = numbers.dimension
            and cast(floor(quantiles.slice_number / 10) as bigint) = numbers.member_number

)

select * from final
