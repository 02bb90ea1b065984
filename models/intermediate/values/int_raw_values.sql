{#- element -> the columns that hold it, by table -#}
{%- set told = {
    'int_crm__leads': {
        'status': ['status'],
        'lifecycle_stage': ['lifecycle_stage'],
        'rejection_reason': ['rejection_reason'],
        'original_source': ['original_source'],
        'owner_id': ['owner_id'],
        'actor_id': ['created_by'],
    },
    'int_crm__activities': {
        'activity_outcome': ['outcome'],
        'owner_id': ['owner_id', 'created_by'],
    },
    'int_crm__stage_dates': {
        'lifecycle_stage': ['raw_stage'],
    },
} -%}
with

-- Millions of rows hold few different values: each table is read once.
{% for table, elements in told.items() %}
{%- set columns = elements.values() | sum(start=[]) | join(', ') %}
{{ table }}_values as (

    select
        source_system,
        {{ columns }},
        count(*) as uses
    from {{ ref(table) }}
    group by source_system, {{ columns }}

),

{% endfor -%}
logged_values as (

    select
        source_system,
        field,
        old_value,
        new_value,
        count(*) as uses
    from {{ ref('int_crm__lead_changes') }}
    where field in ('status', 'lifecycle_stage', 'rejection_reason', 'owner_id')
    group by source_system, field, old_value, new_value

),

logged_actors as (

    select
        source_system,
        changed_by as actor_id,
        count(*) as uses
    from {{ ref('int_crm__lead_changes') }}
    group by source_system, changed_by

),

stacked as (

    {% for table, elements in told.items() %}
    {%- for element, columns in elements.items() %}
    {%- for column in columns %}
    select source_system, '{{ element }}' as element, {{ column }} as raw_value, uses from {{ table }}_values
    union all
    {% endfor %}
    {%- endfor %}
    {%- endfor %}
    select source_system, field as element, old_value as raw_value, uses from logged_values
    union all
    select source_system, field as element, new_value as raw_value, uses from logged_values
    union all
    select source_system, 'actor_id' as element, actor_id as raw_value, uses from logged_actors

),

final as (

    select
        source_system,
        element,
        raw_value,
        cast(sum(uses) as bigint) as uses
    from stacked
    where raw_value is not null
    group by source_system, element, raw_value

)

select * from final
