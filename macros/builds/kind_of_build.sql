{#-
    Which build this is. The line says so by HANDOFF_BUILD:
    whole    everything is made anew, and what tells changes from then on is kept
    changes  rows of leads are made anew where a lead changed or time has gone on for it (`by_lead`); the rest is made anew,
             and so is what hangs on a policy that is another one
    unset    dbt was called without the line: everything is made anew, and the next build of the line is a whole one
-#}
{% macro kind_of_build() %}
    {%- do return(env_var('HANDOFF_BUILD', '') if execute else '') %}
{% endmacro %}


{#- Whether a build makes a model's table whole: any but one of changes does, and that one where a policy or SQL is another that
    the model hangs on. The line says which by HANDOFF_WHOLE_MODELS. -#}
{% macro is_made_whole(name) %}
    {%- do return(kind_of_build() != 'changes' or name in env_var('HANDOFF_WHOLE_MODELS', '').split(',')) %}
{% endmacro %}


{#- Whether a build finds changes, as a condition: others plan a query of no rows. -#}
{% macro finds_changes() -%}
    {{ 'true' if kind_of_build() == 'changes' else 'false' }}
{%- endmacro %}


{% macro keeps_track() -%}
    {{ 'true' if kind_of_build() in ('whole', 'changes') else 'false' }}
{%- endmacro %}


{#- A model's table as the build before left it. -#}
{% macro kept(name) %}
    {%- do return(in_schema('kept', name) if kind_of_build() == 'changes' else ref(name)) %}
{% endmacro %}


{#- The same of a model that is made by lead, and after the model that asks: it still is what it was. Nothing, where none asks. -#}
{% macro still(name) %}
    {%- if kind_of_build() == 'changes' or not execute %}
        {%- do return(model_relation(name)) %}
    {%- endif %}
    {%- set nulls = [] %}
    {%- for column in model_named(name).columns.values() %}
        {%- set type = dbt.type_string() if column.data_type == 'varchar' else column.data_type %}
        {%- do nulls.append('cast(null as ' ~ type ~ ') as ' ~ column.name) %}
    {%- endfor %}
    {%- do return('(select ' ~ nulls | join(', ') ~ ') as nothing_yet') %}
{% endmacro %}


{% macro in_schema(schema, name) %}
    {%- do return(api.Relation.create(database=target.database, schema=schema, identifier=name)) %}
{% endmacro %}


{#- What dbt knows of a model; nothing while it still reads the project. -#}
{% macro model_named(name) %}
    {%- for node in graph.nodes.values() if node.name == name and node.resource_type == 'model' %}
        {%- do return(node) %}
    {%- endfor %}
{% endmacro %}


{#- The relation of a model that this one does not wait for. -#}
{% macro model_relation(name) %}
    {%- if not execute %}{% do return(name) %}{% endif %}
    {%- set node = model_named(name) %}
    {%- do return(api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias)) %}
{% endmacro %}


{#- The columns that a model declares, of the CTE or table named. -#}
{% macro columns_of(name, of, but=[]) %}
    {%- set columns = [] %}
    {%- for column in (model_named(name).columns.keys() | reject('in', but) if execute else []) %}
        {%- do columns.append(of ~ '.' ~ column) %}
    {%- endfor %}
    {%- do return(columns) %}
{% endmacro %}


{#- Rows that one of two tables holds and the other does not, as the columns named. -#}
{% macro rows_that_differ(now, before, columns) -%}
    select {{ columns }} from (select * from {{ now }} except select * from {{ before }}) as new_rows
    union
    select {{ columns }} from (select * from {{ before }} except select * from {{ now }}) as old_rows
{%- endmacro %}
