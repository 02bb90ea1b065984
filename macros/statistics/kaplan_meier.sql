{#-
  Kaplan–Meier as a chain of CTEs, ending in `<name>`. `exits` is a CTE with the columns of `curve`, `minute`,
  `events` (waits that ended then) and `exits` (those, and the ones censored then): one row per curve and minute,
  or, where `is_counted` is false, one row per wait. Columns named in `carried` come along. Who is censored at a
  minute was still at risk at it. Intervals are pointwise, 95 %, by the log-minus-log transformation of Greenwood's
  variance. A row of `<name>` holds for its whole minute where is_point is true.

  Waits of one minute that are taken one by one, the ended ones first, give what they give together: with n at risk
  (n-1)/n * (n-2)/(n-1) = (n-2)/n, and Greenwood's terms telescope alike.
-#}
{% macro kaplan_meier(name, exits, curve, carried=[], is_counted=true) -%}
{%- set partition = curve | join(', ') -%}
{%- set columns = (curve + carried) | join(', ') -%}
{{ name }}_at_risk as (

    select
        {{ columns }},
        minute,
        cast(events as double) as events,
        {%- if is_counted %}
        cast(sum(exits) over (
            partition by {{ partition }} order by minute desc
            rows between unbounded preceding and current row
        ) as double) as at_risk,
        true as is_point
        {%- else %}
        cast(
            count(*) over (partition by {{ partition }})
            - row_number() over (partition by {{ partition }} order by minute, events desc) + 1 as double
        ) as at_risk,
        coalesce(
            lead(minute) over (partition by {{ partition }} order by minute, events desc) != minute,
            true
        ) as is_point
        {%- endif %}
    from {{ exits }}

),

{#-
  With the last wait nobody is left at risk, and a logarithm of nothing has no value: that point is told by its
  counts.
-#}
{{ name }}_summed as (

    select
        {{ columns }},
        minute,
        events,
        at_risk,
        is_point,
        sum(case when events < at_risk then ln(1e0 - events / at_risk) else 0e0 end) over (
            partition by {{ partition }} order by {{ 'minute' if is_counted else 'at_risk desc' }}
            rows between unbounded preceding and current row
        ) as log_survival,
        sum(case when events < at_risk then events / (at_risk * (at_risk - events)) else 0e0 end) over (
            partition by {{ partition }} order by {{ 'minute' if is_counted else 'at_risk desc' }}
            rows between unbounded preceding and current row
        ) as greenwood
    from {{ name }}_at_risk

),

{{ name }} as (

    select
        {{ columns }},
        minute,
        events,
        at_risk,
        is_point,
        case when events = at_risk and at_risk > 0 then 0e0 else exp(log_survival) end as survival,
        case
            when events = at_risk and at_risk > 0 then 0e0
            when log_survival >= 0e0 then 1e0
            else exp(log_survival * exp(-{{ z_95() }} * sqrt(greenwood) / log_survival))
        end as ci_low,
        case
            when events = at_risk and at_risk > 0 then 0e0
            when log_survival >= 0e0 then 1e0
            else exp(log_survival * exp({{ z_95() }} * sqrt(greenwood) / log_survival))
        end as ci_high
    from {{ name }}_summed

)
{%- endmacro %}

{#-
  The first minute at which a curve has come down to a share; null where it never does. Rounding must not delay it.
-#}
{% macro survival_reaches(column, share) -%}
    min(case when is_point and {{ column }} <= {{ share }} + 1e-12 then minute end)
{%- endmacro %}
