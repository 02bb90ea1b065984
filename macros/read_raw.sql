{#-
    The resolver. `read_raw('salesforce', 'lead')`, written in a staging model, selects the columns that the model's own
    yml declares from every registered source of that CRM, whatever tool landed it.

    Model meta    raw: table names, the first one found is read · raw_also: further tables, all those found are read too ·
                  key: columns that identify a record · is_lead_table: its absence is an error
    Column meta   raw: column names in order of preference (default: the column's own name) · kind: text | id | number |
                  flag | instant | json · match: any (flags: true where any of the columns found is true) ·
                  bounds: row | stamp and may_lie_ahead (instants, see below) · required: an empty one sets the row aside ·
                  midnight_is_day: the CRM holds a date here, so 00:00 is no time of day ·
                  compose: for a key column, the columns it is made of in a source that has no such column ·
                  of: raw names hold a * for the value of this column (hs_date_entered_* of lifecycle_stage)

    An instant gives two columns, `x` (UTC) and `x_is_day`. One before 1990 or after the landing is impossible. bounds says
    what falls with it: `row` sets the whole row aside, `stamp` (the default) blanks that stamp alone. Due dates and meeting starts
    may_lie_ahead: true, or a condition in SQL.
    Added: source_system, _raw_table, _file, _row_number, _landed_at, _synced_at, _row_fault, _row_fault_value,
    _stamp_faults, _version (1 = latest sync; null without a key), _is_kept (the version that counts, and sound).
-#}
{% macro read_raw(crm, table, where=none) %}
    {%- if not execute %}
        {%- do return('select 1 as not_resolved_while_parsing') %}
    {%- endif %}
    {%- set columns = declared_columns(model) %}
    {%- set parts = resolve_raw(crm, table, model) %}
    {%- set key = model.config.meta.key %}
    {%- set instants = columns | selectattr('kind', 'equalto', 'instant') | list %}
with raw_rows as (

    {%- for part in parts %}
    {{ read_part(part, columns) }}
    {%- if not loop.last %}

    union all
    {% endif %}
    {%- else %}
    {{ read_nothing(columns) }}
    {%- endfor %}

),

keyed as (

    select
        source_system,
        {%- for column in columns %}
        {%- if column.compose %}
        case
            when not _composes_key then {{ column.name }}
            else md5(concat_ws('|'
                {%- for name in column.compose %}, coalesce(cast({{ name }} as {{ dbt.type_string() }}), ''){% endfor %}))
        end as {{ column.name }},
        {%- else %}
        {{ column.name }},
        {%- endif %}
        {%- if column.kind == 'instant' %}
        {{ column.name }}_is_day,
        {{ column.name }}_text,
        {{ fault_of_instant(column) }} as {{ column.name }}_fault,
        {%- endif %}
        {%- endfor %}
        _raw_table,
        _file,
        _row_number,
        _landed_at,
        _synced_at,
        _is_active_version
    from raw_rows
    {%- if where %}
    where {{ where }}
    {%- endif %}

),

judged as (

    select
        source_system,
        {%- for column in columns %}
        {%- if column.kind == 'instant' %}
        case when {{ column.name }}_fault is null then {{ column.name }} end as {{ column.name }},
        case when {{ column.name }}_fault is null then {{ column.name }}_is_day end as {{ column.name }}_is_day,
        {%- else %}
        {{ column.name }},
        {%- endif %}
        {%- endfor %}
        _raw_table,
        _file,
        _row_number,
        _landed_at,
        _synced_at,
        {%- set deciding = instants | selectattr('bounds', 'equalto', 'row') | list %}
        {%- set blanked = instants | rejectattr('bounds', 'equalto', 'row') | list %}
        case
            when {% for name in key %}{{ name }} is null{{ ' or ' if not loop.last }}{% endfor %} then 'no key'
            {%- for column in deciding %}
            when {{ column.name }}_fault is not null then {{ column.name }}_fault
            {%- endfor %}
            {%- for column in columns if column.required %}
            when {{ column.name }} is null then 'no {{ column.name }}'
            {%- endfor %}
        end as _row_fault,
        {%- if deciding %}
        case
            {%- for column in deciding %}
            when {{ column.name }}_fault is not null then {{ named_value(column) }}
            {%- endfor %}
        end as _row_fault_value,
        {%- else %}
        cast(null as {{ dbt.type_string() }}) as _row_fault_value,
        {%- endif %}
        {%- if blanked %}
        nullif(concat_ws('; '
            {%- for column in blanked %},
            case when {{ column.name }}_fault is not null then concat({{ column.name }}_fault, ': ', {{ named_value(column) }}) end
            {%- endfor %}
        ), '') as _stamp_faults,
        {%- else %}
        cast(null as {{ dbt.type_string() }}) as _stamp_faults,
        {%- endif %}
        _is_active_version
    from keyed

),

ranked as (

    select
        *,
        case
            when {% for name in key %}{{ name }} is not null{{ ' and ' if not loop.last }}{% endfor %} then row_number() over (
                partition by source_system, {{ key | join(', ') }}
                order by
                    _synced_at desc nulls last,
                    coalesce(_is_active_version, true) desc,
                    {%- if columns | selectattr('name', 'equalto', 'updated_at') | list %}
                    updated_at desc nulls last,
                    {%- endif %}
                    _landed_at desc nulls last,
                    _file desc nulls last,
                    _row_number desc nulls last
            )
        end as _version
    from judged

)

select
    source_system,
    {%- for column in columns %}
    {{ column.name }},
    {%- if column.kind == 'instant' %}
    {{ column.name }}_is_day,
    {%- endif %}
    {%- endfor %}
    _raw_table,
    _file,
    _row_number,
    _landed_at,
    _synced_at,
    _row_fault,
    _row_fault_value,
    _stamp_faults,
    _version,
    coalesce(_version = 1 and _row_fault is null, false) as _is_kept
from ranked
{%- endmacro %}


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
                'compose': meta.get('compose', []),
                'of': meta.get('of'),
            }) %}
        {%- endif %}
    {%- endfor %}
    {%- do return(columns) %}
{% endmacro %}


{#- Which raw tables and columns feed a staging model: one entry per source and table read. -#}
{% macro resolve_raw(crm, table, node) %}
    {%- set columns = declared_columns(node) %}
    {%- set parts = [] %}
    {%- for source in landed_sources(crm) %}
        {%- for raw_table in tables_of(source, table, node.config.meta) %}
            {%- set landed = adapter.get_columns_in_relation(
                api.Relation.create(database=target.database, schema=source.raw_schema, identifier=raw_table)
            ) %}
            {%- set by_name = {} %}
            {%- for column in landed %}
                {%- do by_name.setdefault(normalised_name(column.name), []).append(
                    {'name': column.name, 'quoted': adapter.quote(column.name), 'family': type_family(column.data_type)}
                ) %}
            {%- endfor %}
            {%- set found = {} %}
            {%- for column in columns + technical_columns() %}
                {%- if column.of %}
                    {%- do found.update({column.name: candidate_by_value(column, by_name, found[column.of])}) %}
                {%- else %}
                    {%- do found.update({column.name: candidates_of(column, by_name, source.fields)}) %}
                {%- endif %}
            {%- endfor %}
            {%- do parts.append({'source': source, 'raw_table': raw_table, 'found': found}) %}
        {%- endfor %}
    {%- endfor %}
    {%- do return(parts) %}
{% endmacro %}


{#- The registered sources of a CRM, with the tables landed for each. -#}
{% macro landed_sources(crm) %}
    {%- set registry = adapter.get_relation(database=target.database, schema='landing', identifier='sources') %}
    {%- if registry is none %}
        {%- do exceptions.raise_compiler_error(
            "Nothing has been landed: there is no landing.sources in this warehouse. Run `make run` (or `make demo`), which"
            ~ " lands the CRM sources listed in HANDOFF_SOURCES before it builds."
        ) %}
    {%- endif %}
    {%- set rows = run_query(
        "select source_system, raw_schema, timezone, fields, tables from " ~ registry
        ~ " where crm = '" ~ crm ~ "' order by source_system"
    ) %}
    {%- set sources = [] %}
    {%- for row in rows %}
        {%- do sources.append({
            'source_system': row['source_system'],
            'raw_schema': row['raw_schema'],
            'timezone': row['timezone'] or 'UTC',
            'fields': fromjson(row['fields'] or '{}') or {},
            'tables': fromjson(row['tables'] or '{}') or {},
            'landed': landed_tables(row['raw_schema']),
        }) %}
    {%- endfor %}
    {%- do return(sources) %}
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
    {%- for name in source.landed %}
        {%- do by_name.setdefault(modules.re.sub('[^a-z0-9]', '', name | lower), name) %}
    {%- endfor %}
    {%- set known_as = [] %}
    {%- for name in [table] + meta.raw + meta.get('also_called', []) + (['lead', 'leads'] if meta.get('is_lead_table') else []) %}
        {%- do known_as.append(modules.re.sub('[^a-z0-9]', '', name | lower)) %}
    {%- endfor %}
    {%- set choices = [] %}
    {%- for name, chosen in source.tables.items() if modules.re.sub('[^a-z0-9]', '', name | lower) in known_as %}
        {%- do choices.append(chosen) %}
    {%- endfor %}
    {%- if choices %}
        {%- set chosen = choices[0] %}
        {%- set held = by_name.get(modules.re.sub('[^a-z0-9]', '', chosen | lower)) %}
        {%- if held %}{% do return([held]) %}{% endif %}
        {%- do exceptions.raise_compiler_error(
            "Source " ~ source.source_system ~ ": the sources file says `tables: {" ~ table ~ ": " ~ chosen ~ "}`, but no table "
            ~ chosen ~ " was landed. Tables found: " ~ (source.landed | join(', ') or 'none') ~ "."
        ) %}
    {%- endif %}
    {%- set found = [] %}
    {%- for name in meta.raw if not found and by_name.get(modules.re.sub('[^a-z0-9]', '', name | lower)) %}
        {%- do found.append(by_name[modules.re.sub('[^a-z0-9]', '', name | lower)]) %}
    {%- endfor %}
    {%- for name in meta.get('raw_also', []) if by_name.get(modules.re.sub('[^a-z0-9]', '', name | lower)) %}
        {%- do found.append(by_name[modules.re.sub('[^a-z0-9]', '', name | lower)]) %}
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
                    {%- do found.append({'name': raw.name, 'quoted': raw.quoted, 'family': raw.family, 'is_users': users}) %}
                {%- endif %}
            {%- endfor %}
        {%- endfor %}
    {%- endfor %}
    {%- do return(found) %}
{% endmacro %}


{#- HubSpot keeps one date property per stage: of all those found, the one that belongs to the value the row holds. -#}
{% macro candidate_by_value(column, by_name, of_candidates) %}
    {%- set columns_of = {} %}
    {%- set families = [] %}
    {%- for pattern in column.raw %}
        {%- set halves = pattern.split('*') %}
        {%- set matcher = '^' ~ modules.re.sub('[^a-z0-9]', '', halves[0] | lower) ~ '(.+)'
            ~ modules.re.sub('[^a-z0-9]', '', halves[1] | lower) ~ '$' %}
        {%- for name, held in by_name.items() if modules.re.match(matcher, name) %}
            {%- do columns_of.setdefault(modules.re.match(matcher, name).group(1), []).extend(held) %}
            {%- do families.extend(held | map(attribute='family') | list) %}
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


{#- The select that reads one raw table of one source. -#}
{% macro read_part(part, columns) %}
    select
        '{{ part.source.source_system }}' as source_system,
        '{{ part.raw_table }}' as _raw_table,
        {%- set composes = namespace(key=false) %}
        {%- for column in columns %}
        {%- set candidates = part.found[column.name] %}
        {%- if column.compose and not candidates %}{% set composes.key = true %}{% endif %}
        {{ value_sql(column, candidates, part.source.timezone) }} as {{ column.name }},
        {%- if column.kind == 'instant' %}
        {{ day_sql(column, candidates) }} as {{ column.name }}_is_day,
        {{ text_of_instant_sql(candidates) }} as {{ column.name }}_text,
        {%- endif %}
        {%- endfor %}
        {%- for column in technical_columns() %}
        {{ value_sql(column, part.found[column.name], 'UTC') }} as {{ column.name }},
        {%- endfor %}
        {{ composes.key | string | lower }} as _composes_key
    from {{ api.Relation.create(database=target.database, schema=part.source.raw_schema, identifier=part.raw_table) }}
{%- endmacro %}


{#- No source has the table: the same columns and types, and no row. -#}
{% macro read_nothing(columns) %}
    select
        cast(null as {{ dbt.type_string() }}) as source_system,
        cast(null as {{ dbt.type_string() }}) as _raw_table,
        {%- for column in columns %}
        {{ value_sql(column, [], 'UTC') }} as {{ column.name }},
        {%- if column.kind == 'instant' %}
        cast(null as boolean) as {{ column.name }}_is_day,
        cast(null as {{ dbt.type_string() }}) as {{ column.name }}_text,
        {%- endif %}
        {%- endfor %}
        {%- for column in technical_columns() %}
        {{ value_sql(column, [], 'UTC') }} as {{ column.name }},
        {%- endfor %}
        false as _composes_key
    where 1 = 0
{%- endmacro %}


{#- SQL of one canonical value from the raw columns that hold it; a typed null where none does. -#}
{% macro value_sql(column, candidates, timezone) %}
    {%- set types = {
        'text': dbt.type_string(), 'id': dbt.type_string(), 'json': dbt.type_string(), 'number': 'double',
        'flag': 'boolean', 'instant': dbt.type_timestamp(), 'landing': dbt.type_timestamp(), 'count': 'bigint',
        'plain': dbt.type_string(),
    } %}
    {%- if not candidates %}
        {%- do return('cast(null as ' ~ types[column.kind] ~ ')') %}
    {%- endif %}
    {%- set values = [] %}
    {%- if column.kind == 'instant' and candidates | map(attribute='family') | unique | list == ['text'] %}
        {#- All text: pick first, parse once. -#}
        {%- do values.append(instant_from_text(text_of_instant_sql(candidates), timezone)) %}
    {%- else %}
        {%- for raw in candidates %}
            {%- do values.append(one_value_sql(column.kind, raw, timezone)) %}
        {%- endfor %}
    {%- endif %}
    {%- if values | length == 1 %}
        {%- do return(values[0]) %}
    {%- elif column.match == 'any' %}
        {%- do return('coalesce(' ~ values | join(', false) or coalesce(') ~ ', false)') %}
    {%- endif %}
    {%- do return('coalesce(' ~ values | join(', ') ~ ')') %}
{% endmacro %}


{% macro one_value_sql(kind, raw, timezone) %}
    {%- if kind == 'id' and raw.family == 'number' %}
        {%- do return('cast(cast(' ~ raw.quoted ~ ' as bigint) as ' ~ dbt.type_string() ~ ')') %}
    {%- elif kind in ('text', 'id', 'json') %}
        {%- do return(clean_text(as_text(raw))) %}
    {%- elif kind in ('landing', 'count', 'plain') %}
        {%- do return(raw.quoted) %}
    {%- elif kind == 'number' %}
        {%- do return('try_cast(' ~ (raw.quoted if raw.family == 'number' else clean_text(as_text(raw))) ~ ' as double)') %}
    {%- elif kind == 'flag' %}
        {%- if raw.family == 'flag' %}{% do return(raw.quoted) %}{% endif %}
        {%- do return(
            "case when lower(" ~ clean_text(as_text(raw)) ~ ") in ('true', 't', 'yes', 'y', '1', '1.0') then true when lower("
            ~ clean_text(as_text(raw)) ~ ") in ('false', 'f', 'no', 'n', '0', '0.0') then false end"
        ) %}
    {%- elif raw.family in ('date', 'timestamp', 'instant') %}
        {%- do return(instant_from_native(raw, timezone)) %}
    {%- endif %}
    {%- do return(instant_from_text(text_of_one_instant_sql(raw), timezone)) %}
{% endmacro %}


{#- Whether the first of the raw columns that holds a value gives a day and no time of day. -#}
{% macro day_sql(column, candidates) %}
    {%- if not candidates %}{% do return('cast(null as boolean)') %}{% endif %}
    {%- set cases = [] %}
    {%- for raw in candidates %}
        {%- if raw.family == 'date' %}
            {%- set is_day = 'true' %}
        {%- elif raw.family in ('timestamp', 'instant') %}
            {%- set is_day = 'cast(' ~ raw.quoted ~ " as date) = " ~ raw.quoted if column.midnight_is_day and not raw.is_users else 'false' %}
        {%- else %}
            {%- set is_day = day_from_text(text_of_one_instant_sql(raw), column.midnight_is_day and not raw.is_users) %}
        {%- endif %}
        {%- set held = raw.quoted if raw.family in ('date', 'timestamp', 'instant') else text_of_one_instant_sql(raw) %}
        {%- do cases.append('when ' ~ held ~ ' is not null then ' ~ is_day) %}
    {%- endfor %}
    {%- do return('case ' ~ cases | join(' ') ~ ' end') %}
{% endmacro %}


{#- The text of an instant as the CRM wrote it; null where the raw column has a time type of its own, which needs no reading. -#}
{% macro text_of_instant_sql(candidates) %}
    {%- set texts = [] %}
    {%- for raw in candidates if raw.family not in ('date', 'timestamp', 'instant') %}
        {%- do texts.append(text_of_one_instant_sql(raw)) %}
    {%- endfor %}
    {%- if not texts %}{% do return('cast(null as ' ~ dbt.type_string() ~ ')') %}{% endif %}
    {%- do return(texts[0] if texts | length == 1 else 'coalesce(' ~ texts | join(', ') ~ ')') %}
{% endmacro %}


{% macro text_of_one_instant_sql(raw) %}
    {%- if raw.family == 'number' %}
        {%- do return('cast(cast(' ~ raw.quoted ~ ' as bigint) as ' ~ dbt.type_string() ~ ')') %}
    {%- endif %}
    {%- do return(clean_text(as_text(raw))) %}
{% endmacro %}


{#- Why an instant cannot be used: its text cannot be read, or it lies where nothing can have happened. A bare date may be
    tomorrow's in UTC while it is today's where it was written, hence the 14 hours. -#}
{% macro fault_of_instant(column) %}
    {%- set limit = "_landed_at + case when " ~ column.name ~ "_is_day then interval '14' hour else interval '0' hour end" %}
    {%- do return(
        "case when " ~ column.name ~ " is null and " ~ column.name ~ "_text is not null then 'unreadable instant'"
        ~ " when " ~ column.name ~ " < timestamp '1990-01-01 00:00:00'"
        ~ (" or (" ~ column.name ~ " > " ~ limit ~ (" and not coalesce(" ~ ahead ~ ", false)" if ahead else '') ~ ")" if ahead != 'true' else '')
        ~ " then 'impossible instant' end"
    ) %}
{% endmacro %}


{% macro named_value(column) %}
    {%- do return(
        "concat('" ~ column.name ~ "=', coalesce(" ~ column.name ~ "_text, cast(" ~ column.name ~ " as "
        ~ dbt.type_string() ~ ")))"
    ) %}
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
            {%- set names = [found[0].name] if found else column.raw %}
            {%- for name in names %}
                {%- set row = [part.source.source_system, column.name, normalised_name(name)] %}
                {%- if row not in rows %}{% do rows.append(row) %}{% endif %}
            {%- endfor %}
        {%- endfor %}
    {%- endfor %}
    {%- do return(rows) %}
{% endmacro %}
