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

{% macro instant_text(instant) -%}
    substr(cast({{ instant }} as string), 1, 16) || ' UTC'
{%- endmacro %}

{#- A begun minute is a minute: what took seconds too long must not read as what was allowed. -#}
{% macro minutes_text(minutes) -%}
    {%- set begun = 'cast(ceil(round(' ~ minutes ~ ', 3)) as bigint)' -%}
    cast(cast(floor({{ begun }} / 60) as bigint) as string) || ' h ' || cast({{ begun }} % 60 as string) || ' min'
{%- endmacro %}
