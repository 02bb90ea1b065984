{#-
  Kaplan–Meier as a chain of CTEs, ending in `<name>`. `exits` is a CTE with the columns of `curve`, `minute`,
  `events` (waits that ended then) and `exits` (those, and the ones censored then): one row per curve and minute.
  Who is censored at a minute was still at risk at it. Intervals are pointwise, 95 %, by the log-minus-log
  transformation of Greenwood's variance.

  A curve has a row for each minute at which a wait ended, and for minute 0 where `exits` has one. Survival and its
  interval are given as logarithms; that of nothing is one whose exponential is 0.
-#}
{% macro kaplan_meier(name, exits, curve) -%}
{%- set columns = curve | join(', ') -%}
{%- set log_of_nothing = '-1000e0' -%}
{{ name }}_at_risk as (

    select
        {{ columns }},
        minute,
        cast(events as double) as events,
        sum(cast(exits as double)) over (
            partition by {{ columns }} order by minute desc
            rows between unbounded preceding and current row
        ) as at_risk
    from {{ exits }}

),

{#- With the last wait nobody is left at risk, and a logarithm of nothing has no value. -#}
{{ name }}_summed as (

    select
        {{ columns }},
        minute,
        events,
        at_risk,
        sum(case when events < at_risk then ln(1e0 - events / at_risk) else 0e0 end) over (
            partition by {{ columns }} order by minute
            rows between unbounded preceding and current row
        ) as log_survival,
        sum(case when events < at_risk then events / (at_risk * (at_risk - events)) else 0e0 end) over (
            partition by {{ columns }} order by minute
            rows between unbounded preceding and current row
        ) as greenwood
    from {{ name }}_at_risk
    where
        events > 0
        or minute = 0

),

{{ name }}_spread as (

    select
        *,
        case
            when log_survival < 0e0 then exp(-{{ z_95() }} * sqrt(greenwood) / log_survival)
            else 1e0
        end as spread
    from {{ name }}_summed

),

{{ name }} as (

    select
        {{ columns }},
        minute,
        events,
        at_risk,
        {%- for column, logarithm in [
            ('log_survival', 'log_survival'),
            ('log_ci_low', 'log_survival * spread'),
            ('log_ci_high', 'log_survival / spread'),
        ] %}
        case when events = at_risk and at_risk > 0 then {{ log_of_nothing }} else {{ logarithm }} end
            as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ name }}_spread

)
{%- endmacro %}

{#-
  The first minute at which a curve has come down to a share; null where it never does. Rounding must not delay it.
-#}
{% macro survival_reaches(logarithm, share) -%}
    min(case when {{ logarithm }} <= ln({{ share }} + 1e-12) then minute end)
{%- endmacro %}
