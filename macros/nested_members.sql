{#-
    The members of groups, and of groups that are members, as a chain of CTEs that ends in `<name>`: one row per source, group and
    member. `listed` is a CTE with who is listed in which group. No CRM nests deeper than this, and a circle ends here too.
-#}
{% macro nested_members(name, listed, group, member) -%}
{%- set depths = 6 -%}
{{ name }}_1 as (

    select source_system, {{ group }}, {{ member }}
    from {{ listed }}

),

{% for depth in range(2, depths + 1) %}
{{ name }}_{{ depth }} as (

    select distinct
        outermost.source_system,
        outermost.{{ group }},
        nested.{{ member }}
    from {{ name }}_{{ depth - 1 }} as outermost
    inner join {{ listed }} as nested
        on
            outermost.source_system = nested.source_system
            and outermost.{{ member }} = nested.{{ group }}

),

{% endfor %}
{{ name }} as (

    {% for depth in range(1, depths + 1) %}
    select * from {{ name }}_{{ depth }}
    {{ 'union' if not loop.last }}
    {%- endfor %}

)
{%- endmacro %}
