{#- A share as a whole percentage; one that is neither none nor all is not rounded into either. -#}
{% macro percent_text(share) -%}
    case
        when {{ share }} > 0 and {{ share }} < 0.005 then 'less than 1 %'
        when {{ share }} < 1 and {{ share }} > 0.995 then 'more than 99 %'
        else cast(cast(round(100e0 * {{ share }}) as bigint) as {{ dbt.type_string() }}) || ' %'
    end
{%- endmacro %}

{#- The size of a difference of shares in percentage points. -#}
{% macro points_text(difference) -%}
    case
        when abs({{ difference }}) < 0.005 then 'less than 1 point'
        when abs({{ difference }}) < 0.015 then '1 point'
        else cast(cast(round(100e0 * abs({{ difference }})) as bigint) as {{ dbt.type_string() }}) || ' points'
    end
{%- endmacro %}

{% macro number_text(number) -%}
    cast(cast({{ number }} as bigint) as {{ dbt.type_string() }})
{%- endmacro %}

{#- How much of a gap an effect carries, as the subject of a sentence and its verb. -#}
{% macro part_text(effect, gap='gap') -%}
    case when {{ effect }} / {{ gap }} >= 0.95 then 'all of it comes' else {{ points_text(effect) }} || ' come' end
{%- endmacro %}
