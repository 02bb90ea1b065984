{% macro generate_schema_name(custom_schema_name, node) -%}
    {#- Schemas are the layers' own names, with no target prefix: BI tools read them. -#}
    {{ custom_schema_name | trim if custom_schema_name else target.schema }}
{%- endmacro %}
