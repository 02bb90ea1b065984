{#- Each row of these tables as one number, with its lead. When a row was synced is not what it says. -#}
{% macro row_hashes_of(tables) %}
    {%- for table in tables %}
    select
        source_system,
        lead_id,
        {{ row_hash(["'" ~ table ~ "'"] + columns_of(table, of='told', but=['synced_at'])) }} as row_hash
    from {{ ref(table) }} as told
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
