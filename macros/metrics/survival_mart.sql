{#-
  The Kaplan–Meier curve of one wait for every slice: a point at minute 0, then one at each minute at which a wait
  ended.
-#}
{% macro survival_mart(wait) -%}
with

facts as (

    select * from {{ ref('int_metric_facts') }}
    where {{ wait }} is not null

),

sliced as (

    {% for dimension in ['all'] + slice_dimensions() %}
    select
        {{ slice_columns(dimension) }}
        {{ wait }} as minute,
        cast(sum(case when is_{{ wait }}_ended then 1 else 0 end) as bigint) as events,
        cast(count(*) as bigint) as exits
    from facts
    where {{ is_in_slice(dimension) }}
    group by 1, 2, 3
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

starts as (

    select
        dimension,
        member,
        cast(0 as double) as minute
    from sliced
    group by dimension, member
    having min(minute) > 0

),

leaving as (

    select dimension, member, minute, events, exits
    from sliced

    union all

    select dimension, member, minute, 0 as events, 0 as exits
    from starts

),

{{ kaplan_meier('curve', 'leaving', ['dimension', 'member']) }},

final as (

    select
        dimension,
        member,
        minute,
        cast(at_risk as bigint) as at_risk,
        cast(events as bigint) as events,
        exp(log_survival) as survival,
        exp(log_ci_low) as ci_low,
        exp(log_ci_high) as ci_high
    from curve

)

select * from final
{%- endmacro %}
