"""What the landing keeps where Spark reads it: Parquet in a folder, and views on tables of the lake."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from handoff.config import Settings, Source
from handoff.lake.cluster import SparkProblem
from handoff.landing import land, registry
from handoff.landing.lead_tables import find_lead_table, read_tables
from handoff.landing.plans import Target, literal, quoted
from handoff.landing.raw_schemas import ASIDE
from handoff.landing.results import FileLoad
from handoff.policies import land_policies

# Types that Parquet or Spark does not know, and what holds the same there.
_AS_TEXT = re.compile(r"(UUID|TIME|TIME WITH TIME ZONE|INTERVAL|BIT|ENUM\(.*\)|JSON|BIGNUM|VARIANT)")
_HELD_AS = {
    "HUGEINT": "decimal(38, 0)",
    "UHUGEINT": "decimal(38, 0)",
    "UBIGINT": "decimal(20, 0)",
    "TIMESTAMP_NS": "timestamp",
    "TIMESTAMP_MS": "timestamp",
    "TIMESTAMP_S": "timestamp",
}
# What Spark calls the types that most raw columns have. For any other it looks into the file.
_IN_SPARK = {
    "VARCHAR": "string",
    "BOOLEAN": "boolean",
    "INTEGER": "int",
    "BIGINT": "bigint",
    "DOUBLE": "double",
    "DATE": "date",
    "TIMESTAMP": "timestamp_ntz",
    "TIMESTAMP WITH TIME ZONE": "timestamp",
}
# What the landing writes itself is in UTC: an instant. A CRM's naive timestamp is in its source's zone.
_OWN_STAMPS = ("_handoff_landed_at", "landed_at", "as_of")
# A statement of Spark to the rows that it gives; none where it is a command.
Ask = Callable[[str], list[tuple[Any, ...]]]

_REGISTER = "landing"
_POLICIES = "policies_user"


@dataclass(frozen=True)
class LakeTable:
    """A table that Spark can read now. rows: how many it holds; is_view: it lay in the lake already."""

    schema: str
    name: str
    rows: int
    is_view: bool = False


def fill_lake(
    settings: Settings, lake: Path, host: str, port: int, on_table: Callable[[LakeTable], None] | None = None
) -> list[LakeTable]:
    """Land the sources and make them, the registers and the user's policies tables of Spark's metastore.

    A source of kind `warehouse` whose schema the metastore has is not copied: views point to its tables. Any
    other is landed as on one machine, and written to Parquet files below `lake`, which the cluster must see
    under the same path. host, port: of the thrift server. on_table: called as each table is there.

    Raises:
        SparkProblem: the server cannot be reached, or has no place for a table's name.
        LandingError, PolicyError: as from landing on one machine.
    """
    with thrift(host, port) as ask:
        schemas = {name.lower() for (name,) in ask("show schemas")}
        in_place = [
            source
            for source in settings.sources
            if source.kind == "warehouse" and str(source.options["schema"]).lower() in schemas
        ]
        copied = [source for source in settings.sources if source not in in_place]
        land(replace(settings, sources=tuple(copied)))
        land_policies(settings)
        written: list[LakeTable] = []

        def note(table: LakeTable) -> None:
            written.append(table)
            if on_table:
                on_table(table)

        with duckdb.connect() as connection:
            connection.execute("set TimeZone = 'UTC'")
            connection.execute(f"attach {literal(str(settings.warehouse_path))} as warehouse (read_only)")
            for source in copied:
                _write_schema(connection, ask, "warehouse", source.raw_schema, lake, note)
            _copy_register(connection)
            for source in in_place:
                _point_at(connection, ask, source, settings.file_as_of, note)
            _write_schema(connection, ask, "memory", _REGISTER, lake, note)
            _write_schema(connection, ask, "warehouse", _POLICIES, lake, note)
    return written


@contextmanager
def thrift(host: str, port: int) -> Iterator[Ask]:
    """Connect to the thrift server; gives what asks it.

    Raises:
        SparkProblem: nobody answers there, or Spark's packages are not installed.
    """
    try:
        from pyhive import hive  # type: ignore[import-untyped,import-not-found,unused-ignore]
        from pyhive.exc import OperationalError  # type: ignore[import-untyped,import-not-found,unused-ignore]
        from thrift.transport.TTransport import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
            TTransportException,
        )
    except ImportError as error:
        raise SparkProblem("Spark's packages are not installed: make environment EXTRAS=spark") from error
    try:
        connection = hive.connect(host=host, port=port, username="handoff")
    except (OSError, TTransportException) as error:
        raise SparkProblem(
            f"No thrift server answers at {host}:{port}. Start a cluster with: python -m handoff spark"
        ) from error

    def ask(sql: str) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            try:
                cursor.execute(sql)
            except OperationalError as error:
                words = str(getattr(error.args[0], "status", error).errorMessage or error)
                raise SparkProblem(f"Spark cannot do this: {sql}\n{words}") from error
            found: list[tuple[Any, ...]] = cursor.fetchall() if cursor.description else []
        return found

    try:
        yield ask
    finally:
        connection.close()


def _write_schema(
    connection: duckdb.DuckDBPyConnection,
    ask: Ask,
    database: str,
    schema: str,
    lake: Path,
    note: Callable[[LakeTable], None],
) -> None:
    """Write every table of a schema of DuckDB anew, in place of what the lake had of it."""
    ask(f"drop schema if exists `{schema}` cascade")
    shutil.rmtree(lake / schema, ignore_errors=True)
    ask(f"create schema `{schema}`")
    for table, name in _names(connection, database, schema).items():
        folder = lake / schema / name
        folder.mkdir(parents=True)
        relation = f"{quoted(database)}.{Target(schema, table).sql}"
        columns = connection.execute(f"describe {relation}").fetchall()
        selected = ", ".join(_column(column, held) for column, held, *_ in columns)
        file = literal(str(folder / "part.parquet"))
        (rows,) = connection.execute(
            f"copy (select {selected} from {relation}) to {file} (format parquet)"
        ).fetchone() or (0,)
        typed = _typed(connection.execute(f"describe select {selected} from {relation}").fetchall())
        ask(f"create table `{schema}`.`{name}` {typed} using parquet location '{folder.resolve().as_uri()}'")
        note(LakeTable(schema, name, int(rows)))


def _names(connection: duckdb.DuckDBPyConnection, database: str, schema: str) -> dict[str, str]:
    """The tables of a schema, and what a metastore can call each: small letters, digits and underscores."""
    found = connection.execute(
        f"select table_name from duckdb_tables() where database_name = {literal(database)}"
        f" and schema_name = {literal(schema)} union all select view_name from duckdb_views()"
        f" where database_name = {literal(database)} and schema_name = {literal(schema)} order by 1"
    ).fetchall()
    names: dict[str, str] = {}
    for (table,) in found:
        if table.startswith(ASIDE):
            continue
        name = re.sub(r"\W", "_", table, flags=re.ASCII).lower()
        if name in names.values():
            (other,) = (known for known, taken in names.items() if taken == name)
            raise SparkProblem(
                f"{schema}: tables {other} and {table} would both be {name} in Spark. Rename one."
            )
        names[table] = name
    return names


def _column(name: str, held: str) -> str:
    """A column under its own name, in a type that Parquet and Spark know."""
    column = quoted(name)
    if name in _OWN_STAMPS and held == "TIMESTAMP":
        return f"timezone('UTC', {column}) as {column}"
    if _AS_TEXT.fullmatch(held):
        return f"cast({column} as varchar) as {column}"
    return f"cast({column} as {_HELD_AS[held]}) as {column}" if held in _HELD_AS else column


def _typed(columns: Sequence[tuple[Any, ...]]) -> str:
    """The columns as a table's definition in Spark; nothing where it has to look for itself."""
    if any(held not in _IN_SPARK for _, held, *_ in columns):
        return ""
    named = ((name.replace("`", "``"), _IN_SPARK[held]) for name, held, *_ in columns)
    return f"({', '.join(f'`{name}` {held}' for name, held in named)})"


def _copy_register(connection: duckdb.DuckDBPyConnection) -> None:
    """Copy the register into memory, where sources can be added that the warehouse knows nothing of."""
    connection.execute("create schema landing")
    for (table,) in connection.execute(
        "select table_name from duckdb_tables() where database_name = 'warehouse' and schema_name = 'landing'"
    ).fetchall():
        connection.execute(f"create table landing.{quoted(table)} as from warehouse.landing.{quoted(table)}")


def _point_at(
    connection: duckdb.DuckDBPyConnection,
    ask: Ask,
    source: Source,
    as_of: datetime | None,
    note: Callable[[LakeTable], None],
) -> None:
    """Make views on the tables of a source that lie in the lake, and register them."""
    schema = str(source.options["schema"])
    names: Sequence[str] = read_tables(source, [row[1] for row in ask(f"show tables in `{schema}`")])
    find_lead_table(source, list(names))
    landed_at = max(datetime.now(UTC).replace(tzinfo=None), as_of or datetime.min)
    ask(f"drop schema if exists `{source.raw_schema}` cascade")
    ask(f"create schema `{source.raw_schema}`")
    for name in names:
        place = f"{schema}.{name}"
        ask(
            f"create view `{source.raw_schema}`.`{name}` as select *, '{place}' as _handoff_file,"
            f" cast(null as bigint) as _handoff_row, {literal(landed_at)} as _handoff_landed_at"
            f" from `{schema}`.`{name}`",
        )
        ((rows,),) = ask(f"select count(*) from `{schema}`.`{name}`")
        registry.record_loads(
            connection, source.name, name, [FileLoad(place, int(rows), 0, 0, "", 0)], landed_at
        )
        note(LakeTable(source.raw_schema, name, int(rows), is_view=True))
    registry.record_source(connection, source, landed_at)
    registry.set_clock(connection, as_of, landed_at)
