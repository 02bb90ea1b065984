{#-
    How a staging model is made: whole, or, in a build of changes, the rows of those keys alone that a landing touched.

    A load is what one file gave at one landing; its rows never change while it is held. `staged.<model>` keeps which loads the
    table was made of, and how many rows each had. Where a load is new, gone or has other rows, the keys of the rows that are
    new or gone are touched: all rows of these keys are read and ranked again. `touched.<model>` tells whom they told of, before
    and now, for the models of landed leads.
-#}
{% materialization by_key, adapter='spark' %}
    {%- do return(dbt.materialization_table_spark()) %}
{% endmaterialization %}


{% materialization by_key, adapter='duckdb' %}
    {%- if kind_of_build() != 'changes' %}
        {%- do return(dbt.materialization_table_duckdb()) %}
    {%- endif %}
    {%- set target_relation = this.incorporate(type='table') %}
    {%- set loads = in_schema('touched', this.identifier ~ '__loads') %}
    {%- set keys = in_schema('touched', this.identifier ~ '__keys') %}
    {%- set rows_now = in_schema('touched', this.identifier ~ '__rows') %}
    {%- set touched = in_schema('touched', this.identifier) %}
    {%- set raw_tables = raw_tables_of(model) %}
    {%- set told = columns_that_tell(model) | join(', ') %}
    {%- set key_hash = row_hash(['source_system'] + model.config.meta.key) %}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {% call statement('loads') -%}
        create or replace table {{ loads }} as {{ loads_that_differ(raw_tables, in_schema('staged', this.identifier)) }}
    {%- endcall %}
    {%- set is_touched = value_of('select count(*) from ' ~ loads) > 0 %}
    {%- if is_touched %}
    {% call statement('keys') -%}
        create or replace table {{ keys }} as {{ keys_that_differ(compiled_code, target_relation, loads, key_hash) }}
    {%- endcall %}
    {%- endif %}
    {% call statement('touched') -%}
        create or replace table {{ touched }} as
        select distinct {{ told }} from {{ target_relation }}
        where {{ (key_hash ~ ' in (select key_hash from ' ~ keys ~ ')') if is_touched else 'false' }}
    {%- endcall %}

    {#- With most of it touched, reading all of it takes no longer; a table that is read in place tells nothing of its loads. -#}
    {%- if read_in_place(raw_tables) or (is_touched
        and value_of('select 2 * (select count(*) from ' ~ keys ~ ') > (select count(*) from ' ~ target_relation ~ ')')) %}
    {% call statement('touched_before') -%}
        create or replace table {{ touched }} as select distinct {{ told }} from {{ target_relation }}
    {%- endcall %}
    {% call statement('main') -%}
        create or replace table {{ target_relation }} as {{ compiled_code }}
    {%- endcall %}
    {% call statement('touched_now') -%}
        insert into {{ touched }} select distinct {{ told }} from {{ target_relation }}
    {%- endcall %}
    {%- elif is_touched %}
    {% call statement('main') -%}
        create or replace table {{ rows_now }} as {{ of_keys(compiled_code, key_hash ~ ' in (select key_hash from ' ~ keys ~ ')') }}
    {%- endcall %}
    {% call statement('take_out') -%}
        delete from {{ target_relation }} where {{ key_hash }} in (select key_hash from {{ keys }})
    {%- endcall %}
    {% call statement('put_in') -%}
        insert into {{ target_relation }} by name select * from {{ rows_now }}
    {%- endcall %}
    {% call statement('touched_now') -%}
        insert into {{ touched }} select distinct {{ told }} from {{ rows_now }}
    {%- endcall %}
    {%- else %}
    {#- dbt asks for a statement of this name. -#}
    {% call statement('main') -%}
        select 'nothing was landed'
    {%- endcall %}
    {%- endif %}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}


{#- A post-hook of each staging model: which loads its table was made of. -#}
{% macro note_loads() %}
    {%- if kind_of_build() not in ('whole', 'changes') %}{% do return('') %}{% endif %}
    {%- do return(
        'create or replace table ' ~ in_schema('staged', this.identifier) ~ ' as ' ~ loads_of(raw_tables_of(model))
    ) %}
{% endmacro %}


{% macro loads_of(raw_tables) %}
    {%- for raw in raw_tables %}
    select
        '{{ raw.source_system }}' as source_system,
        '{{ raw.name }}' as raw_table,
        _handoff_file as file,
        _handoff_landed_at as landed_at,
        count(*) as rows_held
    from {{ raw.relation }}
    group by all
    {{ 'union all' if not loop.last }}
    {%- else %}
    select
        cast(null as varchar) as source_system, cast(null as varchar) as raw_table, cast(null as varchar) as file,
        cast(null as timestamp) as landed_at, cast(null as bigint) as rows_held
    where false
    {%- endfor %}
{% endmacro %}


{% macro loads_that_differ(raw_tables, staged) %}
    select distinct
        source_system, raw_table, file,
        {{ row_hash(['source_system', 'raw_table', 'file', 'landed_at']) }} as load_hash
    from (
        (select * from ({{ loads_of(raw_tables) }}) except select * from {{ staged }})
        union all
        (select * from {{ staged }} except select * from ({{ loads_of(raw_tables) }}))
    )
{% endmacro %}


{#- Keys of rows that a load holds and the table does not, or the table and no load. Where a flag is read by all that its file
    holds, all rows of a file go together. -#}
{% macro keys_that_differ(sql, staging, loads, key_hash) %}
    {{ up_to_keyed(sql) }},

    found as (
        select {{ key_hash }} as key_hash, {{ load_hash() }} as load_hash, _row_number
        from keyed
        where {{ is_in_loads(sql, loads) }}
    ),

    held as (
        select {{ key_hash }} as key_hash, {{ load_hash() }} as load_hash, _row_number
        from {{ staging }}
        where {{ is_in_loads(sql, loads) }}
    )

    {% if reads_whole_files(sql) %}
    select key_hash from found
    union
    select key_hash from held
    {% else %}
    select key_hash from found anti join held using (load_hash, _row_number)
    union
    select key_hash from held anti join found using (load_hash, _row_number)
    {% endif %}
{% endmacro %}

{% macro load_hash() %}{{ row_hash(['source_system', '_raw_table', '_file', '_landed_at']) }}{% endmacro %}

{% macro is_in_loads(sql, loads) %}
    {%- if reads_whole_files(sql) -%}
    (source_system, _raw_table, _file) in (select (source_system, raw_table, file) from {{ loads }})
    {%- else -%}
    {{ load_hash() }} in (select load_hash from {{ loads }})
    {%- endif -%}
{% endmacro %}


{#- The raw tables that feed a staging model. -#}
{% macro raw_tables_of(node) %}
    {%- set crm, table = node.fqn[-2], node.name.split('__')[1] %}
    {%- set raw_tables = [] %}
    {%- for source in landed_sources(crm) %}
        {%- for name in tables_of(source, table, node.config.meta) %}
            {%- do raw_tables.append({
                'source_system': source.source_system, 'schema': source.raw_schema, 'name': name,
                'relation': raw_relation(source.raw_schema, name),
            }) %}
        {%- endfor %}
    {%- endfor %}
    {%- do return(raw_tables) %}
{% endmacro %}


{#- Whether one of them is a view of a table that others write. -#}
{% macro read_in_place(raw_tables) %}
    {%- if not raw_tables %}{% do return(false) %}{% endif %}
    {%- do return(value_of(
        "select count(*) from duckdb_views() where schema_name in ('" ~ raw_tables | map(attribute='schema') | join("', '") ~ "')"
    ) > 0) %}
{% endmacro %}


{#- The columns by which a staging model's row is found and tells of a lead. -#}
{% macro columns_that_tell(node) %}
    {%- set meta = node.config.meta %}
    {%- do return((['source_system'] + meta.key + meta.get('of_lead', []) + meta.get('of_parent', [])) | unique | list) %}
{% endmacro %}


{#- What a landing touched of a staging model: columns_that_tell of the rows as they were and as they are. -#}
{% macro touched_rows(name) %}
    {%- set relation = ref(name) %}
    {%- do return(in_schema('touched', name) if kind_of_build() == 'changes' else relation) %}
{% endmacro %}


{% macro value_of(select) %}
    {%- do return(run_query(select).columns[0].values()[0]) %}
{% endmacro %}
