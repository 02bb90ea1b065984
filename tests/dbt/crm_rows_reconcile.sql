{#- Nothing is lost on the way in: every raw row is kept, superseded by a later sync of its record, or set aside with a
    reason. A change log is read for the fields that the diagnosis follows, so of that only the staged rows are
    counted. -#}
{% set partly_read = ['stg_hubspot__contact_property_history'] %}
{% set crms = ['canonical', 'salesforce', 'hubspot'] %}
-- depends_on: {{ ref('int_crm__quarantine') }}

with raw_rows as (

    {%- set counted = [] %}
    {%- if execute %}
    {%- for crm in crms %}
    {%- for node in staging_nodes(crm) if node.name not in partly_read %}
    {%- for part in resolve_raw(crm, node.name.split('__')[1], node) %}
    {{ 'union all' if counted }}
    select
        '{{ node.name }}' as model_name,
        '{{ part.source.source_system }}' as source_system,
        '{{ part.raw_table }}' as raw_table,
        count(*) as rows_landed
    from {{ raw_relation(part.source.raw_schema, part.raw_table) }}
    {%- do counted.append(node.name) %}
    {%- endfor %}
    {%- endfor %}
    {%- endfor %}
    {%- endif %}
    {%- if not counted %}
    select
        cast(null as {{ dbt.type_string() }}) as model_name,
        cast(null as {{ dbt.type_string() }}) as source_system,
        cast(null as {{ dbt.type_string() }}) as raw_table,
        0 as rows_landed
    where 1 = 0
    {%- endif %}

),

staged as (

    {%- set staged = [] %}
    {%- if execute %}
    {%- for crm in crms %}
    {%- for node in staging_nodes(crm) %}
    {{ 'union all' if staged }}
    select
        '{{ node.name }}' as model_name,
        source_system,
        _raw_table as raw_table,
        count(*) as rows_staged,
        count(case when _is_kept then 1 end) as rows_kept,
        count(case when _version > 1 then 1 end) as rows_superseded,
        count(case when _row_fault is not null and coalesce(_version, 1) = 1 then 1 end) as rows_set_aside
    from {{ raw_relation(node.schema, node.alias) }}
    group by source_system, _raw_table
    {%- do staged.append(node.name) %}
    {%- endfor %}
    {%- endfor %}
    {%- else %}
    select 1 as not_resolved_while_parsing
    {%- endif %}

),

quarantined as (

    select
        source_system,
        raw_table,
        count(*) as rows_quarantined
    from {{ ref('int_crm__quarantine') }}
    where is_row_set_aside
    group by source_system, raw_table

),

set_aside as (

    select
        source_system,
        raw_table,
        sum(rows_set_aside) as rows_set_aside
    from staged
    group by source_system, raw_table

)

select
    'raw rows are missing from staging, or staged twice' as fault,
    raw_rows.source_system,
    raw_rows.raw_table,
    raw_rows.rows_landed as expected,
    coalesce(staged.rows_staged, 0) as found
from raw_rows
left join staged
    on
        raw_rows.model_name = staged.model_name
        and raw_rows.source_system = staged.source_system
        and raw_rows.raw_table = staged.raw_table
where raw_rows.rows_landed != coalesce(staged.rows_staged, 0)

union all

select
    'staged rows are neither kept, nor superseded, nor set aside' as fault,
    source_system,
    raw_table,
    rows_staged as expected,
    rows_kept + rows_superseded + rows_set_aside as found
from staged
where rows_staged != rows_kept + rows_superseded + rows_set_aside

union all

select
    'rows set aside are missing from the quarantine' as fault,
    set_aside.source_system,
    set_aside.raw_table,
    set_aside.rows_set_aside as expected,
    coalesce(quarantined.rows_quarantined, 0) as found
from set_aside
left join quarantined
    on
        set_aside.source_system = quarantined.source_system
        and set_aside.raw_table = quarantined.raw_table
where set_aside.rows_set_aside != coalesce(quarantined.rows_quarantined, 0)
