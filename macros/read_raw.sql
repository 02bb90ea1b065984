{#-
    The resolver. `read_raw('salesforce', 'lead')`, written in a staging model, selects the columns that the model's own
    yml declares from every registered source of that CRM, whatever tool landed it.

    Model meta    raw: table names, the first one found is read · raw_also: further tables, all those found are read too ·
                  key: columns that identify a record · is_lead_table: its absence is an error
    Column meta   raw: column names in order of preference (default: the column's own name) · kind: text | id | number |
                  flag | instant | json · match: any (flags: true where any of the columns found is true) ·
                  bounds: row | stamp and may_lie_ahead (instants, see below) · required: an empty one sets the row aside ·
                  midnight_is_day: the CRM holds a date here, so 00:00 is no time of day ·
                  blank_is_false: the CRM knows no blank here, so in a file that writes true and never false a blank is false ·
                  compose: for a key column, the columns it is made of in a source that has no such column ·
                  of: raw names hold a * for the value of this column (hs_date_entered_* of lifecycle_stage); of_values: those to
                  look for where properties come in one object ·
                  each_but: raw names hold a * for anything but these; gives a JSON array of {value, at, is_day}, at in UTC

    An instant gives two columns, `x` (UTC) and `x_is_day`. One before 1990 or after the landing is impossible. bounds says
    what falls with it: `row` sets the whole row aside, `stamp` (the default) blanks that stamp alone. Due dates and meeting starts
    may_lie_ahead: true, or a condition in SQL.
    Added: source_system, _raw_table, _file, _row_number, _landed_at, _synced_at, _is_active_version (null where the tool does
    not tell), _row_fault, _row_fault_value, _stamp_faults, _version (1 = latest sync; null without a key), _is_kept (the version
    that counts, and sound).
-#}
{% macro read_raw(crm, table, where=none) %}
    {%- if not execute %}
        {%- do return('select 1 as not_resolved_while_parsing') %}
    {%- endif %}
    {%- set columns = declared_columns(model) %}
    {%- set parts = resolve_raw(crm, table, model) %}
    {%- set key = model.config.meta.key %}
    {%- set instants = columns | selectattr('kind', 'equalto', 'instant') | list %}
    {%- set has_key = key | join(' is not null and ') ~ ' is not null' %}
with raw_rows {{ as_read_each_time() }} (

    {%- for part in parts %}
    {{ read_part(part, columns) }}
    {%- if not loop.last %}

    union all
    {% endif %}
    {%- else %}
    {{ read_nothing(columns) }}
    {%- endfor %}

),

keyed {{ as_read_each_time() }} (

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

judged {{ as_read_each_time() }} (

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

-- Nearly every record is there once: only those that are not need to be put in order.
repeated_keys as (

    select {{ row_hash(['source_system'] + key) }} as key_hash
    from keyed
    group by 1
    having count(*) > 1

),

ranked as (

    select
        judged.*,
        case when {{ has_key }} then 1 end as _version
    from judged
    left join repeated_keys on {{ row_hash(['source_system'] + key) }} = repeated_keys.key_hash
    where repeated_keys.key_hash is null

    union all

    select
        judged.*,
        case
            when {{ has_key }} then {{ number_of_version(columns, key) }}
        end as _version
    from judged
    inner join repeated_keys on {{ row_hash(['source_system'] + key) }} = repeated_keys.key_hash

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
    _is_active_version,
    _row_fault,
    _row_fault_value,
    _stamp_faults,
    _version,
    {{ is_kept() }} as _is_kept
from ranked
{%- endmacro %}


{#- The latest sync is version 1. -#}
{% macro number_of_version(columns, key) -%}
    row_number() over (
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
{%- endmacro %}


{% macro is_kept() -%}
    coalesce(_version = 1 and _row_fault is null, false)
{%- endmacro %}


{#- The select that reads one raw table of one source. What several expressions need, and is no column as it stands, is worked
    out below it, once: Spark would plan and compute it anew for each of them. -#}
{% macro read_part(part, columns) %}
    {%- set below = {} %}
    {%- set found = {} %}
    {%- for column in columns %}
        {%- do found.update({column.name: []}) %}
        {%- for raw in part.found[column.name] %}
            {%- set taken = dict(raw) %}
            {%- set worked_out = worked_out_below(column, raw) %}
            {%- if worked_out %}
                {%- set name = below.setdefault(worked_out, '_found_' ~ below | length) %}
                {%- do taken.update({'quoted': adapter.quote(name), 'is_clean': worked_out == text_of_one_instant_sql(raw)}) %}
            {%- endif %}
            {%- do found[column.name].append(taken) %}
        {%- endfor %}
    {%- endfor %}
    select
        '{{ part.source.source_system }}' as source_system,
        '{{ part.raw_table }}' as _raw_table,
        {%- set composes = namespace(key=false) %}
        {%- for column in columns %}
        {%- set candidates = found[column.name] %}
        {%- if column.compose and not candidates %}{% set composes.key = true %}{% endif %}
        {%- set value = value_sql(column, candidates, part.source.timezone) %}
        {%- if column.blank_is_false and candidates and part.found['_file'] %}
        {{ flag_or_blank_sql(value, candidates, part.found['_file'][0]) }} as {{ column.name }},
        {%- else %}
        {{ value }} as {{ column.name }},
        {%- endif %}
        {%- if column.kind == 'instant' %}
        {{ day_sql(column, candidates) }} as {{ column.name }}_is_day,
        {{ text_of_instant_sql(candidates) }} as {{ column.name }}_text,
        {%- endif %}
        {%- endfor %}
        {%- for column in technical_columns() %}
        {{ value_sql(column, part.found[column.name], 'UTC') }} as {{ column.name }},
        {%- endfor %}
        {{ composes.key | string | lower }} as _composes_key
    from {{ with_more_columns(with_more_columns(raw_relation(part.source.raw_schema, part.raw_table), part.unfolded), below_selected(below)) }}
{%- endmacro %}


{% macro below_selected(below) %}
    {%- set selected = [] %}
    {%- for expression, name in below.items() %}{% do selected.append(expression ~ ' as ' ~ adapter.quote(name)) %}{% endfor %}
    {%- do return(selected) %}
{% endmacro %}


{% macro with_more_columns(relation, added) %}
    {%- if not added %}{% do return(relation | string) %}{% endif %}
    {%- do return('(select *, ' ~ added | join(', ') ~ ' from ' ~ relation ~ ') as more') %}
{% endmacro %}


{#- The expression of a raw value that is better worked out once; nothing where it is as good as a column. -#}
{% macro worked_out_below(column, raw) %}{{ return(adapter.dispatch('worked_out_below')(column, raw)) }}{% endmacro %}

{% macro default__worked_out_below(column, raw) %}
    {%- do return(none if raw.is_column else raw.quoted) %}
{% endmacro %}

{#- The text of an instant is named a dozen times by what reads it. -#}
{% macro spark__worked_out_below(column, raw) %}
    {%- if column.kind == 'instant' and raw.family not in ('date', 'timestamp', 'instant', 'float') %}
        {%- do return(text_of_one_instant_sql(raw)) %}
    {%- endif %}
    {%- do return(default__worked_out_below(column, raw)) %}
{% endmacro %}


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
    {%- if kind == 'id' and raw.family == 'float' %}
        {%- do return(whole_number_text(raw)) %}
    {%- elif kind == 'id' and raw.family == 'text' %}
        {%- do return(id_from_text(raw)) %}
    {%- elif kind in ('text', 'id', 'json') %}
        {%- do return(clean_text(as_text(raw))) %}
    {%- elif kind in ('landing', 'count', 'plain') %}
        {%- do return(raw.quoted) %}
    {%- elif kind == 'number' %}
        {%- set number = 'cast(' ~ raw.quoted ~ ' as double)' if raw.family in ('number', 'float')
            else number_from_text(clean_text(as_text(raw))) %}
        {%- do return("nullif(" ~ number ~ ", cast('NaN' as double))") %}
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


{#- Exports of Salesforce write `1` or `true` for true and nothing for false. A column with a type of its own has its false. -#}
{% macro flag_or_blank_sql(value, candidates, file) %}
    {%- if candidates | map(attribute='family') | unique | list != ['text'] %}{% do return(value) %}{% endif %}
    {%- set in_file = 'over (partition by ' ~ file.quoted ~ ')' %}
    {%- do return(
        'coalesce(' ~ value ~ ', case when min(cast(' ~ value ~ ' as int)) ' ~ in_file ~ ' = 1 then false end)'
    ) %}
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
    {%- if raw.is_clean %}{% do return(raw.quoted) %}{% endif %}
    {%- if raw.family == 'float' %}{% do return(whole_number_text(raw)) %}{% endif %}
    {%- do return(clean_text(as_text(raw))) %}
{% endmacro %}


{#- Ids and epochs that passed through a data frame come as floats, and its gaps as NaN. -#}
{% macro whole_number_text(raw) %}
    {%- do return('cast(try_cast(' ~ raw.quoted ~ ' as bigint) as ' ~ dbt.type_string() ~ ')') %}
{% endmacro %}


{#- What writes a column of numbers with gaps as text writes 17 as 17.0: the same id as in the table where it has no gaps. -#}
{% macro id_from_text(raw) %}
    {%- set text = as_text(raw) %}
    {%- do return(
        'case when ' ~ text ~ " like '%.0%' and " ~ is_matched(text, '^ *[0-9]+[.]0+ *$') ~ ' then trim(split_part(' ~ text
        ~ ", '.', 1)) else " ~ clean_text(text) ~ ' end'
    ) %}
{% endmacro %}


{#- Why an instant cannot be used: its text cannot be read, or it lies where nothing can have happened. A bare date may be
    tomorrow's in UTC while it is today's where it was written, hence the 14 hours. -#}
{% macro fault_of_instant(column) %}
    {%- set limit = "_landed_at + case when " ~ column.name ~ "_is_day then interval '14' hour else interval '0' hour end" %}
    {%- set beyond = column.name ~ " > " ~ limit %}
    {%- if column.may_lie_ahead is string %}
        {%- set beyond = beyond ~ " and not coalesce(" ~ column.may_lie_ahead ~ ", false)" %}
    {%- endif %}
    {%- set impossible = column.name ~ " < timestamp '1990-01-01 00:00:00'" %}
    {%- if column.may_lie_ahead is string or not column.may_lie_ahead %}
        {%- set impossible = impossible ~ " or (" ~ beyond ~ ")" %}
    {%- endif %}
    {%- do return(
        "case when " ~ column.name ~ " is null and " ~ column.name ~ "_text is not null then 'unreadable instant'"
        ~ " when " ~ impossible ~ " then 'impossible instant' end"
    ) %}
{% endmacro %}


{% macro named_value(column) %}
    {%- do return(
        "concat('" ~ column.name ~ "=', coalesce(" ~ column.name ~ "_text, cast(" ~ column.name ~ " as "
        ~ dbt.type_string() ~ ")))"
    ) %}
{% endmacro %}


{#- What `read_raw` selects, of landed rows for which a condition holds. -#}
{% macro of_landed_rows(sql, condition) %}
    {%- set of_all = up_to_keyed(sql) %}
    {%- do return(
        of_all | replace('\nkeyed ', '\nall_keyed ')
        ~ ',\n\nkeyed as materialized (\n\n    select * from all_keyed\n    where ' ~ condition ~ '\n\n)'
        ~ sql[of_all | length:]
    ) %}
{% endmacro %}


{#- Its first part: CTEs up to `keyed`, whose rows are as landed, with canonical names and their keys. -#}
{% macro up_to_keyed(sql) %}
    {%- do return(sql.split(',\n\njudged ')[0]) %}
{% endmacro %}


{#- Of the raw tables that a model reads, in their order, those with a flag that is read by what else its file holds. -#}
{% macro tables_read_by_file(sql, raw_tables) %}
    {%- set parts = up_to_keyed(sql).split("' as source_system,")[1:] %}
    {%- set found = [] %}
    {%- for raw in raw_tables %}
        {%- if ' over (partition by ' in parts[loop.index0] %}{% do found.append(raw.source_system ~ '.' ~ raw.name) %}{% endif %}
    {%- endfor %}
    {%- do return(found) %}
{% endmacro %}
