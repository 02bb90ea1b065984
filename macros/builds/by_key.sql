{#-
    How a staging model is made: whole, or, in a build of changes, the rows of those keys alone that a landing touched.

    A load is what one file gave at one landing; its rows never change while it is held. `staged.<model>` keeps which loads the
    table was made of, and how many rows each had. Where a load is new, gone or has other rows, its rows that the table does not
    hold are read, and all rows of the keys touched are ranked again. `touched.<model>` tells whom they tell of, before and now,
    for the models of landed leads.
-#}
{% materialization by_key, adapter='spark' %}
    {%- do return(dbt.materialization_table_spark()) %}
{% endmaterialization %}


{% materialization by_key, adapter='duckdb' %}
    {%- if kind_of_build() != 'changes' %}
        {%- do return(dbt.materialization_table_duckdb()) %}
    {%- endif %}
    {%- set target_relation = this.incorporate(type='table') %}
    {%- set staged = in_schema('staged', this.identifier) %}
    {%- set touched = in_schema('touched', this.identifier) %}
    {%- set loads_now = in_schema('touched', this.identifier ~ '__loads_now') %}
    {%- set loads = in_schema('touched', this.identifier ~ '__loads') %}
    {%- set raw_tables = raw_tables_of(model) %}
    {%- set told = columns_that_tell(model) | join(', ') %}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {% call statement('loads_now') -%}
        create or replace table {{ loads_now }} as {{ loads_of(raw_tables) }}
    {%- endcall %}
    {% call statement('loads') -%}
        create or replace table {{ loads }} as {{ loads_that_differ(loads_now, staged) }}
    {%- endcall %}

    {%- if is_made_whole(model.name) or must_be_read_whole(compiled_code, raw_tables, loads, loads_now, staged) %}
    {% call statement('touched') -%}
        create or replace table {{ touched }} as select distinct {{ told }} from {{ target_relation }}
    {%- endcall %}
    {% call statement('main') -%}
        create or replace table {{ target_relation }} as {{ compiled_code }}
    {%- endcall %}
    {% call statement('touched_now') -%}
        insert into {{ touched }} select distinct {{ told }} from {{ target_relation }}
    {%- endcall %}
    {%- elif value_of('select count(*) from ' ~ loads) == 0 %}
    {% call statement('main') -%}
        create or replace table {{ touched }} as select {{ told }} from {{ target_relation }} where false
    {%- endcall %}
    {%- else %}
        {{ replace_touched_keys(target_relation, compiled_code, loads) }}
    {%- endif %}
    {% call statement('staged') -%}
        create or replace table {{ staged }} as select * from {{ loads_now }}
    {%- endcall %}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}


{% macro replace_touched_keys(target_relation, sql, loads) %}
    {%- set differing = in_schema('touched', this.identifier ~ '__differing') %}
    {%- set held_rows = in_schema('touched', this.identifier ~ '__held') %}
    {%- set ranked_rows = in_schema('touched', this.identifier ~ '__ranked') %}
    {%- set key = model.config.meta.key %}
    {%- set key_hash = row_hash(['source_system'] + key) %}
    {%- set row_id = row_hash(['source_system', '_raw_table', '_file', '_landed_at', '_row_number'] + key) %}
    {%- set told = columns_that_tell(model) | join(', ') %}

    {% call statement('differing') -%}
        create or replace table {{ differing }} as
        {{ up_to_keyed(sql) }},
        landed_rows as (
            select {{ row_id }} as row_id, {{ key_hash }} as key_hash, _landed_at, count(*) as times
            from keyed where {{ is_in_loads(loads) }} group by all
        ),
        staged_rows as (
            select {{ row_id }} as row_id, {{ key_hash }} as key_hash, _landed_at, count(*) as times
            from {{ target_relation }} where {{ is_in_loads(loads) }} group by all
        )
        (select * from landed_rows except select * from staged_rows)
        union all
        (select * from staged_rows except select * from landed_rows)
    {%- endcall %}
    {% call statement('held_rows') -%}
        create or replace table {{ held_rows }} as
        select *, rowid as _place from {{ target_relation }}
        where {{ key_hash }} in (select key_hash from {{ differing }})
    {%- endcall %}
    {% call statement('main') -%}
        create or replace table {{ ranked_rows }} as
        with read_now as (
            {{ of_landed_rows(sql, '_landed_at in (select _landed_at from ' ~ differing ~ ') and ' ~ row_id
                ~ ' in (select row_id from ' ~ differing ~ ')') }}
        ),
        together as (
            select * exclude (_version, _is_kept) from read_now
            union all by name
            select * exclude (_version, _is_kept, _place) from {{ held_rows }}
            where {{ row_id }} not in (select row_id from {{ differing }})
        ),
        ranked as (
            select
                *,
                case
                    when {{ key | join(' is not null and ') }} is not null
                        then {{ number_of_version(declared_columns(model), key) }}
                end as _version
            from together
        )
        select *, {{ is_kept() }} as _is_kept from ranked
    {%- endcall %}
    {% call statement('take_out') -%}
        delete from {{ target_relation }} where rowid in (select _place from {{ held_rows }})
    {%- endcall %}
    {% call statement('put_in') -%}
        insert into {{ target_relation }} by name select * from {{ ranked_rows }}
    {%- endcall %}
    {% call statement('touched') -%}
        create or replace table {{ in_schema('touched', this.identifier) }} as
        select {{ told }} from {{ held_rows }} union select {{ told }} from {{ ranked_rows }}
    {%- endcall %}
{% endmacro %}


{#- A post-hook of each staging model: which loads a table that is made whole was made of. -#}
{% macro note_loads() %}
    {%- if kind_of_build() != 'whole' %}{% do return('') %}{% endif %}
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


{% macro loads_that_differ(loads_now, staged) %}
    select
        source_system, raw_table, file, landed_at,
        {{ row_hash(['source_system', 'raw_table', 'file', 'landed_at']) }} as load_hash,
        abs(sum(rows_more)) as rows_that_differ
    from (
        select *, rows_held as rows_more from {{ loads_now }}
        union all
        select *, -rows_held as rows_more from {{ staged }}
    )
    group by source_system, raw_table, file, landed_at
    having sum(rows_more) != 0
{% endmacro %}

{#- By its instant DuckDB passes over all that was landed at another. -#}
{% macro is_in_loads(loads) -%}
    _landed_at in (select landed_at from {{ loads }})
    and {{ row_hash(['source_system', '_raw_table', '_file', '_landed_at']) }} in (select load_hash from {{ loads }})
{%- endmacro %}


{#- A table that is read in place tells nothing of its loads; a flag that is read by all that its file holds may change with rows
    that come later; and where most rows are others, reading all of them takes no longer. -#}
{% macro must_be_read_whole(sql, raw_tables, loads, loads_now, staged) %}
    {%- if not raw_tables %}{% do return(false) %}{% endif %}
    {%- set in_place = "(select count(*) from duckdb_views() where schema_name in ('"
        ~ raw_tables | map(attribute='schema') | join("', '") ~ "'))" %}
    {%- set most = '(select coalesce(sum(rows_that_differ), 0) from ' ~ loads ~ ') > (select coalesce(sum(rows_held), 0) from '
        ~ loads_now ~ ')' %}
    {%- set by_file = tables_read_by_file(sql, raw_tables) %}
    {%- set files_that_go_on = '(select count(*) from ' ~ loads_now ~ ' semi join ' ~ staged
        ~ ' using (source_system, raw_table, file, landed_at) semi join ' ~ loads ~ ' using (source_system, raw_table, file)'
        ~ " where concat(source_system, '.', raw_table) in ('" ~ by_file | join("', '") ~ "'))" %}
    {%- do return(value_of('select ' ~ in_place ~ ' > 0 or ' ~ most ~ (' or ' ~ files_that_go_on ~ ' > 0' if by_file else ''))) %}
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


{#- The columns by which a staging model's row is found and tells of a lead. -#}
{% macro columns_that_tell(node) %}
    {%- set lead = ['lead_id'] if 'lead_id' in node.columns else [] %}
    {%- do return((['source_system'] + node.config.meta.key + lead + node.config.meta.get('of_parent', [])) | unique | list) %}
{% endmacro %}


{#- What a landing touched of a staging model: columns_that_tell of the rows as they were and as they are. -#}
{% macro touched_rows(name) %}
    {%- set relation = ref(name) %}
    {%- do return(in_schema('touched', name) if kind_of_build() == 'changes' else relation) %}
{% endmacro %}


{% macro value_of(select) %}
    {%- do return(run_query(select).columns[0].values()[0]) %}
{% endmacro %}
