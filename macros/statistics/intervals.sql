{#- The 97.5 % point of the normal distribution. An exponent makes a literal a double on every engine. -#}
{% macro z_95() -%}
    1.959963984540054e0
{%- endmacro %}

{#- Wilson's score interval for a share, 95 %. Null where nothing is counted. -#}
{% macro wilson_low(hits, trials) -%}
    {{ wilson_bound(hits, trials, '-') }}
{%- endmacro %}

{% macro wilson_high(hits, trials) -%}
    {{ wilson_bound(hits, trials, '+') }}
{%- endmacro %}

{#- At no hit the lower bound, and at nothing but hits the upper one, is exact; rounding would leave 1e-17 there. -#}
{% macro wilson_bound(hits, trials, sign) -%}
    {%- set n = 'cast(' ~ trials ~ ' as double)' -%}
    {%- set z2 = z_95() ~ ' * ' ~ z_95() -%}
    case
        when {{ trials }} = 0 then cast(null as double)
        {%- if sign == '-' %}
        when {{ hits }} = 0 then 0e0
        {%- else %}
        when {{ hits }} = {{ trials }} then 1e0
        {%- endif %}
        else (
            {{ hits }} + {{ z2 }} / 2e0
            {{ sign }} {{ z_95() }} * sqrt({{ hits }} * ({{ n }} - {{ hits }}) / {{ n }} + {{ z2 }} / 4e0)
        ) / ({{ n }} + {{ z2 }})
    end
{%- endmacro %}

{#- Fewer than this say little. -#}
{% macro reliable_from() -%}
    30
{%- endmacro %}
