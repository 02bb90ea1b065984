{#-
  Every finding is one macro, finding__<code>, in a file of its own under this folder: the name alone makes it part of
  the diagnosis. It selects source_system, lead_id, handoff_number, detected_at and evidence of the handoffs that it
  fires on.
-#}
{% macro finding_codes() -%}
    {%- set codes = [] -%}
    {%- for name in context.keys() if name.startswith('finding__') -%}
        {%- do codes.append(name | replace('finding__', '', 1)) -%}
    {%- endfor -%}
    {{- return(codes | sort) -}}
{%- endmacro %}

{% macro day_text(instant) -%}
    cast({{ local_day(instant, 'default_timezone') }} as string)
{%- endmacro %}

{#- Where only the day is known, a time of day would be made up, and UTC's day may be another one. -#}
{% macro instant_text(instant, is_day_level='false') -%}
    case
        when {{ is_day_level }} then {{ day_text(instant) }}
        else substr(cast({{ instant }} as string), 1, 16) || ' UTC'
    end
{%- endmacro %}

{% macro closing_text() -%}
    case
        when is_closed_inferred then 'at a time that is not recorded'
        else 'on ' || {{ instant_text('closed_at', 'is_closed_day_level') }}
    end
{%- endmacro %}

{#- A begun minute is a minute: what took seconds too long must not read as what was allowed. -#}
{% macro minutes_text(minutes) -%}
    {%- set begun = 'cast(ceil(round(' ~ minutes ~ ', 3)) as bigint)' -%}
    cast(cast(floor({{ begun }} / 60) as bigint) as string) || ' h ' || cast({{ begun }} % 60 as string) || ' min'
{%- endmacro %}
