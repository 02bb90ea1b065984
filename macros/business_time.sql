{#- Seconds of opening time of a calendar before an instant, counted from the horizon; stretch: a row of
    int_calendar_timeline. -#}
{% macro business_position(stretch, instant) -%}
    {{ stretch }}.open_seconds_before
    + least(greatest({{ seconds_between(stretch ~ '.opens_at', instant) }}, 0), {{ stretch }}.open_seconds)
{%- endmacro %}
