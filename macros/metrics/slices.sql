{#-
  What a figure can be sliced by: the column of int_metric_facts is named as the dimension. `all` is the slice of
  everything.
-#}
{% macro slice_dimensions() %}
    {%- do return([
        'source_system', 'source', 'channel', 'campaign', 'form', 'team', 'owner', 'queue', 'territory', 'fit_band',
    ]) -%}
{% endmacro %}

{#- As the dimension column and the member column of a select list. -#}
{% macro slice_columns(dimension) -%}
    '{{ dimension }}' as dimension,
    {%- if dimension == 'all' %}
    'all' as member,
    {%- else %}
    {{ dimension }} as member,
    {%- endif %}
{%- endmacro %}

{#- A slice leaves out the handoffs whose source does not record what it slices by. -#}
{% macro is_in_slice(dimension) -%}
    {{ 'true' if dimension == 'all' else dimension ~ ' is not null' }}
{%- endmacro %}

{#- The periods that figures are given for, by the day the handoff opened. -#}
{% macro metric_periods() %}
    {%- do return([
        ('all', 'cast(null as date)'),
        ('month', "cast(" ~ dbt.date_trunc('month', 'opened_on') ~ " as date)"),
        ('week', "cast(" ~ dbt.date_trunc('week', 'opened_on') ~ " as date)"),
    ]) -%}
{% endmacro %}

{#- Where the source records what a slice is by and this handoff lacks it, it belongs to the member (none). -#}
{% macro recorded_or_none(records, member) -%}
    case when {{ records }} then coalesce({{ member }}, '(none)') end
{%- endmacro %}

{#- A day as a number, 20260302 for 2 March 2026, and back. Millions of rows sort by a number far quicker. -#}
{% macro day_number(day) -%}
    cast(
        extract(year from {{ day }}) * 10000
        + extract(month from {{ day }}) * 100
        + extract(day from {{ day }}) as bigint
    )
{%- endmacro %}

{% macro day_of_number(number) -%}
    make_date(
        cast(floor({{ number }} / 10000) as integer),
        cast(floor({{ number }} / 100) as integer) % 100,
        cast({{ number }} % 100 as integer)
    )
{%- endmacro %}
