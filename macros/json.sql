{#- JSON held as text, on DuckDB and Spark alike. Text that is no JSON gives null, never an error. -#}

{#- The text at a key of a JSON object. -#}
{% macro json_text(expression, key) %}{{ return(adapter.dispatch('json_text')(expression, key)) }}{% endmacro %}

{% macro default__json_text(expression, key) %}
    {%- do return("case when json_valid(" ~ expression ~ ") then json_extract_string(" ~ expression ~ ", '$.\"" ~ key ~ "\"') end") %}
{% endmacro %}

{% macro spark__json_text(expression, key) %}
    {%- do return("get_json_object(" ~ expression ~ ", '$[\\'" ~ key ~ "\\']')") %}
{% endmacro %}


{#- In a select list: one row per item of a JSON array, each as text; no row where there is no array. -#}
{% macro json_array_items(expression) %}{{ return(adapter.dispatch('json_array_items')(expression)) }}{% endmacro %}

{% macro default__json_array_items(expression) %}
    {%- do return("unnest(case when json_valid(" ~ expression ~ ") then json_extract_string(" ~ expression ~ ", '$[*]') end)") %}
{% endmacro %}

{% macro spark__json_array_items(expression) %}
    {%- do return("explode(from_json(" ~ expression ~ ", 'array<string>'))") %}
{% endmacro %}


{#- In a select list: one row per part of a delimited text. -#}
{% macro text_parts(expression, delimiter) %}{{ return(adapter.dispatch('text_parts')(expression, delimiter)) }}{% endmacro %}

{% macro default__text_parts(expression, delimiter) %}
    {%- do return("unnest(string_split(" ~ expression ~ ", '" ~ delimiter ~ "'))") %}
{% endmacro %}

{% macro spark__text_parts(expression, delimiter) %}
    {%- do return("explode(split(" ~ expression ~ ", '" ~ delimiter ~ "'))") %}
{% endmacro %}


{% macro json_from_nested(expression) %}{{ return(adapter.dispatch('json_from_nested')(expression)) }}{% endmacro %}

{% macro default__json_from_nested(expression) %}{% do return("cast(to_json(" ~ expression ~ ") as varchar)") %}{% endmacro %}

{% macro spark__json_from_nested(expression) %}{% do return("to_json(" ~ expression ~ ")") %}{% endmacro %}


{#- HubSpot's associations come as [1, 2], as [{"id": 1}] or, from its API, as {"results": [{"id": 1}]}. -#}
{% macro json_list_of(expression) %}
    {%- do return("coalesce(" ~ json_text(expression, 'results') ~ ", " ~ expression ~ ")") %}
{% endmacro %}

{% macro id_of_json_item(expression) %}
    {%- do return(clean_text("coalesce(" ~ json_text(expression, 'id') ~ ", " ~ expression ~ ")")) %}
{% endmacro %}
