{#- What a staging model sets aside: whole rows (their latest version, or without a key), and single stamps of rows that are kept. -#}
{% macro quarantined_rows(relation, key, staging_model) %}
    select
        source_system,
        '{{ staging_model }}' as staging_model,
        _raw_table as raw_table,
        coalesce(
            {%- if key | length == 1 %}
            {{ key[0] }},
            {%- else %}
            case when {{ key | join(' is not null and ') }} is not null then concat_ws(':', {{ key | join(', ') }}) end,
            {%- endif %}
            concat('row ', cast(_row_number as {{ dbt.type_string() }}))
        ) as row_key,
        case when _row_fault is not null then _row_fault else 'stamp blanked' end as reason,
        case when _row_fault is not null then _row_fault_value else _stamp_faults end as value,
        _row_fault is not null as is_row_set_aside,
        _file as file,
        _row_number as row_number_in_file,
        _landed_at as landed_at
    from {{ relation }}
    where (_row_fault is not null and coalesce(_version, 1) = 1) or (_is_kept and _stamp_faults is not null)
{%- endmacro %}
