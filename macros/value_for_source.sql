{#-
  What a policy map says of each raw value that a source uses: the row of the own source wins over the row of '*'.
  values: a CTE of source_system, raw_key; map: a CTE with source_system, <key_column> and the columns asked for.
-#}
{% macro values_by_policy(values, map, key_column, columns) -%}
    select
        {{ values }}.source_system,
        {{ values }}.raw_key,
        {%- for column in columns %}
        case when own_map.{{ key_column }} is not null then own_map.{{ column }} else any_map.{{ column }} end
            as {{ column }},
        {%- endfor %}
        own_map.{{ key_column }} is not null or any_map.{{ key_column }} is not null as is_mapped
    from {{ values }}
    left join {{ map }} as own_map
        on
            {{ values }}.raw_key = own_map.{{ key_column }}
            and {{ values }}.source_system = own_map.source_system
    left join {{ map }} as any_map
        on
            {{ values }}.raw_key = any_map.{{ key_column }}
            and any_map.source_system = '*'
{%- endmacro %}
