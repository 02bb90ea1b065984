{#- How raw names are compared: lower case, without HubSpot's property prefix, without a custom-field suffix, letters and
    digits only. Stitch unfolds a property into property_x__value, and once more where its type changed:
    property_x__value__double. -#}

{% macro normalised_name(name) %}
    {%- set lowered = name | string | lower | trim -%}
    {%- set plain = modules.re.sub('^propert(?:y|ies)_+(.+?)(?:__value(?:__[a-z]+)?)?$', '\\1', lowered) -%}
    {%- set plain = modules.re.sub('_+c$', '', plain) -%}
    {%- do return(modules.re.sub('[^a-z0-9]', '', plain)) -%}
{% endmacro %}


{#- How names of tables are compared: letters and digits only, without the date that a portal's export ends in. -#}
{% macro normalised_table_name(name) %}
    {%- set plain = modules.re.sub('[-_ ]+[0-9]{4}[-_][0-9]{2}[-_][0-9]{2}([-_ ].*)?$', '', (name | string | lower | trim)) -%}
    {%- do return(modules.re.sub('[^a-z0-9]', '', plain)) -%}
{% endmacro %}


{#- The same rule in SQL, for names that are data: the field column of a change log. -#}
{% macro normalised_name_sql(expression) %}
    {%- do return(
        any_alnum_only("regexp_replace(regexp_replace(lower(" ~ expression ~ "), '^propert(y|ies)_+', ''), '_+c$', '')")
    ) -%}
{% endmacro %}


{% macro any_alnum_only(expression) %}{{ return(adapter.dispatch('any_alnum_only')(expression)) }}{% endmacro %}

{#- DuckDB replaces the first match unless told otherwise, Spark replaces them all. -#}
{% macro default__any_alnum_only(expression) %}
    {%- do return("regexp_replace(" ~ expression ~ ", '[^a-z0-9]', '', 'g')") %}
{% endmacro %}

{% macro spark__any_alnum_only(expression) %}
    {%- do return("regexp_replace(" ~ expression ~ ", '[^a-z0-9]', '')") %}
{% endmacro %}
