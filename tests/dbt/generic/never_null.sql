{#- Columns that every row fills: dbt's `not_null` for many columns in one reading of the table. -#}
{% test never_null(model, columns) %}

select {{ columns | join(', ') }}
from {{ model }}
where not ({{ columns | join(' is not null and ') }} is not null)

{% endtest %}
