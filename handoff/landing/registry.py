"""The register of what was landed: schema `landing` of the warehouse, see the columns below."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from handoff.config import Source
from handoff.landing.plans import literal, literals, quoted
from handoff.landing.results import FileLoad

# loads is a history. is_current: the raw table holds what this load gave, or it was the last and failed.
# drift is a history of columns. is_current: the column is gone to this day, or the last landing changed it.
# positions: how far each stream of a database or an API was landed, and where an unfinished reading began.
# origin: a digest of where a source's rows come from, to tell when that is another place.
_TABLES = """
create schema if not exists landing;
create table if not exists landing.sources (
    source_system varchar, crm varchar, raw_schema varchar, timezone varchar, fields varchar, tables varchar,
    landed_at timestamp, origin varchar
);
alter table landing.sources add column if not exists origin varchar;
alter table landing.sources add column if not exists crm_url varchar;
create table if not exists landing.loads (
    source_system varchar, raw_table varchar, file varchar, rows_landed bigint, rows_set_aside bigint,
    bytes bigint, content_hash varchar, landed_at timestamp, modified_ns bigint, error varchar,
    is_current boolean
);
create table if not exists landing.rejected_rows (
    source_system varchar, raw_table varchar, file varchar, line bigint, column_name varchar, error varchar,
    raw_line varchar, landed_at timestamp
);
create table if not exists landing.drift (
    source_system varchar, raw_table varchar, column_name varchar, change varchar, type_before varchar,
    type_after varchar, landed_at timestamp, is_current boolean
);
create table if not exists landing.positions (
    source_system varchar, stream varchar, origin varchar, cursor_name varchar, landed_to varchar,
    reading_from varchar, reading_at varchar, is_reading boolean
);
create table if not exists landing.clock (as_of timestamp, landed_at timestamp);
create table if not exists landing.salt (salt varchar);
"""

SALT_SETTING = "HANDOFF_HASH_SALT"


def create(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the register's tables where they are missing, with the salt of this warehouse's hashes."""
    connection.execute(_TABLES)
    _keep_salt(connection)


def _keep_salt(connection: duckdb.DuckDBPyConnection) -> None:
    """Draw the salt once: published hashes of one person must stay equal from run to run.

    HANDOFF_HASH_SALT takes its place, for hashes that agree between warehouses. It never leaves them.
    """
    given = os.environ.get(SALT_SETTING, "").strip()
    kept = connection.execute("select salt from landing.salt").fetchone()
    salt = given or (kept[0] if kept else secrets.token_hex(32))
    if kept is None or kept[0] != salt:
        connection.execute(f"delete from landing.salt; insert into landing.salt values ({literal(salt)})")


@dataclass(frozen=True)
class Position:
    """How far a stream was landed, as the text of its cursor, and how far a reading came that is not done.

    origin: see origin_of. reading_from: None where that reading began with the first row. reading_at: where
    it is to go on, if the stream itself says so; else its cursor tells.
    """

    origin: str
    cursor: str | None
    landed_to: str | None = None
    reading_from: str | None = None
    reading_at: str | None = None
    is_reading: bool = False


def position_of(connection: duckdb.DuckDBPyConnection, source: str, stream: str) -> Position | None:
    """The position of a stream; None where it was never read."""
    found = connection.execute(
        "select origin, cursor_name, landed_to, reading_from, reading_at, is_reading"
        " from landing.positions"
        f" where source_system = {literal(source)} and stream = {literal(stream)}"
    ).fetchone()
    return Position(*found) if found else None


def set_position(connection: duckdb.DuckDBPyConnection, source: str, stream: str, position: Position) -> None:
    """Write the position of a stream, in place of the one before."""
    connection.execute(
        f"delete from landing.positions where source_system = {literal(source)}"
        f" and stream = {literal(stream)}"
    )
    values = literals(
        [
            *(source, stream, position.origin, position.cursor, position.landed_to),
            *(position.reading_from, position.reading_at, position.is_reading),
        ]
    )
    connection.execute(f"insert into landing.positions values ({values})")


def current_loads(connection: duckdb.DuckDBPyConnection, source: str, table: str) -> dict[str, FileLoad]:
    """The loads that a raw table is made of, by file name. Failed ones are not among them."""
    rows = connection.execute(
        "select file, rows_landed, rows_set_aside, bytes, content_hash, modified_ns from landing.loads"
        f" where source_system = {literal(source)} and raw_table = {literal(table)} and is_current"
        " and error is null"
    ).fetchall()
    return {row[0]: FileLoad(*row) for row in rows}


def record_source(
    connection: duckdb.DuckDBPyConnection, source: Source, landed_at: datetime, place: str = ""
) -> None:
    """Write the source's row, in place of the one before. place: see origin_of."""
    connection.execute(f"delete from landing.sources where source_system = {literal(source.name)}")
    values = literals(
        [
            source.name,
            source.crm,
            source.raw_schema,
            source.timezone,
            json.dumps(dict(source.fields)),
            json.dumps(dict(source.tables)),
            landed_at,
            origin_of(source, place),
            source.crm_url,
        ]
    )
    columns = "source_system, crm, raw_schema, timezone, fields, tables, landed_at, origin, crm_url"
    connection.execute(f"insert into landing.sources ({columns}) values ({values})")


def origin_of(source: Source, place: str = "") -> str:
    """A digest of where a source's rows come from. place: what its options do not say, such as a host."""
    options = (f"{key}={value}" for key, value in sorted(source.options.items()) if key != "overlap_minutes")
    what = [source.crm, source.kind, place, *options]
    return hashlib.sha256("\n".join(what).encode()).hexdigest()


def is_known(connection: duckdb.DuckDBPyConnection, source: Source, place: str = "") -> bool:
    """Whether what is landed of the source came from where it is read from now."""
    found = connection.execute(
        f"select origin from landing.sources where source_system = {literal(source.name)}"
    ).fetchone()
    return found is not None and found[0] == origin_of(source, place)


def record_loads(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    table: str,
    loads: Iterable[FileLoad],
    landed_at: datetime,
) -> None:
    """Write what files gave, with the rows they set aside in place of those of their load before.

    After a load that failed, the last one that succeeded stays current: its rows stay in the table.
    """
    of_table = f"source_system = {literal(source)} and raw_table = {literal(table)}"
    connection.execute(f"update landing.loads set is_current = false where {of_table} and error is not null")
    for load in loads:
        where = f"{of_table} and file = {literal(load.file)}"
        if load.error is None:
            connection.execute(f"update landing.loads set is_current = false where {where}")
        values = literals(
            [
                source,
                table,
                load.file,
                load.rows_landed,
                load.rows_set_aside,
                load.bytes,
                load.content_hash,
                landed_at,
                load.modified_ns,
                load.error,
                True,
            ]
        )
        connection.execute(f"insert into landing.loads values ({values})")
        if load.error is None:
            connection.execute(f"delete from landing.rejected_rows where {where}")
            _record_rejected(connection, source, table, load, landed_at)


def _record_rejected(
    connection: duckdb.DuckDBPyConnection, source: str, table: str, load: FileLoad, landed_at: datetime
) -> None:
    rows = load.rejected
    if rows:
        # By parameters: a rejected line may hold anything, zero bytes too.
        connection.execute(
            "insert into landing.rejected_rows select ?, ?, ?, unnest(?::bigint[]), unnest(?::varchar[]),"
            " unnest(?::varchar[]), unnest(?::varchar[]), ?",
            [
                source,
                table,
                load.file,
                [row.line for row in rows],
                [row.column for row in rows],
                [row.error for row in rows],
                [row.raw for row in rows],
                landed_at,
            ],
        )


def forget_files_but(
    connection: duckdb.DuckDBPyConnection, source: str, table: str, files: Sequence[str]
) -> None:
    """Take all other files of a table out of what is current; the history keeps their loads."""
    others = f"raw_table = {literal(table)} and file not in ({literals(files)})"
    _forget(connection, f"source_system = {literal(source)} and {others}")


def forget_tables_but(connection: duckdb.DuckDBPyConnection, source: str, tables: Sequence[str]) -> None:
    """Take all other tables of a source out of what is current; the history keeps their loads."""
    _forget(connection, f"source_system = {literal(source)} and raw_table not in ({literals(tables)})")


def _forget(connection: duckdb.DuckDBPyConnection, where: str) -> None:
    connection.execute(f"update landing.loads set is_current = false where is_current and {where}")
    connection.execute(f"delete from landing.rejected_rows where {where}")


def forget_sources_but(connection: duckdb.DuckDBPyConnection, names: Sequence[str]) -> None:
    """Drop the raw tables and the register of sources that are no longer listed."""
    gone = connection.execute(
        "select source_system, raw_schema from landing.sources"
        f" where source_system not in ({literals(names)})"
    ).fetchall()
    for source, raw_schema in gone:
        connection.execute(f"drop schema if exists {quoted(raw_schema)} cascade")
        for table in ("sources", "loads", "rejected_rows", "drift", "positions"):
            connection.execute(f"delete from landing.{table} where source_system = {literal(source)}")


def set_clock(connection: duckdb.DuckDBPyConnection, as_of: datetime | None, landed_at: datetime) -> None:
    """Write the one row of the clock. as_of: what the sources file says, naive UTC, or None."""
    connection.execute("delete from landing.clock")
    connection.execute(f"insert into landing.clock values ({literals([as_of, landed_at])})")
