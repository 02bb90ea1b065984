{#-
  What the scorecard scores: each layer, quality dimension and confusion, the condition on a finding that belongs to
  it, and the layers that its findings live in. The catalogue of findings says the same; a test compares.
-#}
{% macro scorecard_aspects() %}
    {%- set layers = ['capture', 'qualification', 'routing', 'action', 'status', 'outcome'] -%}
    {%- set aspects = [] -%}
    {%- for layer in layers -%}
        {%- do aspects.append({'aspect': 'layer', 'name': layer, 'column': 'layer', 'layers': [layer]}) -%}
    {%- endfor -%}
    {%- set dimensions = {
        'channel': ['capture', 'qualification'],
        'form': ['capture', 'qualification'],
        'routing': ['routing'],
        'sales_process': ['qualification', 'action', 'status', 'outcome'],
        'crm_data': ['qualification', 'routing', 'status', 'outcome'],
    } -%}
    {%- for name, of in dimensions.items() -%}
        {%- do aspects.append({
            'aspect': 'quality_dimension', 'name': name, 'column': 'quality_dimension', 'layers': of,
        }) -%}
    {%- endfor -%}
    {%- set confusions = {
        'quality': ['capture', 'qualification'],
        'ownership': ['routing'],
        'timing': ['action'],
        'outcome': ['status', 'outcome'],
    } -%}
    {%- for name, of in confusions.items() -%}
        {%- do aspects.append({'aspect': 'confusion', 'name': name, 'column': 'confusion_type', 'layers': of}) -%}
    {%- endfor -%}
    {%- do return(aspects) -%}
{% endmacro %}

{#- A finding of low severity leaves its layer whole. -#}
{% macro breaking_severities() -%}
    ('medium', 'high', 'critical')
{%- endmacro %}
