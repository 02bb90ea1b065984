"""A warehouse as the landing leaves it: raw tables of any shape, and the registry that names them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

PROJECT = Path(__file__).resolve().parents[2]
LANDED_AT = "2026-02-01 00:00:00"
AS_OF = "2026-01-31 00:00:00"

Row = dict[str, Any]


@dataclass(frozen=True)
class Source:
    """One CRM source: its raw tables as rows of column to value, and what the sources file says of it."""

    name: str
    crm: str
    tables: dict[str, list[Row]]
    timezone: str = "UTC"
    fields: dict[str, str] = field(default_factory=dict)
    table_names: dict[str, str] = field(default_factory=dict)
    # Column types by raw column name; text where none is given.
    types: dict[str, str] = field(default_factory=dict)


def land(home: Path, sources: list[Source]) -> None:
    """Write the sources into a new warehouse below the home, as the landing would."""
    home.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(home / "warehouse.duckdb")) as con:
        con.execute("create schema landing")
        con.execute(
            "create table landing.sources (source_system varchar, crm varchar, raw_schema varchar,"
            " timezone varchar, fields varchar, tables varchar, landed_at timestamp, crm_url varchar)"
        )
        con.execute(
            "create table landing.clock as"
            f" select timestamp '{AS_OF}' as as_of, timestamp '{LANDED_AT}' as landed_at"
        )
        for source in sources:
            con.execute(
                "insert into landing.sources values (?, ?, ?, ?, ?, ?, ?, null)",
                [
                    source.name,
                    source.crm,
                    f"raw_{source.name}",
                    source.timezone,
                    json.dumps(source.fields),
                    json.dumps(source.table_names),
                    LANDED_AT,
                ],
            )
            con.execute(f'create schema "raw_{source.name}"')
            for table, rows in source.tables.items():
                _write(con, source, table, rows)


def _write(con: duckdb.DuckDBPyConnection, source: Source, table: str, rows: list[Row]) -> None:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    typed = ", ".join(f'"{name}" {source.types.get(name, "varchar")}' for name in columns)
    con.execute(
        f'create table "raw_{source.name}"."{table}" ({typed}, _handoff_file varchar, _handoff_row bigint,'
        " _handoff_landed_at timestamp)"
    )
    marks = ", ".join("?" for _ in range(len(columns) + 3))
    for number, row in enumerate(rows, start=1):
        values = [*(row.get(name) for name in columns), f"{table}.csv", number, LANDED_AT]
        con.execute(f'insert into "raw_{source.name}"."{table}" values ({marks})', values)


def dbt(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run dbt on the warehouse below the home, in a process of its own: DuckDB's lock ends with it."""
    return subprocess.run(
        [
            *(sys.executable, "-c", "from dbt.cli.main import cli; cli()"),
            *arguments,
            *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
            *("--target-path", str(home / "target"), "--log-path", str(home / "logs")),
        ],
        env={
            **os.environ,
            "HANDOFF_HOME": str(home),
            "HANDOFF_AS_OF": "",
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        },
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )


def rows(home: Path, query: str) -> list[Row]:
    """Read rows of the warehouse below the home."""
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        con.execute("set TimeZone = 'UTC'")
        cursor = con.execute(query)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]
