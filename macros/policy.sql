{#- A user's own policy file wins whole over the shipped seed of the same name; landing writes it with every column of
    the seed. Whether one is landed is asked at run time, so that `dbt build` alone needs nothing but the shipped seeds. -#}
{% macro policy(name) -%}
    {%- set shipped = ref(name) -%}
    {%- set own = user_policy(name) -%}
    {{- own if own else shipped -}}
{%- endmacro %}

{% macro user_policy(name) -%}
    {{- return(
        adapter.get_relation(database=target.database, schema='policies_user', identifier=name) if execute else none
    ) -}}
{%- endmacro %}

{#- Every spelling of yes that the policy check accepts; what it accepts as no is the rest. -#}
{% macro policy_flag(column, blank='false') -%}
    coalesce({{ match_key(column) }} in ('true', 't', 'yes', 'y', '1'), {{ blank }})
{%- endmacro %}

{% macro policy_from(column) -%}
    coalesce(cast(trim({{ column }}) as date), cast('1900-01-01' as date))
{%- endmacro %}

{% macro policy_until(column) -%}
    coalesce(cast(trim({{ column }}) as date), cast('9999-12-31' as date))
{%- endmacro %}

{#- Minutes since local midnight of HH:MM; 24:00 is 1440. -#}
{% macro minute_of_day(column) -%}
    (
        cast(split_part(trim({{ column }}), ':', 1) as integer) * 60
        + cast(split_part(trim({{ column }}), ':', 2) as integer)
    )
{%- endmacro %}
