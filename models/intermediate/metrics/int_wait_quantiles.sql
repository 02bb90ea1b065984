{#-
  One curve per slice and period would be one enormous sort; per dimension and period grain it is many that fit in
  memory. A curve is known by one number, made of the slice's member, the wait and the period: that sorts a quarter
  quicker than by columns. Over all time waits of one length are counted first; in a week of one owner hardly two are
  alike, and counting would be wasted.
-#}
{%- set curve = ['curve_number'] -%}
{%- set periods = 100000000 -%}
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
{%- set period_number = '0' if grain == 'all' else grain ~ '_number' %}
{{ branch }}_exits as (

    select
        cast({{ slice_number }} as bigint) * {{ periods }} + {{ period_number }} as curve_number,
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
    group by 1, 2
    {%- endif %}

),

{{ kaplan_meier(branch ~ '_curve', branch ~ '_exits', curve, carried=['lasting'], is_counted=(grain == 'all')) }},

{{ branch }}_quantiles as (

    select
        curve_number,
        sum(events) as events,
        max(at_risk) as exits,
        sum(lasting) as lasting
        {%- for quantile, share in [('median', 0.5), ('p90', 0.1)] %}
        {%- for column, suffix in [('survival', ''), ('ci_low', '_low'), ('ci_high', '_high')] %},
        {{ survival_reaches(column, share) }} as {{ quantile }}{{ suffix }}
        {%- endfor %}
        {%- endfor %}
    from {{ branch }}_curve
    group by curve_number

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

numbered as (

    select
        *,
        curve_number % {{ periods }} as period_number,
        cast(floor(curve_number / {{ periods }}) as bigint) as slice_number
    from quantiles

),

final as (

    select
        numbered.period_grain,
        case when numbered.period_number > 0 then {{ day_of_number('numbered.period_number') }} end as period_start,
        numbered.dimension,
        coalesce(numbers.member, 'all') as member,
        case numbered.slice_number % 10
            {%- for wait in wait_definitions() %}
            when {{ loop.index }} then '{{ wait.name }}'
            {%- endfor %}
        end as metric,
        numbered.events,
        numbered.exits,
        numbered.lasting,
        numbered.median,
        numbered.median_low,
        numbered.median_high,
        numbered.p90,
        numbered.p90_low,
        numbered.p90_high
    from numbered
    left join numbers
        on
            numbered.dimension = numbers.dimension
            and cast(floor(numbered.slice_number / 10) as bigint) = numbers.member_number

)

select * from final
