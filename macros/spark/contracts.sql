{#- What dbt does to tables and contracts, where Spark with plain Parquet files cannot follow. -#}

{#- Spark's text is string, and its varchar has a length. The columns of a contract are the same on both. -#}
{% macro spark__get_empty_schema_sql(columns) %}
    {%- set known = {} %}
    {%- for name, column in columns.items() %}
        {%- set of_spark = dict(column) %}
        {%- do of_spark.update({'data_type': 'string'}) if column.data_type == 'varchar' %}
        {%- do known.update({name: of_spark}) %}
    {%- endfor %}
    {{- default__get_empty_schema_sql(known) }}
{% endmacro %}


{#- Parquet enforces no constraint: that keys and columns are never null is left to the data tests, which say the same.
    Delta does. -#}
{% macro spark__persist_constraints(relation, model) %}
    {%- if config.get('contract').enforced and config.get('file_format') == 'delta' %}
        {%- do alter_table_add_constraints(relation, model.constraints) %}
        {%- do alter_column_set_constraints(relation, model.columns) %}
    {%- endif %}
{% endmacro %}
