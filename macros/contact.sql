{#- A syntactically valid address: something, an @, a domain with a dot; no blanks inside. -#}
{% macro is_valid_email(column) -%}
    {%- set sign = 'A-Za-z0-9À-힣' -%}
    {%- set label = '[' ~ sign ~ ']([' ~ sign ~ '-]*[' ~ sign ~ '])?' -%}
    {%- set pattern = "'^[^@[:space:],;<>\"()]+@" ~ label ~ '([.]' ~ label ~ ")+$'" -%}
    coalesce({{ matches('trim(' ~ column ~ ')', pattern) }}, false)
{%- endmacro %}

{% macro is_valid_phone(column) -%}
    coalesce(length({{ digits_only(column) }}) >= 7, false)
{%- endmacro %}

{#- acme.com of https://www.Acme.com/path. -#}
{% macro web_domain(column) -%}
    {{ return(adapter.dispatch('web_domain')(column)) }}
{%- endmacro %}

{% macro default__web_domain(column) -%}
    nullif(regexp_replace(
        regexp_replace(lower(trim({{ column }})), '^([a-z]+:)?//', ''), '^www[.]|[/?#:].*$', '', 'g'
    ), '')
{%- endmacro %}

{% macro spark__web_domain(column) -%}
    nullif(regexp_replace(regexp_replace(lower(trim({{ column }})), '^([a-z]+:)?//', ''), '^www[.]|[/?#:].*$', ''), '')
{%- endmacro %}

{% macro email_domain(column) -%}
    lower(split_part(trim({{ column }}), '@', 2))
{%- endmacro %}
