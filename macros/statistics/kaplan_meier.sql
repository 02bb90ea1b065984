{#-
  Kaplan–Meier as a chain of CTEs, ending in `<name>`. `exits` is a CTE with the columns of `curve`, `minute`, `events` (waits that
  ended then) and `exits` (those, and the ones censored then): one row per curve and minute. Who is censored at a minute was
  still at risk at it. Intervals are pointwise, 95 %, by the log-minus-log transformation of Greenwood's variance.
-#}
{% macro kaplan_meier(name, exits, curve) -%}
{%- set partition = curve | join(', ') -%}
{{ name }}_at_risk as (

    select
        {{ partition }},
        minute,
        cast(events as double) as events,
        cast(sum(exits) over (
            partition by {{ partition }} order by minute desc
            rows between unbounded preceding and current row
        ) as double) as at_risk
    from {{ exits }}

),

{#- Once nobody is left at risk the logarithm has no value: the flag, not a number, carries that. -#}
{{ name }}_summed as (

    select
        {{ partition }},
        minute,
        events,
        at_risk,
        max(case when events = at_risk then 1 else 0 end) over (
            partition by {{ partition }} order by minute rows between unbounded preceding and current row
        ) as is_over,
        sum(case when events < at_risk then ln(1e0 - events / at_risk) else 0e0 end) over (
            partition by {{ partition }} order by minute rows between unbounded preceding and current row
        ) as log_survival,
        sum(case when events < at_risk then events / (at_risk * (at_risk - events)) else 0e0 end) over (
            partition by {{ partition }} order by minute rows between unbounded preceding and current row
        ) as greenwood
    from {{ name }}_at_risk

),

{{ name }} as (

    select
        {{ partition }},
        minute,
        events,
        at_risk,
        case when is_over = 1 then 0e0 else exp(log_survival) end as survival,
        case
            when is_over = 1 then 0e0
            when log_survival >= 0e0 then 1e0
            else exp(log_survival * exp(-{{ z_95() }} * sqrt(greenwood) / log_survival))
        end as ci_low,
        case
            when is_over = 1 then 0e0
            when log_survival >= 0e0 then 1e0
            else exp(log_survival * exp({{ z_95() }} * sqrt(greenwood) / log_survival))
        end as ci_high
    from {{ name }}_summed

)
{%- endmacro %}

{#- The first minute at which a curve has come down to a share; null where it never does. Rounding must not delay it. -#}
{% macro survival_reaches(column, share) -%}
    min(case when {{ column }} <= {{ share }} + 1e-12 then minute end)
{%- endmacro %}
