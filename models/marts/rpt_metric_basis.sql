{%- set bases = metric_bases() -%}
{%- set histories = ['owner', 'status', 'lifecycle_stage'] -%}
with

sources as (

    select * from {{ ref('int_source_elements') }}

),

-- One line per metric, written from its definition: what it needs of a source, and since when it can be asked.
judged as (

    {% for metric in bases %}
    select
        source_system,
        '{{ metric.name }}' as metric,
        '{{ metric.words | join('; ') }}' as rests_on,
        nullif(concat_ws(
            '; '
            {%- for need in metric.needs %},
            case when not ({{ need }}) then '{{ metric.words[loop.index0] }}' end
            {%- endfor %}
        ), '') as missing,
        {%- for field in histories %}
        {{ field ~ '_tracked_since' if field in metric.tracked else 'cast(null as ' ~ dbt.type_timestamp() ~ ')' }}
            as {{ field }}_since{{ ',' if not loop.last }}
        {%- endfor %}
    from sources
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

-- The latest of the beginnings: before it, one of the histories is missing.
final as (

    select
        source_system,
        metric,
        missing is null as is_known,
        rests_on,
        missing,
        nullif(
            greatest(
                {%- for field in histories %}
                coalesce({{ field }}_since, cast('1900-01-01' as {{ dbt.type_timestamp() }})){{ ',' if not loop.last }}
                {%- endfor %}
            ),
            cast('1900-01-01' as {{ dbt.type_timestamp() }})
        ) as counted_since
    from judged

)

select * from final
