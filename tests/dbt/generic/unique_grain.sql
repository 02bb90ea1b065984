{#- No two rows share the columns that the model's description names as its grain; `where` narrows it. -#}
{% test unique_grain(model, columns, where=none) %}

select
    {{ columns | join(', ') }},
    count(*) as rows_found
from {{ model }}
{%- if where %}
where {{ where }}
{%- endif %}
group by {{ columns | join(', ') }}
having count(*) > 1

{% endtest %}
