{#-
    Which raw column feeds each canonical field, of every source or of one:
    dbt run-operation show_resolution --args '{source_system: acme}'
    `python -m handoff resolution` prints the same in a friendlier way; it asks for as_json.
-#}
{% macro show_resolution(source_system=none, as_json=false) %}
    {%- set sources = resolution(source_system) %}
    {%- if as_json %}
        {%- do print('resolution: ' ~ tojson(sources)) %}
    {%- else %}
        {%- for source in sources %}
            {%- do log('\n' ~ source.name ~ ' (' ~ source.crm ~ ', schema ' ~ source.raw_schema ~ ', naive times in '
                ~ source.timezone ~ ')', info=true) %}
            {%- for table in source.tables %}
                {%- if table.raw_table is none %}
                    {%- do log('  ' ~ table.name ~ ': not recorded (no table named ' ~ table.known_as | join(', ') ~ ')', info=true) %}
                {%- else %}
                    {%- do log('  ' ~ table.name ~ ' <- ' ~ table.raw_table, info=true) %}
                {%- endif %}
                {%- for field in table.fields %}
                    {%- do log('    ' ~ field.name.ljust(24) ~ (field.raw | join(', else ') or 'not recorded'), info=true) %}
                {%- endfor %}
            {%- endfor %}
        {%- endfor %}
    {%- endif %}
{% endmacro %}


{#- The same as data: one entry per source, in it one per staging model and raw table read. -#}
{% macro resolution(source_system=none) %}
    {%- set sources, known = [], [] %}
    {%- for crm in ['salesforce', 'hubspot', 'canonical'] %}
        {%- set landed = landed_sources(crm) %}
        {%- do known.extend(landed | map(attribute='source_system') | list) %}
        {%- set tables = {} %}
        {%- for node in staging_nodes(crm) if landed %}
            {%- set name = node.name.split('__')[1] %}
            {%- set columns = declared_columns(node) %}
            {%- set read_in = [] %}
            {%- for part in resolve_raw(crm, name, node) %}
                {%- set fields = [] %}
                {%- for column in columns %}
                    {%- do fields.append({'name': column.name, 'raw': part.found[column.name] | map(attribute='name') | list}) %}
                {%- endfor %}
                {%- do read_in.append(part.source.source_system) %}
                {%- do tables.setdefault(part.source.source_system, []).append({
                    'name': name, 'raw_table': part.raw_table, 'known_as': node.config.meta.raw, 'fields': fields,
                }) %}
            {%- endfor %}
            {%- for source in landed if source.source_system not in read_in %}
                {%- do tables.setdefault(source.source_system, []).append({
                    'name': name, 'raw_table': none, 'known_as': node.config.meta.raw, 'fields': [],
                }) %}
            {%- endfor %}
        {%- endfor %}
        {%- for source in landed if source_system is none or source.source_system == source_system %}
            {%- do sources.append({
                'name': source.source_system, 'crm': crm, 'raw_schema': source.raw_schema, 'timezone': source.timezone,
                'tables': tables[source.source_system],
            }) %}
        {%- endfor %}
    {%- endfor %}
    {%- if source_system is not none and not sources %}
        {%- do exceptions.raise_compiler_error(
            "No source named " ~ source_system ~ " has been landed. Landed: " ~ (known | join(', ') or 'none') ~ "."
        ) %}
    {%- endif %}
    {%- do return(sources) %}
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
