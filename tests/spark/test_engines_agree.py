"""Where engines differ, the macros make them agree: local times, semi-structured text, readings and numbers.

All of it is rendered by dbt once per engine, and asked of each; what one answers the other must answer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import pytest

from handoff.lake import thrift
from handoff.lake.cluster import HOST
from tests.spark.conftest import Home

BETWEEN = "-- next --"


def texts(values: list[str | None]) -> str:
    """A select of numbered texts, written so that both engines read the same."""
    escaped = (
        "null" if value is None else "concat(" + ", ".join(_pieces(value)) + ", '')" for value in values
    )
    return " union all ".join(
        f"select {number} as id, cast({value} as string) as value" for number, value in enumerate(escaped)
    )


def _pieces(value: str) -> list[str]:
    """Letters as they are, the rest by its number: Spark reads a backslash in a literal, DuckDB does not."""
    pieces, plain = [], ""
    for letter in value:
        if letter.isascii() and letter.isprintable() and letter not in "'\\":
            plain += letter
        else:
            pieces += [f"'{plain}'", f"chr({ord(letter)})"]
            plain = ""
    return [*pieces, f"'{plain}'"]


# Nights on which clocks change by an hour, by half an hour, at midnight, and never; a day that was left out.
ZONES = {
    "Europe/London": ("2025-03-30", "2025-10-26"),
    "America/New_York": ("2025-03-09", "2025-11-02"),
    "Australia/Lord_Howe": ("2025-04-06", "2025-10-05"),
    "America/Sao_Paulo": ("2018-02-18", "2018-11-04"),
    "Africa/Casablanca": ("2025-02-23", "2025-04-06"),
    "Asia/Kolkata": ("2025-03-30", "2025-10-26"),
    "Pacific/Apia": ("2011-12-30", "2011-04-02"),
}
INSTANTS: list[str | None] = [
    *("2025-08-24T18:26:13.000+0000", "2025-08-24T18:26:13.000-0530", "2025-08-24T18:26:13Z"),
    *("2025-08-24 18:26:13.123456", "2025-08-24 18:26:13,250", "2025-08-24 18:26", "2025-08-24T18:26+02"),
    *("2025-08-24 18:26:13 +02:00", "2025-08-24 18:26:13 UTC", "2025-08-24", "20250824", "1756060573"),
    *("1756060573250", "1756060573250000", "1756060573.25", "9999999999999999", "99999999999999999999"),
    *("2025", "2025-08", "2025-8-4", "2025-02-30", "2025-08-24T25:00:00", "24/08/2025", "08/24/2025"),
    *("12:30", "T12:30", "18:26:13", "now", "today", "+2025-08-24"),
    *("0001-01-01", "2025-08-24T", "2025-08-24 "),
    *("2025-08-24 18:26:13.1234567", "2025-08-24T18:26:13z", "2025-08-24T18:26Z", "2025-03-30 01:30:00"),
    *("2025-10-26 01:30:00", "2025-10-26 01:30:00+01:00", "yesterday", "-", "", None),
]
NUMBERS: list[str | None] = [
    *("1", "-1", "+1", "1.5", "1e3", "1E-3", ".5", "5.", "1,000", "1d", "1f", "1L", "0x10", "NaN"),
    *("nan", "Infinity", "-Infinity", "inf", "1e400", " 7 ", "7%", "$7", "1e", "--1", "", None),
    *("9223372036854775807", "9223372036854775808", "123456789012345678901234567890"),
]
FLAGS: list[str | None] = [
    "true",
    "TRUE",
    "t",
    "Yes",
    "1",
    "1.0",
    "0",
    "false",
    "F",
    "n",
    "2",
    "",
    " y ",
    None,
]
OBJECTS: list[str | None] = [
    *('{"id": 1}', '{"id": "1"}', '{"id": null}', '{"id": true}', '{"id": 1.0}', '{"id": 12345678901}'),
    *(
        '{"id": ""}',
        '{"ID": 1}',
        '{"id": {"id": 2}}',
        '{"id": [1, 2]}',
        '{"id": "a\\"b"}',
        '{"id": "\\u00e9"}',
    ),
    *('{"results": [{"id": 1}, {"id": "2"}]}', '{"results": []}', '{"other": 1}', "[]", "[1]", '"id"', "1"),
    *('{"id": 1', "{id: 1}", "not json", "null", "", None, '{"id": "é ü"}', '{"a.b": 1, "id": 3}'),
]
ARRAYS: list[str | None] = [
    *("[1, 2]", '["1", "2"]', '[{"id": 1}, {"id": "2"}]', '{"results": [{"id": 1}, {"id": 2}]}', "[]"),
    *('["a,b", ""]', "[null]", "[1.5, true]", "[[1], [2]]", '{"id": 1}', "1", '"1"', "not json", "", None),
    *('[{"id": "x", "type": "contact_to_deal"}]', "[12345678901]"),
]
BLANKS: list[str | None] = [
    *("a", " a ", "\ta\n", "\u00a0a\u00a0", "\r\n", " ", "", "a b", "é", "\u00a0", None),
]
ADDRESSES: list[str | None] = [
    *("a@b.co", " a@b.co ", "a b@c.co", "a@b", "a@b..co", "a@-b.co", "a\t@b.co", '"a"@b.co', "a@b.co,c@d.co"),
    *("é@b.co", "a@b.co.", "", None, "A@B.CO", "s@s.co"),
]
SITES: list[str | None] = [
    *("https://www.Acme.com/path?x=1", "acme.com", "//acme.com#a", "HTTP://ACME.COM:80", "www.a.b", "", None),
]
PARTS: list[str | None] = ["a;b", "a", ";", "", None, "a;;b"]
NAMES: list[str | None] = ["property_hs_Lead__c", "Lead Source", "properties__x", "É_c", "a__C", "", None]

NIGHTS = " union all ".join(
    f"select '{zone}' as zone, '{night}' as night" for zone, nights in ZONES.items() for night in nights
)

# What is asked, and of which rows: <given>.
STATEMENTS: dict[str, tuple[str, str]] = {
    "local times": (
        """
        with quarters as (select {{ explode_integers(-40, 40) }} as number),
        locals as (
            select zone, night, number,
                {{ add_seconds("cast(night as timestamp)", "900e0 * number + 3600e0") }} as instant
            from <given> cross join quarters
        )
        select zone, night, number, cast({{ local_to_utc('instant', 'zone') }} as string) as to_utc,
            cast({{ utc_to_local('instant', 'zone') }} as string) as to_local,
            cast({{ local_day('instant', 'zone') }} as string) as day,
            cast({{ day_start('cast(instant as date)', 'zone') }} as string) as starts
        from locals
        """,
        NIGHTS,
    ),
    "instants": (
        """
        select id,
            cast({{ instant_from_text('value', 'UTC') }} as string) as utc,
            cast({{ instant_from_text('value', 'Europe/London') }} as string) as london,
            {{ day_from_text('value', false) }} as is_day, {{ day_from_text('value', true) }} as is_midnight
        from <given>
        """,
        texts(INSTANTS),
    ),
    "numbers": (
        "select id, {{ one_value_sql('number', {'quoted': 'value', 'family': 'text'}, 'UTC') }} from <given>",
        texts(NUMBERS),
    ),
    "flags": (
        "select id, {{ one_value_sql('flag', {'quoted': 'value', 'family': 'text'}, 'UTC') }} from <given>",
        texts(FLAGS),
    ),
    "objects": (
        "select id, {{ json_text('value', 'id') }}, {{ json_text('value', 'a.b') }} from <given>",
        texts(OBJECTS),
    ),
    "arrays": (
        """
        select id, item, {{ id_of_json_item('item') }} as item_id
        from (select id, {{ json_array_items(json_list_of('value')) }} as item from <given>) as items
        """,
        texts(ARRAYS),
    ),
    "parts": ("select id, {{ text_parts('value', ';') }} as part from <given>", texts(PARTS)),
    "blanks": (
        "select id, {{ clean_text('value') }} as cleaned, {{ match_key('value') }} as matched from <given>",
        texts(BLANKS),
    ),
    "contacts": (
        "select id, {{ is_valid_email('value') }}, {{ email_domain('value') }} as domain from <given>",
        texts(ADDRESSES),
    ),
    "sites": ("select id, {{ web_domain('value') }} as site from <given>", texts(SITES)),
    "names": ("select id, {{ normalised_name_sql('value') }} as name from <given>", texts(NAMES)),
    "days": (
        "select cast(day as string) from (select {{ explode_days('since', 'until') }} as day from <given>) d",
        "select date '2025-03-29' as since, date '2025-04-01' as until",
    ),
    "whole numbers": (
        """
        select
            cast(2147483647 as integer) + cast(1 as bigint), cast(9223372036854775807 as bigint),
            cast(7 as integer) % 3, cast(-7 as integer) % 3, cast(floor(cast(-7 as double) / 2) as bigint),
            cast(7 as double) / 2, cast(round(2.5e0) as bigint), cast(round(-2.5e0) as bigint),
            cast(round(0.5e0) as bigint), cast(floor(value) as bigint), cast(sum(large) over () as bigint),
            {{ whole_number_text({'quoted': 'value'}) }}, {{ whole_number_text({'quoted': 'gap'}) }},
            {{ digits_only("'+44 (0)20-7946'") }}
        from (
            select cast(123456789012 as double) as value, cast('NaN' as double) as gap, 2147483647 as large
            union all select 0.5e0, 1e0, 2147483647
        ) as numbers
        """,
        "",
    ),
    "spans": (
        """
        select
            {{ seconds_between('since', 'until') }}, {{ elapsed_minutes('since', 'until') }},
            cast({{ add_seconds('since', '-0.0000005e0') }} as string),
            cast({{ add_seconds('since', '0.1e0') }} as string),
            cast({{ add_days('cast(until as date)', '-1') }} as string),
            {{ iso_weekday('cast(until as date)') }},
            cast(cast({{ dbt.date_trunc('month', 'until') }} as date) as string),
            cast(cast({{ dbt.date_trunc('week', 'until') }} as date) as string)
        from (
            select timestamp '1990-01-01 00:00:00' as since, timestamp '2100-03-01 00:00:00.000001' as until
            union all select timestamp '2025-03-30 00:59:59.999999', timestamp '2025-03-30 01:00:00'
        ) as spans
        """,
        "",
    ),
    "aggregates": (
        """
        select
            {{ value_at_first('name', 'place') }}, {{ value_at_last('name', 'place') }},
            {{ dbt.listagg('name', "'; '", 'order by place desc') }}, bool_or(place = 2),
            count(*) filter (where name is null)
        from (
            select cast(null as string) as name, 1 as place union all select 'b', 2 union all select 'c', 3
            union all select cast(null as string), 4
        ) as given
        """,
        "",
    ),
}


@dataclass(frozen=True)
class Answers:
    """What each engine answers to each statement: rows by statement, as they sort."""

    duckdb: Mapping[str, list[tuple[Any, ...]]]
    spark: Mapping[str, list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def answers(home: Home) -> Answers:
    """Render all statements for both engines, and ask."""
    statements = (sql.replace("<given>", f"({given}) as given") for sql, given in STATEMENTS.values())
    asked = f"\n{BETWEEN}\n".join(statements)
    rendered = {}
    for target in ("duckdb", "spark"):
        told = home.run_dbt(target, "--quiet", "compile", "--inline", asked, "--output", "json")
        compiled: str = json.loads(told)["compiled"]
        rendered[target] = dict(zip(STATEMENTS, compiled.split(BETWEEN), strict=True))
    with duckdb.connect() as connection, thrift(HOST, home.port) as ask:
        connection.execute("set TimeZone = 'UTC'")
        return Answers(
            {name: _sorted(connection.execute(sql).fetchall()) for name, sql in rendered["duckdb"].items()},
            {name: _sorted(ask(sql)) for name, sql in rendered["spark"].items()},
        )


def _sorted(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return sorted(rows, key=repr)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_spark_answers_as_duckdb_does(answers: Answers, statement: str) -> None:
    assert answers.spark[statement] == answers.duckdb[statement]
    assert answers.spark[statement]
