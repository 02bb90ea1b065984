{#-
    Which raw column feeds each canonical field, of every source or of one:
    dbt run-operation show_resolution --args '{source_system: acme}'
-#}
{% macro show_resolution(source_system=none) %}
    {%- for crm in ['salesforce', 'hubspot', 'canonical'] %}
        {%- for source in landed_sources(crm) if source_system is none or source.source_system == source_system %}
            {%- do log('\n' ~ source.source_system ~ ' (' ~ crm ~ ', schema ' ~ source.raw_schema ~ ', naive times in '
                ~ source.timezone ~ ')', info=true) %}
            {%- for node in staging_nodes(crm) %}
                {%- set table = node.name.split('__')[1] %}
                {%- set parts = [] %}
                {%- for part in resolve_raw(crm, table, node) if part.source.source_system == source.source_system %}
                    {%- do parts.append(part) %}
                {%- endfor %}
                {%- if not parts %}
                    {%- do log('  ' ~ table ~ ': not recorded (no table named ' ~ node.config.meta.raw | join(', ') ~ ')', info=true) %}
                {%- endif %}
                {%- for part in parts %}
                    {%- do log('  ' ~ table ~ ' <- ' ~ part.raw_table, info=true) %}
                    {%- for column in declared_columns(node) %}
                        {%- set names = part.found[column.name] | map(attribute='name') | join(', else ') %}
                        {%- do log('    ' ~ column.name.ljust(24) ~ (names or 'not recorded'), info=true) %}
                    {%- endfor %}
                {%- endfor %}
            {%- endfor %}
        {%- endfor %}
    {%- endfor %}
{% endmacro %}


{#- The staging models of a CRM, in the order of their names. -#}
{% macro staging_nodes(crm) %}
    {%- set nodes = [] %}
    {%- for node in graph.nodes.values() | sort(attribute='name')
        if node.resource_type == 'model' and node.name.startswith('stg_' ~ crm ~ '__') %}
        {%- do nodes.append(node) %}
    {%- endfor %}
    {%- do return(nodes) %}
{% endmacro %}
