{#- Snapshots where files cannot be merged into: the table is written anew, with the versions that ended closed and the new
    ones added, and takes the old one's place. What decides that a row changed is dbt's own. -#}
{% materialization snapshot, adapter='spark' %}
    {%- set target_relation = api.Relation.create(schema=model.schema, identifier=model.alias, type='table') %}
    {%- set before = target_relation.incorporate(path={'identifier': model.alias ~ '__before'}) %}
    {%- set next = target_relation.incorporate(path={'identifier': model.alias ~ '__next'}) %}
    {%- if not adapter.check_schema_exists(none, model.schema) %}{% do create_schema(target_relation) %}{% endif %}
    {#- A run that ended between the two renamings left the history under its other name. -#}
    {%- set exists = adapter.get_relation(none, model.schema, model.alias) is not none %}
    {%- if not exists and adapter.get_relation(none, model.schema, before.identifier) %}
        {%- do adapter.rename_relation(before, target_relation) %}
        {%- set exists = true %}
    {%- endif %}

    {{ run_hooks(pre_hooks) }}

    {%- set strategy = strategy_dispatch(config.get('strategy'))(
        model, 'snapshotted_data', 'source_data', model.config, exists
    ) %}
    {%- if exists %}
        {%- set build_sql = snapshot_written_anew(strategy, model.compiled_code, target_relation) %}
    {%- else %}
        {%- set build_sql = build_snapshot_table(strategy, model.compiled_code) %}
    {%- endif %}
    {%- do adapter.drop_relation(next) %}
    {%- call statement('main') %}
        {{ create_table_as(false, next, build_sql) }}
    {%- endcall %}
    {%- if exists %}
        {%- do adapter.drop_relation(before) %}
        {%- do adapter.rename_relation(target_relation, before) %}
    {%- endif %}
    {%- do adapter.rename_relation(next, target_relation) %}
    {%- do adapter.drop_relation(before) %}

    {{ run_hooks(post_hooks) }}

    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}


{% macro snapshot_written_anew(strategy, source_sql, target_relation) %}
    {%- set names = config.get('snapshot_table_column_names') or get_snapshot_table_column_names() %}
    {%- set held = adapter.get_columns_in_relation(target_relation) | map(attribute='name') | list %}
    {%- set added = get_columns_in_query(source_sql) | reject('in', held) | list %}
with staged as (

    {{ snapshot_staging_table(strategy, source_sql, target_relation) }}

),

ended as (

    select
        {{ names.dbt_scd_id }},
        {{ names.dbt_valid_to }}
    from staged
    where dbt_change_type in ('update', 'delete')

)

select
    {%- for name in held if name != names.dbt_valid_to %}
    held.{{ adapter.quote(name) }},
    {%- endfor %}
    {%- for name in added %}
    null as {{ adapter.quote(name) }},
    {%- endfor %}
    coalesce(held.{{ names.dbt_valid_to }}, ended.{{ names.dbt_valid_to }}) as {{ names.dbt_valid_to }}
from {{ target_relation }} as held
left join ended on held.{{ names.dbt_scd_id }} = ended.{{ names.dbt_scd_id }}

union all

select
    {%- for name in held + added if name != names.dbt_valid_to %}
    {{ adapter.quote(name) }},
    {%- endfor %}
    {{ names.dbt_valid_to }}
from staged
where dbt_change_type = 'insert'
{% endmacro %}
