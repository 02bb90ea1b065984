"""Landing a source of kind `database`: tables that an EL tool keeps in any database SQLAlchemy can reach.

Only what a staging model would read is read, as Arrow, through dlt. A table with a column that grows with
every sync or change is read from there on; any other is read whole. What a table holds is counted after each
reading: where database and warehouse disagree, rows were deleted or slipped in behind, and all is read again.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import sqlalchemy as sa
from sqlalchemy.sql import sqltypes

from handoff.config import Source
from handoff.landing.dlt_settings import quiet_dlt
from handoff.landing.lead_tables import find_lead_table, plain, read_tables
from handoff.landing.results import LandingError, SourceLanding
from handoff.landing.streams import Batch, NotAllowed, Stream, land_streams

# Stamps of the tool that syncs come first: a late sync or a new column does not touch the CRM's own stamp.
_CURSORS = (
    *("_fivetran_synced", "_airbyte_extracted_at", "_airbyte_emitted_at"),
    *("_sdc_batched_at", "_sdc_received_at", "_sdc_extracted_at", "_dlt_load_id", "synced_at"),
    *("SystemModstamp", "LastModifiedDate", "hs_lastmodifieddate", "lastmodifieddate", "updatedAt"),
)
# The rows of a change log never change.
_CURSOR_OF_A_LOG = "CreatedDate"
_LOAD_ID = "dltloadid"
# A sync stamps its rows when it begins and commits them hours later.
_OVERLAP = timedelta(hours=24)
_CHUNK = 50_000
# Drivers have one kind of error for a server that is down and for one that knows no such user or database.
_REFUSED = re.compile(r"authentication failed|password|access denied|does not exist|no pg_hba", re.IGNORECASE)
_KNOWN_TYPES = (
    *(sqltypes.Boolean, sqltypes.Integer, sqltypes.Float, sqltypes.String, sqltypes.DateTime, sqltypes.Date),
    *(sqltypes.Time, sqltypes.JSON, sqltypes.ARRAY, sqltypes.LargeBinary, sqltypes.Uuid),
)


@dataclass(frozen=True)
class Table:
    """A table or view of the database. key: what tells its rows apart; cursor: what grows."""

    name: str
    schema: str | None
    columns: dict[str, sqltypes.TypeEngine[Any]]
    key: tuple[str, ...]
    cursor: str | None


def land_database(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    landed_at: datetime,
    as_of: datetime | None,
    scratch: Path,
) -> SourceLanding:
    """Land the source's tables, each from where the last landing came to.

    Raises:
        LandingError: the database cannot be reached or broke off, or there is no lead table.
    """
    with opened(source) as engine, in_words(source):
        tables = find_tables(source, engine)
        streams = [_stream(source, engine, table) for table in tables]
        return land_streams(connection, source, streams, landed_at, as_of, _place(engine.url))


def check_database(source: Source) -> str:
    """Log in and look for the tables. Returns what was found, in words; nothing is read.

    Raises:
        LandingError: the database cannot be reached or its login is wrong, or there is no lead table.
    """
    with opened(source) as engine, in_words(source):
        tables = [table.name for table in find_tables(source, engine)]
    return f"{len(tables)} tables in {source.place}, leads in {find_lead_table(source, tables)}"


@contextmanager
def opened(source: Source) -> Iterator[sa.Engine]:
    """The database that the source's environment variable names.

    Raises:
        LandingError: the variable is not set, is no URL, or there is no driver for it.
    """
    variable = str(source.options["url_env"])
    given = os.environ.get(variable, "").strip()
    if not given:
        raise LandingError(
            f"{source.name}: the environment variable {variable} is not set. Set it to the database's"
            " URL, such as postgresql://user:password@host:5432/database."
        )
    try:
        # Heroku and others still write it so; SQLAlchemy no longer knows it.
        url = sa.make_url(given.replace("postgres://", "postgresql://", 1))
        engine = sa.create_engine(url)
    except (sa.exc.NoSuchModuleError, ModuleNotFoundError) as error:
        raise LandingError(
            f"{source.name}: no driver for {given.split(':', 1)[0]} is installed ({error}). Install it into"
            " .venv: for PostgreSQL the extra `postgres`, for others see SQLAlchemy's list of dialects."
        ) from error
    except (sa.exc.ArgumentError, ValueError):
        # Its message would repeat what was given, password and all.
        raise LandingError(
            f"{source.name}: what {variable} holds is no database URL. Write it as"
            " dialect://user:password@host:port/database, special characters of the password as %-codes."
        ) from None
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def in_words(source: Source) -> Iterator[None]:
    """Tell what a database says in words of ours, without what its URL holds.

    Raises:
        LandingError: in place of an error of the database.
    """
    try:
        yield
    except sa.exc.DBAPIError as error:
        raise LandingError(
            f"{source.name}: {source.place} could not be read: {_reason(source, error)}. Mend"
            f" {source.options['url_env']}, or the database; what was landed before stays, and the next"
            " landing goes on where this one stopped.",
            may_pass=_may_pass(error),
        ) from None


def _may_pass(error: sa.exc.DBAPIError) -> bool:
    """Whether the database may answer in a while: it is out of reach or broke off, but refused no login."""
    is_out_of_reach = isinstance(error, sa.exc.OperationalError) or error.connection_invalidated
    return is_out_of_reach and not _REFUSED.search(str(error.orig or error))


def _reason(source: Source, error: sa.exc.DBAPIError) -> str:
    text = " ".join(str(error.orig or error).split())
    password = sa.make_url(os.environ.get(str(source.options["url_env"]), "x://")).password
    return text.replace(str(password), "…") if password else text


def _place(url: sa.URL) -> str:
    """Which database it is, whoever logs in."""
    return f"{url.get_backend_name()}://{url.host}:{url.port}/{url.database}"


def find_tables(source: Source, engine: sa.Engine) -> list[Table]:
    """The tables and views of the source's schema that a staging model would read.

    Raises:
        LandingError: there is no such schema.
    """
    inspector = sa.inspect(engine)
    schema = str(source.options["schema"]) if source.options.get("schema") else None
    if schema and schema not in (schemas := inspector.get_schema_names()):
        raise LandingError(
            f"{source.name}: {source.options['url_env']} has no schema {schema}. Found: {', '.join(schemas)}."
            " Mend `schema:` in the sources file, or give the login the right to use it."
        )
    names = [*inspector.get_table_names(schema), *inspector.get_view_names(schema)]
    # Not every dialect has them.
    with suppress(NotImplementedError):
        names += inspector.get_materialized_view_names(schema)
    return [_table(inspector, name, schema) for name in read_tables(source, list(dict.fromkeys(names)))]


def _table(inspector: sa.Inspector, name: str, schema: str | None) -> Table:
    columns = {str(column["name"]): column["type"] for column in inspector.get_columns(name, schema)}
    key = tuple(inspector.get_pk_constraint(name, schema).get("constrained_columns") or ())
    return Table(name, schema, columns, key, _cursor(name, columns))


def _cursor(table: str, columns: dict[str, sqltypes.TypeEngine[Any]]) -> str | None:
    """The first of the known columns that can tell what is new."""
    by_name = {plain(name): name for name in columns}
    wanted = [*_CURSORS, _CURSOR_OF_A_LOG] if "history" in table.lower() else _CURSORS
    for name in map(plain, wanted):
        if name in by_name:
            is_time = isinstance(columns[by_name[name]], sqltypes.DateTime)
            if is_time or name == _LOAD_ID:
                return by_name[name]
    return None


def _stream(source: Source, engine: sa.Engine, table: Table) -> Stream:
    key = table.key or _key_in_fact(engine, table)
    is_time = bool(table.cursor) and isinstance(table.columns[table.cursor or ""], sqltypes.DateTime)
    return Stream(
        name=table.name,
        tables={table.name: key},
        read=partial(_rows, engine, table),
        cursor=table.cursor,
        earlier=partial(_earlier, source.overlap(_OVERLAP), is_time),
        count=partial(_count, engine, table),
        tells_columns=True,
    )


def _earlier(overlap: timedelta, is_time: bool, reached: str) -> str:
    if is_time:
        return str(datetime.fromisoformat(reached) - overlap)
    return f"{float(reached) - overlap.total_seconds():.6f}"


def _selectable(table: Table) -> sa.TableClause:
    return sa.table(table.name, *(sa.column(name) for name in table.columns), schema=table.schema)


def _key_in_fact(engine: sa.Engine, table: Table) -> tuple[str, ...]:
    """A column named id, where every row has one of its own: tools write tables without saying so."""
    found = next((name for name in table.columns if plain(name) == "id"), None)
    if found is None or table.cursor is None:
        return ()
    rows = _selectable(table)
    query = sa.select(sa.func.count(), sa.func.count(sa.distinct(rows.c[found]))).select_from(rows)
    all_rows, different = _one(engine, query, table)
    return (found,) if all_rows == different else ()


def _count(engine: sa.Engine, table: Table) -> int:
    (rows,) = _one(engine, sa.select(sa.func.count()).select_from(_selectable(table)), table)
    return int(rows)


def _one(engine: sa.Engine, query: sa.Select[Any], table: Table) -> tuple[Any, ...]:
    with _allowed(table), engine.connect() as connection:
        return tuple(connection.execute(query).one())


@contextmanager
def _allowed(table: Table) -> Iterator[None]:
    """A refusal of one table is told of that table: the others go on.

    Raises:
        NotAllowed: the login may not read it.
    """
    try:
        yield
    except sa.exc.DBAPIError as error:
        # The SQL standard's code for it; drivers that give none say it in words.
        code = getattr(error.orig, "pgcode", None) or getattr(error.orig, "sqlstate", None)
        if code == "42501" or (code is None and "denied" in str(error.orig).lower()):
            name = f"{table.schema}.{table.name}" if table.schema else table.name
            raise NotAllowed(f"the login may not read it. Grant it select on {name}") from None
        raise


def _rows(engine: sa.Engine, table: Table, since: str | None) -> Iterator[Batch]:
    """The table's rows at or after the cursor, in its order, as Arrow."""
    with quiet_dlt():
        import dlt
        from dlt.sources.sql_database import sql_table

        incremental = None
        if table.cursor:
            incremental = dlt.sources.incremental(
                table.cursor,
                initial_value=_typed(table, since),
                row_order="asc",
                on_cursor_value_missing="include",
                # The landing itself tells what is held already.
                primary_key=(),
            )
        resource = sql_table(
            credentials=engine,
            table=table.name,
            schema=table.schema,
            backend="pyarrow",
            chunk_size=_CHUNK,
            incremental=incremental,
            type_adapter_callback=lambda kind: kind if _is_exact(kind) else sa.Text(),
            query_adapter_callback=_with_odd_types_as_text,
        )
        with _allowed(table), _unwrapped(table):
            for rows in resource:
                yield Batch({table.name: rows})


@contextmanager
def _unwrapped(table: Table) -> Iterator[None]:
    """The database's own error in place of the one that dlt wraps it in.

    Raises:
        LandingError: it was none of the database's: a value that Arrow cannot hold.
    """
    from dlt.extract.exceptions import ResourceExtractionError

    try:
        yield
    except ResourceExtractionError as error:
        cause: BaseException | None = error
        while cause and not isinstance(cause, sa.exc.DBAPIError):
            cause = cause.__cause__ or cause.__context__
        if cause:
            raise cause from None
        raise LandingError(
            f"table {table.name} holds a value that cannot be read ({error.msg}). Mend it in the database, or"
            " land a view that leaves the column out."
        ) from error


def _typed(table: Table, since: str | None) -> datetime | str | float | None:
    if since is None or table.cursor is None:
        return None
    kind = table.columns[table.cursor]
    if isinstance(kind, sqltypes.DateTime):
        return datetime.fromisoformat(since)
    return since if isinstance(kind, sqltypes.String) else float(since)


def _with_odd_types_as_text(query: sa.Select[Any], table: sa.Table) -> sa.Select[Any]:
    """What Arrow has no exact type for is read as the database writes it."""
    return query.with_only_columns(
        *(
            column if _is_exact(column.type) else sa.cast(column, sa.Text).label(column.name)
            for column in table.columns
        )
    )


def _is_exact(kind: sqltypes.TypeEngine[Any]) -> bool:
    if isinstance(kind, sqltypes.Numeric) and not isinstance(kind, sqltypes.Float):
        return kind.precision is not None and kind.precision <= 38
    return isinstance(kind, _KNOWN_TYPES)
