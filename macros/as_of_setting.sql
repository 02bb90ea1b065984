{#- HANDOFF_AS_OF wins over the sources file, which wins over the landing instant. -#}
{% macro as_of_setting(file_as_of, landed_at) -%}
    {%- set setting = env_var('HANDOFF_AS_OF', '') | trim -%}
    {%- if setting -%}
        {%- set instant = modules.datetime.datetime.fromisoformat(setting | replace('Z', '+00:00')) -%}
        {%- if instant.tzinfo -%}
            {%- set instant = (instant - instant.utcoffset()).replace(tzinfo=none) -%}
        {%- endif -%}
        cast('{{ instant.isoformat(sep=" ") }}' as timestamp)
    {%- else -%}
        coalesce({{ file_as_of }}, {{ landed_at }})
    {%- endif -%}
{%- endmacro %}
