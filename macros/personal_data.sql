{#- Personal data stays in the private warehouse: a published column is null unless HANDOFF_PUBLISH_PERSONAL_DATA=1. -#}
{% macro personal(column) -%}
    {%- if env_var('HANDOFF_PUBLISH_PERSONAL_DATA', '0') | trim in ['1', 'true', 'yes'] -%}
        {{ column }}
    {%- else -%}
        cast(null as string)
    {%- endif -%}
{%- endmacro %}

{#- A salted hash joins the rows of one person without telling who it is. The salt is secret: HANDOFF_HASH_SALT, else
    one that the landing drew for this warehouse. -#}
{% macro hashed(column) -%}
    {{ return(adapter.dispatch('hashed')(column)) }}
{%- endmacro %}

{% macro default__hashed(column) -%}
    case when {{ column }} is not null then sha256({{ hash_salt() }} || lower(trim({{ column }}))) end
{%- endmacro %}

{% macro spark__hashed(column) -%}
    case when {{ column }} is not null then sha2({{ hash_salt() }} || lower(trim({{ column }})), 256) end
{%- endmacro %}

{% macro hash_salt() -%}
    (select max(salt) from {{ source('landing', 'salt') }})
{%- endmacro %}
