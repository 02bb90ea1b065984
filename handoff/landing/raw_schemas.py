"""The schema that holds a source's raw tables: what is in it, what is set aside while landing, what goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import duckdb

from handoff.config import Source
from handoff.landing import drift, registry
from handoff.landing.plans import Target, literal, quoted

# Begins the name of a table that is being read and is none of the source's tables yet.
ASIDE = "__incoming__"


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All or nothing of what is executed inside."""
    connection.execute("begin transaction")
    try:
        yield
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")


def create(connection: duckdb.DuckDBPyConnection, source: Source) -> None:
    """Make the source's schema where there is none."""
    connection.execute(f"create schema if not exists {quoted(source.raw_schema)}")


def tables_of(connection: duckdb.DuckDBPyConnection, schema: str) -> dict[str, bool]:
    """The tables and views of a schema: name -> is it a view."""
    rows = connection.execute(
        "select table_name, table_type = 'VIEW' from information_schema.tables"
        f" where table_catalog = current_database() and table_schema = {literal(schema)} order by table_name"
    )
    return dict(rows.fetchall())


def drop_aside(connection: duckdb.DuckDBPyConnection, source: Source) -> None:
    """Drop what a landing left aside."""
    for name in tables_of(connection, source.raw_schema):
        if name.startswith(ASIDE):
            connection.execute(f"drop table {Target(source.raw_schema, name).sql}")


def drop_tables_but(connection: duckdb.DuckDBPyConnection, source: Source, kept: Sequence[str]) -> None:
    """Drop the tables that the source no longer has, and the views on tables of the warehouse."""
    for name, is_view in tables_of(connection, source.raw_schema).items():
        if is_view or (name not in kept and not name.startswith(ASIDE)):
            connection.execute(f"drop {'view' if is_view else 'table'} {Target(source.raw_schema, name).sql}")
    registry.forget_tables_but(connection, source.name, kept)
    drift.forget_tables_but(connection, source.name, kept)
