{#- These leads and all that were, or had been, merged into one with them: they tell of one person. -#}
{% macro with_the_merged(leads, merges, merges_before) -%}
    {%- for mapping in (merges, merges_before) %}
    {%- for told in ('lead_id', 'survivor_lead_id') %}
    {%- for found in ('lead_id', 'survivor_lead_id', 'direct_survivor_lead_id') %}
    select
        relatives.source_system,
        relatives.{{ found }} as lead_id
    from {{ leads }}
    inner join {{ mapping }} as known
        on
            {{ leads }}.source_system = known.source_system
            and {{ leads }}.lead_id = known.{{ told }}
    inner join {{ mapping }} as relatives
        on
            known.source_system = relatives.source_system
            and known.survivor_lead_id = relatives.survivor_lead_id

    union

    {% endfor %}
    {%- endfor %}
    {%- endfor %}
    select
        source_system,
        lead_id
    from {{ leads }}
{%- endmacro %}
