{#-
    `by_lead('changed')`, written at the head of a model whose rows belong to one lead each.

    A whole build makes such a model as any table. A build of changes makes the rows of some leads alone and puts them in the
    place of those that the table held of them. The model reads the same in both.

    leads        whose rows are made anew: `landed`, of int_landed_leads, `changed`, of int_changed_leads, or `due`, of int_due_leads
    until_as_of  a column that holds as_of for what still goes on: it moves on with as_of in every other row too
    is_view      the model is a view
    in_parts     the model puts all rows in order, and asks nothing of other leads: a whole build makes it in several parts, some
                 leads at a time, where all of them at once would not fit into memory
-#}
{% macro by_lead(leads, until_as_of=none, is_view=false, in_parts=false) %}
    {{- config(
        materialized='by_lead',
        meta={'leads': leads, 'until_as_of': until_as_of, 'is_view': is_view, 'in_parts': in_parts},
    ) }}
    {%- if not execute %}{% do ref('int_' ~ leads ~ '_leads') %}{% endif %}
{%- endmacro %}


{% materialization by_lead, adapter='spark' %}
    {%- do return(dbt.materialization_view_default() if config.meta_get('is_view') else dbt.materialization_table_spark()) %}
{% endmaterialization %}


{% materialization by_lead, adapter='duckdb' %}
    {%- set leads = model.config.meta.leads %}
    {%- set is_view = model.config.meta.is_view %}
    {%- set parts = number_of_parts(model) %}
    {%- if is_made_whole(model.name) and parts == 1 %}
        {%- do return(dbt.materialization_view_default() if is_view else dbt.materialization_table_duckdb()) %}
    {%- endif %}
    {%- set target_relation = this.incorporate(type='view' if is_view else 'table') %}
    {%- set made = in_schema(leads, this.identifier) %}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- if is_made_whole(model.name) %}
        {{ make_in_parts(target_relation, parts) }}
    {%- elif is_most_of_them(leads) %}
    {% call statement('main') -%}
        {{ ('create or replace table ' ~ target_relation ~ ' as ' ~ compiled_code) if not is_view else "select 'it stands'" }}
    {%- endcall %}
    {%- else %}
    {% call statement('main') -%}
        create or replace {{ 'view' if is_view else 'table' }} {{ made }} as
        select made.*
        from (
            {{ of_leads(compiled_code, model, leads) }}
        ) as made
        {%- if 'lead_id' in model.columns %}
        semi join {{ model_relation('int_' ~ leads ~ '_leads') }} as leads using (source_system, lead_id)
        {%- endif %}
    {%- endcall %}

    {%- if not is_view %}
    {% call statement('take_out') -%}
        delete from {{ target_relation }}
        using {{ model_relation('int_' ~ leads ~ '_leads') }} as leads
        where
            {{ target_relation }}.source_system = leads.source_system
            and {{ target_relation }}.lead_id = leads.lead_id
    {%- endcall %}
    {% call statement('put_in') -%}
        insert into {{ target_relation }} by name select * from {{ made }}
    {%- endcall %}
    {%- if model.config.meta.until_as_of %}
    {% call statement('move_on') -%}
        update {{ target_relation }} set {{ model.config.meta.until_as_of }} = clock.as_of
        from {{ model_relation('int_clock') }} as clock, {{ in_schema('kept', 'int_clock') }} as clock_before
        where
            {{ target_relation }}.{{ model.config.meta.until_as_of }} = clock_before.as_of
            and clock.as_of != clock_before.as_of
    {%- endcall %}
    {%- endif %}
    {%- endif %}
    {%- endif %}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}


{#- In how many parts a whole build makes a model: DuckDB puts so many rows in order in a gigabyte, and what is more, on disk. -#}
{% macro number_of_parts(node) %}
    {%- if not is_made_whole(node.name) or not node.config.meta.in_parts %}{% do return(1) %}{% endif %}
    {%- set limit = value_of("select current_setting('memory_limit')").split() %}
    {%- set gigabytes = limit[0] | float * {'TiB': 1024, 'GiB': 1, 'MiB': 1 / 1024, 'KiB': 1 / 1048576}[limit[1]] %}
    {%- set tables = tables_of_lead_parents(node) | join("', '") %}
    {%- set rows = value_of(
        "select cast(coalesce(sum(estimated_size), 0) as double) from duckdb_tables() where schema_name || '.' || table_name in ('"
        ~ tables ~ "')"
    ) %}
    {%- do return([((rows | float) / (gigabytes * var('rows_of_a_part'))) | round(0, 'ceil') | int, 1] | max) %}
{% endmacro %}


{#- The tables with rows of leads that a model reads, itself or through views. -#}
{% macro tables_of_lead_parents(node) %}
    {%- set names = [] %}
    {%- for parent in lead_parents(node) %}
        {%- if parent.config.meta.is_view %}
            {%- do names.extend(tables_of_lead_parents(parent)) %}
        {%- else %}
            {%- do names.append(parent.schema ~ '.' ~ parent.alias) %}
        {%- endif %}
    {%- endfor %}
    {%- do return(names | unique | list) %}
{% endmacro %}


{#- The leads that fall into a part, and what each table holds of them, one part after another. -#}
{% macro make_in_parts(target_relation, parts) %}
    {%- set made = make_intermediate_relation(target_relation) %}
    {%- do drop_relation_if_exists(load_cached_relation(made)) %}
    {%- for number in range(parts) %}
        {%- set of_part = namespace(sql=compiled_code) %}
        {%- for parent in lead_parents(model) %}
            {%- set of_part.sql = of_part.sql | replace(
                parent.relation_name,
                '(select * from ' ~ parent.relation_name ~ ' where hash(lead_id) % ' ~ parts ~ ' = ' ~ number ~ ')'
            ) %}
        {%- endfor %}
        {% call statement('main') -%}
        -- part {{ number + 1 }} of {{ parts }}
        {% if number == 0 -%}
        {{ create_table_as(False, made, of_part.sql) }}
        {%- else -%}
        insert into {{ made }} by name {{ of_part.sql }}
        {%- endif %}
        {%- endcall %}
    {%- endfor %}
    {%- do drop_relation_if_exists(load_cached_relation(target_relation)) %}
    {%- do adapter.rename_relation(made, target_relation) %}
{% endmacro %}


{#- Where a landing touched most leads, as an export of everything does, to translate all of them takes no longer. -#}
{% macro is_most_of_them(leads) %}
    {%- if leads != 'landed' %}{% do return(false) %}{% endif %}
    {%- do return(value_of(
        'select 2 * (select count(*) from ' ~ model_relation('int_landed_leads') ~ ') > (select count(*) from '
        ~ in_schema('kept', 'int_lead_fingerprints') ~ ')'
    )) %}
{% endmacro %}


{#- The SQL of a model that reads, of every table with rows of leads, the rows of these leads alone. -#}
{% macro of_leads(sql, node, leads) %}
    {%- set narrowed = namespace(sql=sql) %}
    {%- for parent in lead_parents(node) %}
        {%- set schema = parent.config.meta.leads if parent.config.meta.leads == 'due' else leads %}
        {%- set narrowed.sql = narrowed.sql | replace(parent.relation_name, in_schema(schema, parent.name) | string) %}
    {%- endfor %}
    {%- do return(narrowed.sql) %}
{% endmacro %}


{#- The models with rows of leads that a model reads. -#}
{% macro lead_parents(node) %}
    {%- set parents = [] %}
    {%- for id in node.depends_on.nodes if id in graph.nodes and 'leads' in graph.nodes[id].config.meta %}
        {%- do parents.append(graph.nodes[id]) %}
    {%- endfor %}
    {%- do return(parents) %}
{% endmacro %}


{#- Run once it is known whose rows are made anew: copies, for these leads, what those models read that are made for them, as far
    as it is made for others or for all. -#}
{% macro copy_what_they_read(leads) %}
    {%- if kind_of_build() != 'changes' or is_most_of_them(leads) %}{% do return('') %}{% endif %}
    {%- set names = [] %}
    {%- for node in graph.nodes.values()
        if node.config.materialized == 'by_lead' and node.config.meta.leads == leads and not is_made_whole(node.name) %}
        {%- for parent in lead_parents(node) if parent.config.meta.leads not in (leads, 'due') %}
            {%- do names.append(parent.name) %}
        {%- endfor %}
    {%- endfor %}
    {%- set copies = [] %}
    {%- for name in names | unique | sort %}
        {%- do copies.append(
            'create or replace table ' ~ in_schema(leads, name) ~ ' as ' ~ rows_of_leads(model_named(name), this)
        ) %}
    {%- endfor %}
    {%- do return(copies | join(';\n')) %}
{% endmacro %}


{#- A row of staging that does not name its lead says whose it is by what stands for one in its CRM, `of_parent`. -#}
{% macro rows_of_leads(node, leads) %}
    {%- set table = model_relation(node.name) %}
    {%- set meta = node.config.meta %}
    {%- if 'of_parent' not in meta %}
        {%- do return('select held.* from ' ~ table ~ ' as held semi join ' ~ leads ~ ' using (source_system, lead_id)') %}
    {%- endif %}
    {%- set places = [] %}
    {%- for column in meta.of_parent %}
        {%- do places.append(
            'select held.rowid from ' ~ table ~ ' as held semi join parents on held.source_system = parents.source_system and held.'
            ~ column ~ ' = parents.parent_id'
        ) %}
    {%- endfor %}
    {%- do return(
        'with parents as (select source_system, parent_id from ' ~ model_relation('int_' ~ node.fqn[-2] ~ '__lead_parents')
        ~ ' semi join ' ~ leads ~ ' using (source_system, lead_id)) select * from ' ~ table
        ~ ' where rowid in (' ~ places | join(' union ') ~ ')'
    ) %}
{% endmacro %}
