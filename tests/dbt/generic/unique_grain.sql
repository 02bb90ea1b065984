{#- No two rows share the columns that the model's description names as its grain; `where` narrows it. The numbers that
    rows have in common are found first: of millions of rows hardly one is then compared by its columns. -#}
{% test unique_grain(model, columns, where=none) %}

with shared as (

    select {{ row_hash(columns) }} as grain_hash
    from {{ model }}
    {%- if where %}
    where {{ where }}
    {%- endif %}
    group by 1
    having count(*) > 1

)

select
    {{ columns | join(', ') }},
    count(*) as rows_found
from {{ model }}
inner join shared on {{ row_hash(columns) }} = shared.grain_hash
{%- if where %}
where {{ where }}
{%- endif %}
group by {{ columns | join(', ') }}
having count(*) > 1

{% endtest %}
