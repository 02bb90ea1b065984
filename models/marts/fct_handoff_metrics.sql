with

days as (

    select * from {{ ref('int_metric_days') }}

),

wait_quantiles as (

    select * from {{ ref('int_wait_quantiles') }}

),

by_period as (

    {% for grain, period_start in metric_periods() %}
    select
        '{{ grain }}' as period_grain,
        {{ period_start }} as period_start,
        dimension,
        member
        {%- for metric in metric_definitions() %},
        sum({{ metric.name }}_met) as {{ metric.name }}_met,
        sum({{ metric.name }}_due) as {{ metric.name }}_due,
        sum({{ metric.name }}_pending) as {{ metric.name }}_pending
        {%- endfor %}
    from days
    group by 1, 2, 3, 4
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

-- Where nobody is asked there is no row: what is not recorded is not 0 %.
shares as (

    {% for metric in metric_definitions() %}
    select
        period_grain,
        period_start,
        dimension,
        member,
        '{{ metric.name }}' as metric,
        {{ metric.name }}_met as numerator,
        {{ metric.name }}_due as denominator,
        {{ metric.name }}_pending as pending
    from by_period
    where {{ metric.name }}_due + {{ metric.name }}_pending > 0
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

figures as (

    select
        period_grain,
        period_start,
        dimension,
        member,
        metric,
        numerator,
        denominator,
        case when denominator > 0 then cast(numerator as double) / denominator end as value,
        {{ wilson_low('numerator', 'denominator') }} as ci_low,
        {{ wilson_high('numerator', 'denominator') }} as ci_high,
        pending
    from shares

    union all

    select
        period_grain, period_start, dimension, member, metric, events as numerator, exits as denominator,
        median as value, median_low as ci_low, median_high as ci_high, lasting as pending
    from wait_quantiles

    union all

    select
        period_grain, period_start, dimension, member, metric || '_p90' as metric, events as numerator,
        exits as denominator, p90 as value, p90_low as ci_low, p90_high as ci_high, lasting as pending
    from wait_quantiles

),

final as (

    select
        period_grain,
        period_start,
        dimension,
        member,
        metric,
        cast(numerator as bigint) as numerator,
        cast(denominator as bigint) as denominator,
        value,
        ci_low,
        ci_high,
        cast(pending as bigint) as pending,
        denominator >= {{ reliable_from() }} as is_reliable
    from figures

)

select * from final
