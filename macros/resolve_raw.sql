{#-
    Finding what a source landed: which raw tables and columns feed a staging model. Names are compared by the rules of
    names.sql; the user's own names come first, then the aliases in the model's yml, in their order.
-#}

{#- The columns that a staging model's yml declares, with the defaults of their meta filled in. -#}
{% macro declared_columns(node) %}
    {%- set columns = [] %}
    {%- for name, column in node.columns.items() %}
        {%- set meta = column.config.meta if column.config and column.config.meta else column.meta %}
        {%- if meta and meta.kind %}
            {%- do columns.append({
                'name': name,
                'raw': meta.get('raw', [name]),
                'kind': meta.kind,
                'match': meta.get('match', 'first'),
                'bounds': meta.get('bounds', 'stamp'),
                'may_lie_ahead': meta.get('may_lie_ahead', false),
                'required': meta.get('required', false),
                'midnight_is_day': meta.get('midnight_is_day', false),
                'blank_is_false': meta.get('blank_is_false', false),
                'compose': meta.get('compose', []),
                'of': meta.get('of'),
                'of_values': meta.get('of_values', []),
                'each_but': meta.get('each_but'),
            }) %}
        {%- endif %}
    {%- endfor %}
    {%- do return(columns) %}
{% endmacro %}


{#- Which raw tables and columns feed a staging model: one entry per source and table read. unfolded: expressions that give a
    column of structs or lists as JSON, which the columns found refer to. -#}
{% macro resolve_raw(crm, table, node) %}
    {%- set columns = declared_columns(node) %}
    {%- set parts = [] %}
    {%- for source in landed_sources(crm) %}
        {%- for raw_table in tables_of(source, table, node.config.meta) %}
            {%- set landed = adapter.get_columns_in_relation(
                raw_relation(source.raw_schema, raw_table)
            ) %}
            {%- set by_name, prefixed, unfolded = {}, [], [] %}
            {%- for column in landed %}
                {%- if modules.re.match('^propert(y|ies)_', column.name | lower) %}{% do prefixed.append(column.name) %}{% endif %}
                {%- set raw = {
                    'name': column.name, 'quoted': adapter.quote(column.name), 'family': type_family(column.data_type),
                } %}
                {%- if raw.family == 'nested' %}
                    {%- set as_json = adapter.quote('_json_' ~ column.name) %}
                    {%- do unfolded.append(json_from_nested(raw.quoted) ~ ' as ' ~ as_json) %}
                    {%- do raw.update({'quoted': as_json, 'family': 'text'}) %}
                {%- endif %}
                {%- do by_name.setdefault(normalised_name(column.name), []).append(raw) %}
            {%- endfor %}
            {%- set found = {} %}
            {%- for column in columns + technical_columns() %}
                {%- if column.each_but %}
                    {%- do found.update({column.name: candidate_of_each(column, by_name, source.timezone)}) %}
                {%- elif column.of %}
                    {%- do found.update({column.name: candidate_by_value(column, by_name, {} if prefixed else by_name, found[column.of])}) %}
                {%- else %}
                    {%- do found.update({column.name: candidates_of(column, by_name, source.fields)
                        or candidates_inside(column, by_name, prefixed | length > 0)}) %}
                {%- endif %}
            {%- endfor %}
            {%- do parts.append({'source': source, 'raw_table': raw_table, 'found': found, 'unfolded': unfolded}) %}
        {%- endfor %}
    {%- endfor %}
    {%- do return(parts) %}
{% endmacro %}


{#- The registered sources of a CRM, with the tables landed for each. -#}
{% macro landed_sources(crm) %}
    {%- set registry = landing_registry() %}
    {%- if registry is none %}
        {%- do exceptions.raise_compiler_error(
            "Nothing has been landed: there is no landing.sources in this warehouse. Run `make run` (or `make demo`), which"
            ~ " lands the CRM sources listed in HANDOFF_SOURCES before it builds."
        ) %}
    {%- endif %}
    {#- A few rows: chosen and sorted here, for which Spark would start a job of two stages. -#}
    {%- set rows = run_query("select source_system, crm, raw_schema, timezone, fields, tables from " ~ registry) %}
    {%- set sources = [] %}
    {%- for row in rows if row['crm'] == crm %}
        {%- do sources.append({
            'source_system': row['source_system'],
            'raw_schema': row['raw_schema'],
            'timezone': row['timezone'] or 'UTC',
            'fields': fromjson(row['fields'] or '{}') or {},
            'tables': fromjson(row['tables'] or '{}') or {},
            'landed': landed_tables(row['raw_schema']),
        }) %}
    {%- endfor %}
    {%- do return(sources | sort(attribute='source_system', case_sensitive=true)) %}
{% endmacro %}


{#- Spark has no databases above its schemas, and says so loudly. -#}
{% macro raw_relation(schema, identifier) %}{{ return(adapter.dispatch('raw_relation')(schema, identifier)) }}{% endmacro %}

{% macro default__raw_relation(schema, identifier) %}
    {%- do return(api.Relation.create(database=target.database, schema=schema, identifier=identifier)) %}
{% endmacro %}

{% macro spark__raw_relation(schema, identifier) %}
    {%- do return(api.Relation.create(schema=schema, identifier=identifier)) %}
{% endmacro %}


{% macro landing_registry() %}{{ return(adapter.dispatch('landing_registry')()) }}{% endmacro %}

{% macro default__landing_registry() %}
    {%- do return(adapter.get_relation(database=target.database, schema='landing', identifier='sources')) %}
{% endmacro %}

{% macro spark__landing_registry() %}
    {%- do return(adapter.get_relation(database=none, schema='landing', identifier='sources')) %}
{% endmacro %}


{% macro landed_tables(raw_schema) %}{{ return(adapter.dispatch('landed_tables')(raw_schema)) }}{% endmacro %}

{% macro default__landed_tables(raw_schema) %}
    {%- set rows = run_query(
        "select table_name from information_schema.tables where table_schema = '" ~ raw_schema ~ "' order by table_name"
    ) %}
    {%- do return(rows.columns[0].values() | list) %}
{% endmacro %}

{% macro spark__landed_tables(raw_schema) %}
    {%- set rows = run_query("show tables in " ~ raw_schema) %}
    {%- do return(rows.columns['tableName'].values() | sort) %}
{% endmacro %}


{#- The tables of a source that hold a canonical table: the user's choice, else the first known name and its supplements. -#}
{% macro tables_of(source, table, meta) %}
    {%- set by_name = {} %}
    {#- Of several exports that differ by their date the latest is read. -#}
    {%- for name in source.landed %}
        {%- do by_name.update({normalised_table_name(name): name}) %}
    {%- endfor %}
    {%- set known_as = [] %}
    {%- for name in [table] + meta.raw + meta.get('also_called', []) + (['lead', 'leads'] if meta.get('is_lead_table') else []) %}
        {%- do known_as.append(normalised_table_name(name)) %}
    {%- endfor %}
    {%- set choices = [] %}
    {%- for name, chosen in source.tables.items() if normalised_table_name(name) in known_as %}
        {%- do choices.append(chosen) %}
    {%- endfor %}
    {%- if choices %}
        {%- set chosen = choices[0] %}
        {%- set held = by_name.get(normalised_table_name(chosen)) %}
        {%- if held %}{% do return([held]) %}{% endif %}
        {%- do exceptions.raise_compiler_error(
            "Source " ~ source.source_system ~ ": the sources file says `tables: {" ~ table ~ ": " ~ chosen ~ "}`, but no table "
            ~ chosen ~ " was landed. Tables found: " ~ (source.landed | join(', ') or 'none') ~ "."
        ) %}
    {%- endif %}
    {%- set found = [] %}
    {%- for name in meta.raw if not found and by_name.get(normalised_table_name(name)) %}
        {%- do found.append(by_name[normalised_table_name(name)]) %}
    {%- endfor %}
    {%- for name in meta.get('raw_also', []) if by_name.get(normalised_table_name(name)) %}
        {%- do found.append(by_name[normalised_table_name(name)]) %}
    {%- endfor %}
    {%- if not found and meta.get('is_lead_table') %}
        {%- do exceptions.raise_compiler_error(
            "Source " ~ source.source_system ~ " has no lead table. Expected one named " ~ (meta.raw | join(' or '))
            ~ "; tables found: " ~ (source.landed | join(', ') or 'none')
            ~ ". If it goes by another name, say so in the sources file: `tables: {" ~ table ~ ": <its name>}`."
        ) %}
    {%- endif %}
    {%- do return(found) %}
{% endmacro %}


{#- The raw columns that feed one canonical column, in order: the user's, then by alias; unprefixed, unsuffixed ones first. -#}
{% macro candidates_of(column, by_name, fields) %}
    {%- set found = [] %}
    {%- set names = ([fields[column.name]] if fields.get(column.name) else []) + column.raw %}
    {%- for name in names %}
        {%- set users = loop.first and fields.get(column.name) is not none %}
        {%- set plain = modules.re.sub('[^a-z0-9]', '', name | lower) %}
        {%- set held = by_name.get(normalised_name(name), []) %}
        {%- for exact in [true, false] %}
            {%- for raw in held if (modules.re.sub('[^a-z0-9]', '', raw.name | lower) == plain) == exact %}
                {%- if raw.name not in found | map(attribute='name') | list %}
                    {%- do found.append({
                        'name': raw.name, 'quoted': raw.quoted, 'family': raw.family, 'is_users': users, 'is_column': true,
                    }) %}
                {%- endif %}
            {%- endfor %}
        {%- endfor %}
    {%- endfor %}
    {%- do return(found) %}
{% endmacro %}


{#- HubSpot's API keeps properties and associations in an object each: where a tool left them there and nowhere else, they
    are read there. An alias with a dot, `metadata.status`, names the object itself: a tool either unfolded it into a
    column of that name (metadata__status) or left it whole. -#}
{% macro candidates_inside(column, by_name, is_unfolded) %}
    {%- set found = [] %}
    {%- for alias in column.raw if column.kind not in ('landing', 'count', 'plain') %}
        {%- set keys = [] %}
        {%- if '.' in alias %}
            {%- do keys.append((alias.split('.')[0] | lower, alias.split('.')[1])) %}
        {%- elif not is_unfolded and modules.re.match('^[a-z][a-z0-9_]*$', alias) %}
            {%- do keys.extend([('properties', alias), ('associations', alias)]) %}
        {%- endif %}
        {%- for container_name, key in keys %}
            {%- for container in by_name.get(container_name, []) if container.family == 'text' %}
                {%- do found.append({
                    'name': container.name ~ '.' ~ key,
                    'quoted': json_text(as_text(container), key),
                    'family': 'text',
                    'is_users': false,
                    'is_certain': false,
                }) %}
            {%- endfor %}
        {%- endfor %}
    {%- endfor %}
    {%- do return(found) %}
{% endmacro %}


{#- The raw columns whose name is a pattern of the column's, by what stands for its *, normalised. -#}
{% macro columns_by_value(column, by_name) %}
    {%- set columns_of = {} %}
    {%- for pattern in column.raw %}
        {%- set halves = pattern.split('*') %}
        {%- set matcher = '^' ~ modules.re.sub('[^a-z0-9]', '', halves[0] | lower) ~ '(.+)'
            ~ modules.re.sub('[^a-z0-9]', '', halves[1] | lower) ~ '$' %}
        {%- for name, held in by_name.items() if modules.re.match(matcher, name) %}
            {%- do columns_of.setdefault(modules.re.match(matcher, name).group(1), []).extend(held) %}
        {%- endfor %}
    {%- endfor %}
    {%- do return(columns_of) %}
{% endmacro %}


{#- One JSON array of all that is found: for each value its instant in UTC, and whether only the day is known. -#}
{% macro candidate_of_each(column, by_name, timezone) %}
    {%- set read_as = {'kind': 'instant', 'match': 'first', 'midnight_is_day': false} %}
    {%- set items, names = [], [] %}
    {%- for value, held in columns_by_value(column, by_name).items() if value not in column.each_but %}
        {%- set instant = value_sql(read_as, held, timezone) %}
        {%- do items.append(
            'case when ' ~ instant ~ " is not null then concat('{\"value\": \"" ~ value ~ "\", \"at\": \"', cast(" ~ instant ~ ' as '
            ~ dbt.type_string() ~ "), '\", \"is_day\": \"', cast(" ~ day_sql(read_as, held) ~ ' as ' ~ dbt.type_string() ~ "), '\"}') end"
        ) %}
        {%- do names.extend(held | map(attribute='name') | list) %}
    {%- endfor %}
    {%- if not items %}{% do return([]) %}{% endif %}
    {%- do return([{
        'name': names | join(', '),
        'quoted': "concat('[', concat_ws(', ', " ~ items | join(', ') ~ "), ']')",
        'family': 'text',
        'is_users': false,
    }]) %}
{% endmacro %}


{#- HubSpot keeps one date property per stage: of all those found, the one that belongs to the value the row holds. -#}
{% macro candidate_by_value(column, by_name, containers, of_candidates) %}
    {%- set columns_of = columns_by_value(column, by_name) %}
    {%- set families = [] %}
    {%- for held in columns_of.values() %}{% do families.extend(held | map(attribute='family') | list) %}{% endfor %}
    {%- for container in containers.get('properties', []) if not columns_of %}
        {%- for value in column.of_values %}
            {%- for pattern in column.raw if modules.re.match('^[a-z0-9_*]+$', pattern) %}
                {%- do columns_of.setdefault(value, []).append({
                    'name': container.name ~ '.' ~ pattern.replace('*', value),
                    'quoted': json_text(as_text(container), pattern.replace('*', value)),
                    'family': 'text',
                }) %}
                {%- do families.append('text') %}
            {%- endfor %}
        {%- endfor %}
    {%- endfor %}
    {%- if not columns_of or not of_candidates %}{% do return([]) %}{% endif %}
    {%- set is_mixed = families | unique | list | length > 1 or families[0] not in ('date', 'timestamp', 'instant') %}
    {%- set cases, names = [], [] %}
    {%- for value, held in columns_of.items() %}
        {%- set values = [] %}
        {%- for raw in held %}
            {%- do values.append(clean_text(as_text(raw)) if is_mixed else raw.quoted) %}
            {%- do names.append(raw.name) %}
        {%- endfor %}
        {%- do cases.append("when '" ~ value ~ "' then coalesce(" ~ values | join(', ') ~ ")") %}
    {%- endfor %}
    {%- set of_text = value_sql({'kind': 'text', 'match': 'first'}, of_candidates, 'UTC') %}
    {%- do return([{
        'name': names | join(', '),
        'quoted': 'case ' ~ any_alnum_only('lower(' ~ of_text ~ ')') ~ ' ' ~ cases | join(' ') ~ ' end',
        'family': 'text' if is_mixed else families[0],
        'is_users': false,
    }]) %}
{% endmacro %}


{#- What tells the versions of a record apart, by tool: Fivetran, Airbyte, dlt, Stitch, the canonical layout. -#}
{% macro technical_columns() %}
    {%- do return([
        {
            'name': '_synced_at', 'kind': 'instant', 'match': 'first', 'midnight_is_day': false,
            'raw': [
                '_fivetran_synced', '_airbyte_extracted_at', '_airbyte_emitted_at', '_sdc_batched_at', '_sdc_extracted_at',
                '_sdc_received_at', '_dlt_load_id', 'synced_at',
            ],
        },
        {'name': '_is_active_version', 'kind': 'flag', 'match': 'first', 'raw': ['_fivetran_active']},
        {'name': '_file', 'kind': 'plain', 'match': 'first', 'raw': ['_handoff_file']},
        {'name': '_row_number', 'kind': 'count', 'match': 'first', 'raw': ['_handoff_row']},
        {'name': '_landed_at', 'kind': 'landing', 'match': 'first', 'raw': ['_handoff_landed_at']},
    ]) %}
{% endmacro %}


{#- The field names, over all sources of a CRM, that a change log uses for the canonical fields: to read nothing else of it. -#}
{% macro is_tracked_field(column, crm, table, canonical_fields) %}
    {%- if not execute %}{% do return('true') %}{% endif %}
    {%- set names = [] %}
    {%- for row in tracked_field_rows(crm, table, canonical_fields) if row[2] not in names %}
        {%- do names.append(row[2]) %}
    {%- endfor %}
    {%- do return(normalised_name_sql(column) ~ " in ('" ~ names | join("', '") ~ "')") %}
{% endmacro %}


{#- SQL rows of (source_system, canonical_field, field_name): which field names of a change log speak of the column that feeds
    each canonical field of a CRM's lead table. The user's column or the first one found; every known name where the
    table has none of them. -#}
{% macro tracked_fields(crm, table, canonical_fields) %}
    {%- if not execute %}{% do return('select 1 as not_resolved_while_parsing') %}{% endif %}
    {%- set rows = tracked_field_rows(crm, table, canonical_fields) %}
    {%- for row in rows %}
    select
        '{{ row[0] }}' as source_system,
        '{{ row[1] }}' as canonical_field,
        '{{ row[2] }}' as field_name
    {{- '\n    union all' if not loop.last }}
    {%- else %}
    select
        cast(null as {{ dbt.type_string() }}) as source_system,
        cast(null as {{ dbt.type_string() }}) as canonical_field,
        cast(null as {{ dbt.type_string() }}) as field_name
    where 1 = 0
    {%- endfor %}
{%- endmacro %}


{% macro tracked_field_rows(crm, table, canonical_fields) %}
    {%- set node = graph.nodes['model.' ~ project_name ~ '.stg_' ~ crm ~ '__' ~ table] %}
    {%- set rows = [] %}
    {%- for part in resolve_raw(crm, table, node) %}
        {%- for column in declared_columns(node) if column.name in canonical_fields %}
            {%- set found = part.found[column.name] %}
            {%- set names = [found[0].name] if found and found[0].is_certain is not defined else column.raw %}
            {%- for name in names %}
                {%- set row = [part.source.source_system, column.name, normalised_name(name)] %}
                {%- if row not in rows %}{% do rows.append(row) %}{% endif %}
            {%- endfor %}
        {%- endfor %}
    {%- endfor %}
    {%- do return(rows) %}
{% endmacro %}
