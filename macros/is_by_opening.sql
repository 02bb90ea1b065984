{#-
  Whether something was there when the handoff opened: by the day where either is known by its day only. What has no date
  among dated ones was not shown to be there; where none has a date, none can be shown to be later. Needs handoffs and the
  one row of int_clock joined as clock.
-#}
{% macro is_by_opening(instant, is_day, are_dated) -%}
    case
        when {{ instant }} is null then not {{ are_dated }}
        when {{ is_day }} then cast({{ instant }} as date) <= handoffs.opened_on
        when handoffs.is_opened_day_level
            then {{ local_day(instant, 'clock.default_timezone') }} <= handoffs.opened_on
        else {{ instant }} <= handoffs.opened_at
    end
{%- endmacro %}
