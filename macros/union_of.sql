{#- The same columns from several models, stacked. The list is written once, where the model declares it. -#}
{% macro union_of(relations, columns) %}
    {%- for relation in relations %}
    select
        {%- for column in columns %}
        {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ relation }}
    {%- if not loop.last %}

    union all
    {% endif %}
    {%- endfor %}
{%- endmacro %}
