{#- Reading raw values: what differs between DuckDB and Spark, and how an instant is told from a day. All give SQL text. -#}

{#- text | number (whole) | float | flag | date | timestamp (naive) | instant (with a zone) | nested -#}
{% macro type_family(data_type) %}
    {%- set name = adapter.dispatch('type_name')(data_type | lower) %}
    {%- if name.endswith(']') or name.startswith(('struct', 'map', 'array', 'union')) %}{% do return('nested') %}
    {%- elif name.startswith(('timestamp with', 'timestamptz')) %}{% do return('instant') %}
    {%- elif name.startswith('timestamp') %}{% do return('timestamp') %}
    {%- elif name == 'date' %}{% do return('date') %}
    {%- elif name == 'boolean' %}{% do return('flag') %}
    {%- elif name.startswith(('float', 'double', 'real', 'decimal', 'numeric')) %}{% do return('float') %}
    {%- elif name.startswith(('tinyint', 'smallint', 'int', 'bigint', 'hugeint', 'utinyint', 'usmallint', 'uinteger', 'ubigint',
        'uhugeint', 'long')) %}{% do return('number') %}
    {%- endif %}
    {%- do return('text') %}
{% endmacro %}


{% macro default__type_name(name) %}{% do return(name) %}{% endmacro %}

{#- What Spark calls a timestamp is an instant, and says so when it is none. -#}
{% macro spark__type_name(name) %}
    {%- do return({'timestamp': 'timestamptz', 'timestamp_ntz': 'timestamp'}.get(name, name)) %}
{% endmacro %}


{% macro as_text(raw) %}
    {%- if raw.family == 'text' %}{% do return(raw.quoted) %}{% endif %}
    {%- if raw.family == 'nested' %}{% do return(json_from_nested(raw.quoted)) %}{% endif %}
    {%- do return('cast(' ~ raw.quoted ~ ' as ' ~ dbt.type_string() ~ ')') %}
{% endmacro %}


{#- Outer blanks (tabs, line ends and no-break spaces too) are dropped; nothing left is null. -#}
{% macro clean_text(expression) %}{{ return(adapter.dispatch('clean_text')(expression)) }}{% endmacro %}

{#- Hardly a text has a blank to take off: to look at both ends of a column first costs a quarter of trimming every one. -#}
{% macro default__clean_text(expression) %}
    {%- set trimmed = 'nullif(trim(' ~ expression ~ ", concat(' ', chr(9), chr(10), chr(13), chr(160))), '')" %}
    {%- if not modules.re.fullmatch('"[^"]+"', expression) %}{% do return(trimmed) %}{% endif %}
    {%- set ends = [expression ~ " < '!'", 'starts_with(' ~ expression ~ ', chr(160))', 'ends_with(' ~ expression ~ ", ' ')"] %}
    {%- for code in [9, 10, 13, 160] %}
        {%- do ends.append('ends_with(' ~ expression ~ ', chr(' ~ code ~ '))') %}
    {%- endfor %}
    {%- do return('case when ' ~ ends | join(' or ') ~ ' then ' ~ trimmed ~ ' else ' ~ expression ~ ' end') %}
{% endmacro %}

{% macro spark__clean_text(expression) %}
    {%- do return("nullif(trim(both concat(' ', chr(9), chr(10), chr(13), chr(160)) from " ~ expression ~ "), '')") %}
{% endmacro %}


{#- A column that has a time type already. A naive one is in the source's zone. -#}
{% macro instant_from_native(raw, timezone) %}
    {%- if raw.family == 'instant' %}{% do return(utc_from_instant(raw.quoted)) %}{% endif %}
    {%- if raw.family == 'timestamp' and timezone | upper != 'UTC' %}
        {%- do return(utc_from_local('cast(' ~ raw.quoted ~ ' as ' ~ dbt.type_timestamp() ~ ')', timezone)) %}
    {%- endif %}
    {%- do return('cast(' ~ raw.quoted ~ ' as ' ~ dbt.type_timestamp() ~ ')') %}
{% endmacro %}


{% macro utc_from_instant(expression) %}{{ return(adapter.dispatch('utc_from_instant')(expression)) }}{% endmacro %}

{% macro default__utc_from_instant(expression) %}{% do return("timezone('UTC', cast(" ~ expression ~ " as timestamptz))") %}{% endmacro %}

{% macro spark__utc_from_instant(expression) %}{% do return("cast(" ~ expression ~ " as timestamp)") %}{% endmacro %}


{#- Text to a UTC instant: ISO with an offset, ISO without one (in the source's zone), a bare day, yyyymmdd, epoch seconds,
    milliseconds or microseconds, told apart by size. A bare day is left at its own midnight: whoever knows the calendar's
    zone moves it. Null where it cannot be read. -#}
{% macro instant_from_text(text, timezone) %}
    {%- set with_offset = instant_with_offset(text) %}
    {%- if timezone | upper == 'UTC' %}
        {%- set iso = with_offset %}
    {%- else %}
        {%- set iso %}case
            when {{ is_matched(text, ':[0-9]{2}.*([zZ]|[uU][tT][cC]|[+-][0-9]{2}:?([0-9]{2})?)$') }} then {{ with_offset }}
            when position(':' in {{ text }}) = 0 then {{ with_offset }}
            else {{ utc_from_local(timestamp_from_text(text), timezone) }}
        end{% endset %}
    {%- endif %}
    {%- set parsed %}case
            when {{ is_matched(text, '^[0-9]{8}$') }} then {{ day_from_digits(text) }}
            when {{ is_matched(text, '^[0-9]+([.][0-9]+)?$') }} then {{ instant_from_epoch(text) }}
            else {{ iso }}
        end{% endset %}
    {%- do return(parsed | trim) %}
{% endmacro %}


{#- Whether a text names a day and no time of day. -#}
{% macro day_from_text(text, midnight_is_day) %}
    {%- set no_time = "position(':' in " ~ text ~ ") = 0 and not " ~ is_matched(text, '^[0-9]{9,}([.][0-9]+)?$') %}
    {%- if midnight_is_day %}
        {%- do return("(" ~ no_time ~ ") or " ~ is_matched(text, '^[^ T]+[ T]00:00(:00([.]0+)?)?(Z|[+]00:?(00)?)?$')) %}
    {%- endif %}
    {%- do return(no_time) %}
{% endmacro %}


{% macro is_matched(text, pattern) %}{% do return(matches(text, "'" ~ pattern ~ "'") | trim) %}{% endmacro %}


{#- The second reading tidies what the engines refuse: minutes without seconds before a zone, a blank before the offset,
    a comma before the fraction, a lower-case z. -#}
{% macro instant_with_offset(text) %}{{ return(adapter.dispatch('instant_with_offset')(text)) }}{% endmacro %}

{% macro default__instant_with_offset(text) %}
    {%- set tidy = tidy_instant(text) %}
    {%- do return(
        "timezone('UTC', coalesce(try_cast(" ~ text ~ " as timestamptz), try_cast(" ~ tidy ~ " as timestamptz)))"
    ) %}
{% endmacro %}

{% macro spark__instant_with_offset(text) %}
    {%- do return("coalesce(" ~ timestamp_from_text(text) ~ ", " ~ timestamp_from_text(tidy_instant(text)) ~ ")") %}
{% endmacro %}


{#- Spark alone takes a month for its first day, and a time of day for today's. -#}
{% macro timestamp_from_text(text) %}{{ return(adapter.dispatch('timestamp_from_text')(text)) }}{% endmacro %}

{% macro default__timestamp_from_text(text) %}{% do return("try_cast(" ~ text ~ " as timestamp)") %}{% endmacro %}

{% macro spark__timestamp_from_text(text) %}
    {%- do return(
        "case when " ~ is_matched(text, '^[0-9]{4,}-[0-9]{1,2}-[0-9]{1,2}([ Tt].+)?$') ~ " then try_cast(" ~ text
        ~ " as timestamp) end"
    ) %}
{% endmacro %}


{#- A number written as text. Java also takes the suffixes of its own literals: 1d, 1f. -#}
{% macro number_from_text(text) %}{{ return(adapter.dispatch('number_from_text')(text)) }}{% endmacro %}

{% macro default__number_from_text(text) %}{% do return("try_cast(" ~ text ~ " as double)") %}{% endmacro %}

{% macro spark__number_from_text(text) %}
    {%- do return("case when not " ~ is_matched(text, '[0-9.][dDfF]$') ~ " then try_cast(" ~ text ~ " as double) end") %}
{% endmacro %}


{% macro tidy_instant(text) %}
    {%- set group = adapter.dispatch('regexp_group') %}
    {%- set tidy = "regexp_replace(replace(upper(" ~ text ~ "), ',', '.'), ' ([+-][0-9]{2})', '" ~ group(1) ~ "')" %}
    {%- do return(
        "regexp_replace(" ~ tidy ~ ", '^([0-9-]+[ T][0-9]{2}:[0-9]{2})(Z|[+-])', '" ~ group(1) ~ ":00" ~ group(2) ~ "')"
    ) %}
{% endmacro %}

{% macro default__regexp_group(number) %}{% do return('\\' ~ number) %}{% endmacro %}

{% macro spark__regexp_group(number) %}{% do return('$' ~ number) %}{% endmacro %}


{% macro utc_from_local(expression, timezone) %}{% do return(local_to_utc(expression, "'" ~ timezone ~ "'") | trim) %}{% endmacro %}


{#- Digits by size: below 1e11 seconds, below 1e14 milliseconds, else microseconds. -#}
{% macro instant_from_epoch(text) %}
    {%- set number = "try_cast(" ~ text ~ " as double)" %}
    {%- set micros = "try_cast(" ~ number ~ " * case when " ~ number ~ " < 1e11 then 1e6 when " ~ number
        ~ " < 1e14 then 1e3 else 1 end as bigint)" %}
    {%- do return(adapter.dispatch('instant_from_micros')(micros)) %}
{% endmacro %}

{#- Beyond the year 9999 it is no instant, and DuckDB would stop the build over it. -#}
{% macro default__instant_from_micros(micros) %}
    {%- do return("case when " ~ micros ~ " < 253402300800000000 then make_timestamp(" ~ micros ~ ") end") %}
{% endmacro %}

{% macro spark__instant_from_micros(micros) %}
    {%- do return("case when " ~ micros ~ " < 253402300800000000 then timestamp_micros(" ~ micros ~ ") end") %}
{% endmacro %}


{% macro day_from_digits(text) %}
    {%- do return(
        "try_cast(concat(substr(" ~ text ~ ", 1, 4), '-', substr(" ~ text ~ ", 5, 2), '-', substr(" ~ text ~ ", 7, 2)) as "
        ~ dbt.type_timestamp() ~ ")"
    ) %}
{% endmacro %}
