{#-
  One curve per slice and period would be one enormous sort; per dimension and period grain it is many that fit in
  memory. A curve is known by one number, made of the slice's member, the wait and the period: that sorts a quarter
  quicker than by columns. Waits of one length are counted first, and only then put in order.
-#}
{%- set periods = 100000000 -%}
{%- set quantiles = [] -%}
{%- for quantile, share in [('median', 0.5), ('p90', 0.1)] -%}
{%- for suffix, logarithm in [('', 'log_survival'), ('_low', 'log_ci_low'), ('_high', 'log_ci_high')] -%}
{%- do quantiles.append((quantile ~ suffix, logarithm, share)) -%}
{%- endfor -%}
{%- endfor -%}
with

waits {{ as_read_each_time() }} (

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
{%- set curve_number = 'cast(' ~ slice_number ~ ' as bigint) * ' ~ periods ~ ' + ' ~ period_number %}
{{ branch }}_exits as (

    select
        {{ curve_number }} as curve_number,
        minute,
        sum(is_ended) as events,
        count(*) as exits
    from waits
    {%- if dimension != 'all' %}
    where {{ dimension }}_number is not null
    {%- endif %}
    group by 1, 2

),

{{ kaplan_meier(branch ~ '_curve', branch ~ '_exits', ['curve_number']) }},

{{ branch }}_counts as (

    select
        {{ curve_number }} as curve_number,
        cast(sum(is_ended) as bigint) as events,
        count(*) as exits,
        cast(sum(is_lasting) as bigint) as lasting
    from waits
    {%- if dimension != 'all' %}
    where {{ dimension }}_number is not null
    {%- endif %}
    group by 1

),

{{ branch }}_quantiles as (

    select
        curve_number
        {%- for quantile, logarithm, share in quantiles %},
        {{ survival_reaches(logarithm, share) }} as {{ quantile }}
        {%- endfor %}
    from {{ branch }}_curve
    group by curve_number

),

{% endfor %}
{% endfor %}
-- A curve on which no wait has ended has counts and no quantiles.
curves as (

    {% for dimension in ['all'] + slice_dimensions() %}
    {% set dimension_loop = loop %}
    {% for grain, period_start in metric_periods() %}
    select
        '{{ dimension }}' as dimension,
        '{{ grain }}' as period_grain,
        counts.*
        {%- for quantile, logarithm, share in quantiles %},
        quantiles.{{ quantile }}
        {%- endfor %}
    from {{ dimension }}_{{ grain }}_counts as counts
    left join {{ dimension }}_{{ grain }}_quantiles as quantiles on counts.curve_number = quantiles.curve_number
    {{ 'union all' if not (dimension_loop.last and loop.last) }}
    {% endfor %}
    {% endfor %}

),

numbered as (

    select
        *,
        curve_number % {{ periods }} as period_number,
        cast(floor(curve_number / {{ periods }}) as bigint) as slice_number
    from curves

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
