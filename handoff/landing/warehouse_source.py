"""Landing a source of kind `warehouse`: its tables are in the warehouse already, so nothing is copied.

Each gets a view in the source's raw schema, which adds what the landing adds elsewhere. A view is all that
the resolver needs, on DuckDB and on Spark alike.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb

from handoff.config import Source
from handoff.landing import drift, raw_schemas, registry
from handoff.landing.lead_tables import find_lead_table, read_tables
from handoff.landing.plans import Target, column_types, literal
from handoff.landing.results import FileLoad, LandingError, SourceLanding, TableLanding


def land_warehouse(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    landed_at: datetime,
    as_of: datetime | None,
    scratch: Path,
) -> SourceLanding:
    """Point the source's raw schema at the tables of the warehouse that it names.

    Raises:
        LandingError: no such schema, or no lead table in it.
    """
    schema = warehouse_schema(connection, source)
    tables = read_tables(source, list(raw_schemas.tables_of(connection, schema)))
    find_lead_table(source, tables)
    with raw_schemas.transaction(connection):
        raw_schemas.create(connection, source)
        seen = {name: column_types(connection, Target(source.raw_schema, name)) for name in tables}
        raw_schemas.drop_tables_but(connection, source, tables)
        landings = tuple(
            _point_at(connection, source, schema, table, seen[table], landed_at) for table in tables
        )
        registry.record_source(connection, source, landed_at)
        registry.set_clock(connection, as_of, landed_at)
    return SourceLanding(source.name, landings)


def check_warehouse(source: Source, warehouse: Path) -> str:
    """Look for the tables in the warehouse. Returns what was found, in words; nothing is written.

    Raises:
        LandingError: there is no warehouse yet, no such schema, or no lead table in it.
    """
    if not warehouse.exists():
        words = f"there is no warehouse {warehouse} yet. Land the tables into it first."
        raise LandingError(f"{source.name}: {words}")
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        schema = warehouse_schema(connection, source)
        tables = read_tables(source, list(raw_schemas.tables_of(connection, schema)))
    return f"{len(tables)} tables in {source.place}, leads in {find_lead_table(source, tables)}"


def warehouse_schema(connection: duckdb.DuckDBPyConnection, source: Source) -> str:
    """The schema that the source names, as the warehouse spells it.

    Raises:
        LandingError: there is none, or it is one that this project writes itself.
    """
    named = str(source.options["schema"])
    found = connection.execute(
        "select distinct schema_name from duckdb_schemas() where database_name = current_database()"
        " and schema_name not in ('information_schema', 'pg_catalog') order by 1"
    ).fetchall()
    schemas: dict[str, str] = {name.lower(): name for (name,) in found}
    if named.lower() not in schemas:
        raise LandingError(
            f"{source.name}: the warehouse has no schema {named}. Found: {', '.join(schemas.values())}. Mend"
            " `schema:` in the sources file, or land the tables into it first."
        )
    if named.lower() in ("landing", source.raw_schema.lower()):
        raise LandingError(
            f"{source.name}: schema {named} is written by the landing itself. Keep your tables in another"
            " one, and name that in the sources file."
        )
    return schemas[named.lower()]


def _point_at(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    schema: str,
    table: str,
    before: dict[str, str],
    landed_at: datetime,
) -> TableLanding:
    """Make the view of one table. before: what the view was at the landing before."""
    held, view = Target(schema, table), Target(source.raw_schema, table)
    now = column_types(connection, held)
    is_table = table in raw_schemas.tables_of(connection, source.raw_schema)
    if is_table:
        connection.execute(f"drop table {view.sql}")
    name = f"{schema}.{table}"
    connection.execute(
        f"create view {view.sql} as select *, {literal(name)} as _handoff_file,"
        f" cast(null as bigint) as _handoff_row, {literal(landed_at)} as _handoff_landed_at from {held.sql}"
    )
    (rows,) = connection.execute(f"select count(*) from {held.sql}").fetchone() or (0,)
    drifted = drift.note(
        connection, source.name, table, before, now, landed_at, drift.Origin(is_in_place=True)
    )
    load = FileLoad(name, int(rows), 0, 0, "", 0)
    if registry.current_loads(connection, source.name, table) != {name: load}:
        registry.forget_files_but(connection, source.name, table, [name])
        registry.record_loads(connection, source.name, table, [load], landed_at)
    return TableLanding(table, "in place", 0, int(rows), drift=drifted)
