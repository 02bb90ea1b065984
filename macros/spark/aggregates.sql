{#- dbt's own leaves the order away, for Sparks before 4. -#}
{% macro spark__listagg(measure, delimiter_text, order_by_clause, limit_num) %}
    {%- if limit_num %}
        {%- do exceptions.raise_compiler_error('listagg: Spark cannot both order and limit; limit the rows before.') %}
    {%- endif %}
    {%- set ordered = ' within group (' ~ order_by_clause ~ ')' if order_by_clause else '' %}
    {%- do return('listagg(' ~ measure ~ ', ' ~ delimiter_text ~ ')' ~ ordered) %}
{% endmacro %}
