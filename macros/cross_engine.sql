{#- What DuckDB and Spark spell differently. Every instant in the project is a timestamp without zone, in UTC. -#}

{% macro match_key(column) -%}
    lower({{ trimmed(column) }})
{%- endmacro %}

{#- Without the blanks around it, whatever Unicode calls a space: Spark's own trim knows but one. -#}
{% macro trimmed(text) -%}
    {{ return(adapter.dispatch('trimmed')(text)) }}
{%- endmacro %}

{% macro default__trimmed(text) -%}
    trim({{ text }})
{%- endmacro %}

{% macro spark__trimmed(text) -%}
    trim(both ' {{ '\\u00a0\\u1680\\u2000\\u2001\\u2002\\u2003\\u2004\\u2005\\u2006\\u2007\\u2008\\u2009\\u200a\\u202f\\u205f\\u3000' }}' from {{ text }})
{%- endmacro %}

{#- How a CTE opens that is read more than once and costs less to read again, a few columns of it, than to keep. -#}
{% macro as_read_each_time() -%}
    {{ return(adapter.dispatch('as_read_each_time')()) }}
{%- endmacro %}

{% macro default__as_read_each_time() -%}
    as not materialized
{%- endmacro %}

{% macro spark__as_read_each_time() -%}
    as
{%- endmacro %}

{#- One number for the values of some columns: equal rows have equal numbers, other rows hardly ever. -#}
{% macro row_hash(columns) -%}
    {{ return(adapter.dispatch('row_hash')(columns)) }}
{%- endmacro %}

{% macro default__row_hash(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}

{% macro spark__row_hash(columns) -%}
    xxhash64({{ columns | join(', ') }})
{%- endmacro %}

{% macro seconds_between(earlier, later) -%}
    {{ return(adapter.dispatch('seconds_between')(earlier, later)) }}
{%- endmacro %}

{% macro default__seconds_between(earlier, later) -%}
    (date_diff('microsecond', {{ earlier }}, {{ later }}) / 1000000.0)
{%- endmacro %}

{% macro spark__seconds_between(earlier, later) -%}
    ((unix_micros({{ later }}) - unix_micros({{ earlier }})) / 1e6)
{%- endmacro %}

{% macro elapsed_minutes(earlier, later) -%}
    ({{ seconds_between(earlier, later) }} / 60.0)
{%- endmacro %}

{% macro add_seconds(instant, seconds) -%}
    {{ return(adapter.dispatch('add_seconds')(instant, seconds)) }}
{%- endmacro %}

{% macro default__add_seconds(instant, seconds) -%}
    ({{ instant }} + to_microseconds(cast(round(({{ seconds }}) * 1000000.0) as bigint)))
{%- endmacro %}

{% macro spark__add_seconds(instant, seconds) -%}
    timestamp_micros(unix_micros({{ instant }}) + cast(round(({{ seconds }}) * 1e6) as bigint))
{%- endmacro %}

{% macro add_days(day, days) -%}
    {{ return(adapter.dispatch('add_days')(day, days)) }}
{%- endmacro %}

{% macro default__add_days(day, days) -%}
    cast({{ day }} + cast({{ days }} as integer) as date)
{%- endmacro %}

{% macro spark__add_days(day, days) -%}
    date_add({{ day }}, cast({{ days }} as int))
{%- endmacro %}

{% macro local_to_utc(local_instant, zone) -%}
    {{ return(adapter.dispatch('local_to_utc')(local_instant, zone)) }}
{%- endmacro %}

{% macro default__local_to_utc(local_instant, zone) -%}
    timezone('UTC', timezone({{ zone }}, {{ local_instant }}))
{%- endmacro %}

{#- Of an hour that comes twice, DuckDB takes the later one and Spark the earlier. The offset three hours on is the later
    one's: where it reads back as the local time, it holds. -#}
{% macro spark__local_to_utc(local_instant, zone) -%}
    {%- set later = 'to_utc_timestamp(' ~ local_instant ~ " + interval '3' hour, " ~ zone ~ ") - interval '3' hour" -%}
    case
        when from_utc_timestamp({{ later }}, {{ zone }}) = {{ local_instant }} then {{ later }}
        else to_utc_timestamp({{ local_instant }}, {{ zone }})
    end
{%- endmacro %}

{% macro utc_to_local(instant, zone) -%}
    {{ return(adapter.dispatch('utc_to_local')(instant, zone)) }}
{%- endmacro %}

{% macro default__utc_to_local(instant, zone) -%}
    timezone({{ zone }}, timezone('UTC', {{ instant }}))
{%- endmacro %}

{% macro spark__utc_to_local(instant, zone) -%}
    from_utc_timestamp({{ instant }}, {{ zone }})
{%- endmacro %}

{% macro local_day(instant, zone) -%}
    cast({{ utc_to_local(instant, zone) }} as date)
{%- endmacro %}

{#- The instant at which a local day starts (of a day-level fact: the earliest it can have happened). -#}
{% macro day_start(day, zone) -%}
    {{ local_to_utc('cast(' ~ day ~ ' as timestamp)', zone) }}
{%- endmacro %}

{#- One row per day from first_day to last_day, both included: an expression for the select list. -#}
{% macro explode_days(first_day, last_day) -%}
    {{ return(adapter.dispatch('explode_days')(first_day, last_day)) }}
{%- endmacro %}

{% macro default__explode_days(first_day, last_day) -%}
    cast(unnest(generate_series(
        cast({{ first_day }} as timestamp), cast({{ last_day }} as timestamp), interval 1 day
    )) as date)
{%- endmacro %}

{% macro spark__explode_days(first_day, last_day) -%}
    explode(sequence({{ first_day }}, {{ last_day }}, interval 1 day))
{%- endmacro %}

{% macro explode_integers(first_number, last_number) -%}
    {{ return(adapter.dispatch('explode_integers')(first_number, last_number)) }}
{%- endmacro %}

{% macro default__explode_integers(first_number, last_number) -%}
    unnest(generate_series({{ first_number }}, {{ last_number }}))
{%- endmacro %}

{% macro spark__explode_integers(first_number, last_number) -%}
    explode(sequence({{ first_number }}, {{ last_number }}))
{%- endmacro %}

{#- Monday is 1, Sunday is 7. -#}
{% macro iso_weekday(day) -%}
    {{ return(adapter.dispatch('iso_weekday')(day)) }}
{%- endmacro %}

{% macro default__iso_weekday(day) -%}
    isodow({{ day }})
{%- endmacro %}

{% macro spark__iso_weekday(day) -%}
    (weekday({{ day }}) + 1)
{%- endmacro %}

{% macro matches(text, pattern) -%}
    {{ return(adapter.dispatch('matches')(text, pattern)) }}
{%- endmacro %}

{% macro default__matches(text, pattern) -%}
    regexp_matches({{ text }}, {{ pattern }})
{%- endmacro %}

{#- Java's expressions know no [:space:]. -#}
{% macro spark__matches(text, pattern) -%}
    ({{ text }} rlike {{ pattern | replace('[:space:]', '\\\\s') }})
{%- endmacro %}

{% macro digits_only(text) -%}
    {{ return(adapter.dispatch('digits_only')(text)) }}
{%- endmacro %}

{% macro default__digits_only(text) -%}
    regexp_replace({{ text }}, '[^0-9]', '', 'g')
{%- endmacro %}

{% macro spark__digits_only(text) -%}
    regexp_replace({{ text }}, '[^0-9]', '')
{%- endmacro %}

{#- The last value before this row that is not null. -#}
{% macro last_known(column, partition_by, order_by) -%}
    {{ return(adapter.dispatch('last_known')(column, partition_by, order_by)) }}
{%- endmacro %}

{% macro default__last_known(column, partition_by, order_by) -%}
    last_value({{ column }} ignore nulls) over (
        partition by {{ partition_by }} order by {{ order_by }}
        rows between unbounded preceding and 1 preceding
    )
{%- endmacro %}

{% macro spark__last_known(column, partition_by, order_by) -%}
    last_value({{ column }}) ignore nulls over (
        partition by {{ partition_by }} order by {{ order_by }}
        rows between unbounded preceding and 1 preceding
    )
{%- endmacro %}

{#- Where a fact stands in time: a date without a time at the start of its day in the zone of the default calendar.
    Needs the one row of int_clock joined as clock. -#}
{% macro placed_instant(instant, is_day) -%}
    case
        when {{ is_day }} then {{ day_start('cast(' ~ instant ~ ' as date)', 'clock.default_timezone') }}
        else {{ instant }}
    end
{%- endmacro %}

{#- The end of the day of an instant in the zone of the default calendar: there an allowance starts that starts at a date.
    Needs the one row of int_clock joined as clock. -#}
{% macro end_of_day(instant) -%}
    {{ day_start(add_days(local_day(instant, 'clock.default_timezone'), 1), 'clock.default_timezone') }}
{%- endmacro %}

{#- The value of the row that stands first, null when it is null there: DuckDB's min_by passes nulls over, Spark's does
    not. -#}
{% macro value_at_first(value, order_by) -%}
    {{ return(adapter.dispatch('value_at_first')(value, order_by)) }}
{%- endmacro %}

{% macro default__value_at_first(value, order_by) -%}
    arg_min_null({{ value }}, {{ order_by }})
{%- endmacro %}

{% macro spark__value_at_first(value, order_by) -%}
    min_by({{ value }}, {{ order_by }})
{%- endmacro %}

{% macro value_at_last(value, order_by) -%}
    {{ return(adapter.dispatch('value_at_last')(value, order_by)) }}
{%- endmacro %}

{% macro default__value_at_last(value, order_by) -%}
    arg_max_null({{ value }}, {{ order_by }})
{%- endmacro %}

{% macro spark__value_at_last(value, order_by) -%}
    max_by({{ value }}, {{ order_by }})
{%- endmacro %}
