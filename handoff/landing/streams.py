"""Landing what comes row by row, from a database or an API: read aside in steps, taken over at once.

Each step of a reading is durable when it is written, in a table aside. A landing that dies is gone on with
where its rows end; the raw tables are as before until, in one transaction, everything read takes its place:
a row that is held already is dropped, one with a known key replaces the row of that key, the rest is added.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import duckdb
import pyarrow as pa

from handoff.config import Source
from handoff.landing import drift, raw_schemas, registry
from handoff.landing.lead_tables import find_lead_table, origin_of
from handoff.landing.plans import (
    METADATA,
    ReadPlan,
    Target,
    append,
    column_types,
    fitted,
    literal,
    quoted,
    unique_names,
    write,
)
from handoff.landing.raw_schemas import ASIDE, transaction
from handoff.landing.registry import Position
from handoff.landing.results import FileLoad, LandingError, SourceLanding, TableLanding, TableStatus


@dataclass(frozen=True)
class Batch:
    """Rows of a stream, by raw table. mark: where to go on once they are written, if no cursor tells."""

    rows: Mapping[str, pa.Table]
    mark: str | None = None


class NotAllowed(Exception):
    """A stream that this login may not read, or that the source does not have; the message names the mend."""


@dataclass(frozen=True)
class Stream:
    """Rows of one origin, for one raw table or more.

    tables: raw table -> the columns that tell its rows apart, () where none are known. The cursor belongs to
        the first one.
    read: gives the rows whose cursor is at or after the one given (None: all), in the order of the cursor; or
        goes on from a mark of its own. The last mark stands for all that was read.
    cursor: a column that grows whenever a row is added or changed; None where every reading reads everything.
    earlier: the cursor that the next landing begins at, before the one reached: what the source commits late.
    is_whole: whether a reading from the start gives all rows that the tables have.
    count: how many rows the origin holds; a reading that does not add up to it is done again from the start.
    tells_columns: whether a column that a reading does not hold is gone. An API may leave out what is blank.
    """

    name: str
    tables: Mapping[str, tuple[str, ...]]
    read: Callable[[str | None], Iterator[Batch]]
    cursor: str | None = None
    earlier: Callable[[str], str] = str
    is_whole: bool = True
    count: Callable[[], int] | None = None
    tells_columns: bool = False

    @property
    def table(self) -> str:
        """The first of its tables."""
        return next(iter(self.tables))


@dataclass(frozen=True)
class _Reading:
    """A stream that was read aside. reached: the cursor it came to. is_anew: what was held before goes."""

    stream: Stream
    reached: str | None
    is_anew: bool


@dataclass
class _Landing:
    """One source while its streams are landed."""

    connection: duckdb.DuckDBPyConnection
    source: Source
    origin: str
    is_known: bool
    landed_at: datetime

    def target(self, table: str) -> Target:
        return Target(self.source.raw_schema, table)

    def aside(self, stream: Stream, table: str) -> Target:
        return Target(self.source.raw_schema, f"{ASIDE}{stream.name}__{table}")

    def columns(self, target: Target) -> dict[str, str]:
        return column_types(self.connection, target)

    def origin_of(self, stream: Stream, table: str) -> drift.Origin:
        before, now = self.columns(self.target(table)), self.columns(self.aside(stream, table))
        return origin_of(
            self.source, table, before, now, tells_columns=stream.tells_columns, key=stream.tables[table]
        )

    def number(self, select: str) -> int:
        (found,) = self.connection.execute(select).fetchone() or (0,)
        return int(found or 0)

    def drop_aside(self, stream: Stream) -> None:
        for table in stream.tables:
            self.connection.execute(f"drop table if exists {self.aside(stream, table).sql}")


def land_streams(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    streams: Sequence[Stream],
    landed_at: datetime,
    as_of: datetime | None,
    place: str,
    remarks: Sequence[str] = (),
) -> SourceLanding:
    """Land the streams of a source. place: where its rows come from, see registry.origin_of.

    Raises:
        LandingError: the lead table is not among them, may not be read, or is empty.
    """
    lead_table = find_lead_table(source, [table for stream in streams for table in stream.tables])
    known = registry.is_known(connection, source, place)
    landing = _Landing(connection, source, registry.origin_of(source, place), known, landed_at)
    raw_schemas.create(connection, source)
    _drop_strangers(landing, streams)
    readings: list[_Reading] = []
    refused: list[str] = []
    for stream in streams:
        try:
            readings.append(_read(landing, stream))
        except NotAllowed as error:
            if lead_table in stream.tables and stream.table == lead_table:
                raise LandingError(f"{source.name}: {stream.name}, which holds the leads: {error}") from error
            landing.drop_aside(stream)
            refused.append(f"{stream.name} is not read: {error}")
    with transaction(connection):
        kept = [table for stream in streams for table in stream.tables]
        raw_schemas.drop_tables_but(connection, source, kept)
        if not known:
            _drop_tables(landing)
        landings = _take_over(landing, readings)
        registry.record_source(connection, source, landed_at, place)
        registry.set_clock(connection, as_of, landed_at)
        if not any(landing.rows for landing in landings if landing.table == lead_table):
            raise LandingError(
                f"{source.name}: the lead table {lead_table} of {source.place} is empty. What was landed"
                " before stays. Look whether the tool that fills it is running."
            )
    return SourceLanding(source.name, landings, remarks=(*remarks, *refused))


def _drop_strangers(landing: _Landing, streams: Sequence[Stream]) -> None:
    """Drop what lies aside and belongs to no stream of today."""
    ours = {landing.aside(stream, table).table for stream in streams for table in stream.tables}
    for name in raw_schemas.tables_of(landing.connection, landing.source.raw_schema):
        if name.startswith(ASIDE) and name not in ours:
            landing.connection.execute(f"drop table {landing.target(name).sql}")


def _drop_tables(landing: _Landing) -> None:
    """Drop what was landed from another place."""
    for name in raw_schemas.tables_of(landing.connection, landing.source.raw_schema):
        if not name.startswith(ASIDE):
            landing.connection.execute(f"drop table {landing.target(name).sql}")


def _read(landing: _Landing, stream: Stream) -> _Reading:
    """Read a stream aside, from where the last landing, or one that died in it, came to."""
    position = registry.position_of(landing.connection, landing.source.name, stream.name)
    if position and (position.origin, position.cursor) != (landing.origin, stream.cursor):
        position = None
    position = position or Position(landing.origin, stream.cursor)
    is_held = landing.is_known and bool(landing.columns(landing.target(stream.table)))
    reached = None
    if position.is_reading:
        reached = position.reading_at or _reached_aside(landing, stream)
    if reached is None:
        landing.drop_aside(stream)
        begin = stream.earlier(position.landed_to) if position.landed_to and is_held else None
        position = replace(position, reading_from=begin, is_reading=True)
        _note(landing, stream, position)
    position = _read_aside(landing, stream, position, reached or position.reading_from)
    reading = _settle(landing, stream, position)
    if not reading.is_anew and stream.count and _expected_rows(landing, stream) != stream.count():
        # Rows were deleted, or came in behind the cursor: only all of them tell which.
        landing.drop_aside(stream)
        position = replace(position, reading_from=None)
        _note(landing, stream, position)
        position = _read_aside(landing, stream, position, None)
        reading = _settle(landing, stream, position)
    return reading


def _reached_aside(landing: _Landing, stream: Stream) -> str | None:
    """The cursor that a reading which died had come to; None where it has to begin again.

    The rows at that cursor go: they will be read again, all of them.
    """
    aside = landing.aside(stream, stream.table)
    if stream.cursor is None or stream.cursor not in landing.columns(aside):
        return None
    cursor = quoted(stream.cursor)
    found = landing.connection.execute(f"select cast(max({cursor}) as varchar) from {aside.sql}").fetchone()
    if found is None or found[0] is None:
        return None
    landing.connection.execute(
        f"delete from {aside.sql} where {cursor} is null"
        f" or {cursor} = (select max({cursor}) from {aside.sql})"
    )
    return str(found[0])


def _note(landing: _Landing, stream: Stream, position: Position) -> None:
    registry.set_position(landing.connection, landing.source.name, stream.name, position)


def _read_aside(landing: _Landing, stream: Stream, position: Position, since: str | None) -> Position:
    """Write what the stream gives into tables aside, batch by batch. Returns the position that it came to."""
    written = {
        table: landing.number(f"select max(_handoff_row) from {landing.aside(stream, table).sql}")
        for table in stream.tables
        if landing.columns(landing.aside(stream, table))
    }
    for batch in stream.read(since):
        with transaction(landing.connection):
            for table, rows in batch.rows.items():
                if rows.num_rows:
                    aside, before = landing.aside(stream, table), written.get(table, 0)
                    written[table] = before + _write(landing, aside, rows, table, before)
            if batch.mark is not None:
                position = replace(position, reading_at=batch.mark)
                _note(landing, stream, position)
    return position


def _write(landing: _Landing, aside: Target, rows: pa.Table, name: str, before: int) -> int:
    rows = rows.rename_columns(unique_names(rows.column_names))
    for index, column in enumerate(rows.schema):
        # A column of nothing but nulls has no type of its own yet.
        if pa.types.is_null(column.type):
            rows = rows.set_column(index, column.name, rows.column(index).cast(pa.string()))
    landing.connection.register("__batch", rows)
    try:
        described = landing.connection.execute("describe from __batch").fetchall()
        plan = ReadPlan("select * from __batch", {name: kind for name, kind, *_ in described})
        return write(landing.connection, aside, plan, name, landing.landed_at, before)
    finally:
        landing.connection.unregister("__batch")


def _settle(landing: _Landing, stream: Stream, position: Position) -> _Reading:
    """Note where the reading came to, and take out of it what it read twice and what is held already."""
    aside = landing.aside(stream, stream.table)
    reached = position.reading_at or position.landed_to
    if stream.cursor and stream.cursor in landing.columns(aside):
        # A stamp that lies ahead of us would hide everything that changes until then.
        limit = f"{literal(landing.landed_at)} + interval 1 day"
        cursor = quoted(stream.cursor)
        found = landing.connection.execute(
            f"select cast(max({cursor}) as varchar) from {aside.sql}"
            f" where coalesce(try_cast(cast({cursor} as varchar) as timestamp) <= {limit}, true)"
        ).fetchone()
        reached = found[0] if found and found[0] is not None else reached
    is_anew = stream.is_whole and position.reading_from is None
    for table, key in stream.tables.items():
        part = landing.aside(stream, table)
        if not landing.columns(part):
            continue
        if key:
            _keep_latest(landing, part, key)
        if not is_anew and landing.is_known and landing.columns(landing.target(table)):
            _drop_held(landing, stream, table)
    return _Reading(stream, reached, is_anew)


def _keep_latest(landing: _Landing, aside: Target, key: Sequence[str]) -> None:
    columns = ", ".join(map(quoted, key))
    same = " and ".join(f"rows.{quoted(name)} = latest.{quoted(name)}" for name in key)
    landing.connection.execute(
        f"delete from {aside.sql} as rows using (select {columns}, max(_handoff_row) as row from {aside.sql}"
        f" group by {columns} having count(*) > 1) as latest where {same} and rows._handoff_row < latest.row"
    )


def _drop_held(landing: _Landing, stream: Stream, table: str) -> None:
    """Take out of what was read the rows that the table holds just so."""
    aside, target, cursor = landing.aside(stream, table), landing.target(table), stream.cursor
    held = {name.lower(): (name, kind) for name, kind in landing.columns(target).items()}
    read = {name.lower(): (name, kind) for name, kind in landing.columns(aside).items()}
    added = {name.lower() for name in METADATA}
    origin = landing.origin_of(stream, table)
    compared = [
        f"held.{quoted(held[key][0])} is null"
        for key in held.keys() - read.keys() - added
        if not origin.keeps(key)
    ]
    compared += [f"read.{quoted(read[key][0])} is null" for key in read.keys() - held.keys() - added]
    for key in (held.keys() & read.keys()) - added:
        sides = [f"held.{quoted(held[key][0])}", f"read.{quoted(read[key][0])}"]
        if held[key][1] != read[key][1]:
            sides = [f"cast({side} as varchar)" for side in sides]
        compared.append(" is not distinct from ".join(sides))
    rows = target.sql
    if cursor and held.get(cursor.lower(), ("", ""))[1] == read.get(cursor.lower(), ("", " "))[1]:
        column = quoted(cursor)
        first = f"(select min({column}) from {aside.sql})"
        rows = f"(from {target.sql} where {column} is null or {column} >= {first})"
    landing.connection.execute(
        f"delete from {aside.sql} as read where exists (select 1 from {rows} as held"
        f" where {' and '.join(sorted(compared))})"
    )


def _expected_rows(landing: _Landing, stream: Stream) -> int:
    """How many rows the first table will hold once what was read is in it."""
    aside, target = landing.aside(stream, stream.table), landing.target(stream.table)
    held = landing.number(f"select count(*) from {target.sql}") if landing.columns(target) else 0
    if not landing.columns(aside):
        return held
    key = stream.tables[stream.table]
    replaced = 0
    if key and held:
        replaced = landing.number(f"select count(*) from {target.sql} as held where {_is_among(key, aside)}")
    return held - replaced + landing.number(f"select count(*) from {aside.sql}")


def _is_among(key: Sequence[str], aside: Target) -> str:
    # Either may have become text.
    sides = [
        (f"cast(read.{quoted(name)} as varchar)", f"cast(held.{quoted(name)} as varchar)") for name in key
    ]
    same = " and ".join(f"{read} = {held}" for read, held in sides)
    return f"exists (select 1 from {aside.sql} as read where {same})"


def _take_over(landing: _Landing, readings: Sequence[_Reading]) -> tuple[TableLanding, ...]:
    """Inside the transaction: what was read aside takes its place in the raw tables."""
    landings: dict[str, TableLanding] = {}
    for reading in readings:
        stream = reading.stream
        for table, key in stream.tables.items():
            found = _take_over_table(landing, reading, table, key)
            before = landings.get(table)
            if before:
                status = found.status if before.status == "unchanged" else before.status
                found = replace(
                    found,
                    status=status,
                    rows_new=before.rows_new + found.rows_new,
                    drift=(*before.drift, *found.drift),
                )
            landings[table] = found
        _note(landing, stream, Position(landing.origin, stream.cursor, landed_to=reading.reached))
    for table, found in landings.items():
        load = FileLoad(table, found.rows, 0, 0, "", 0)
        if registry.current_loads(landing.connection, landing.source.name, table) != {table: load}:
            registry.forget_files_but(landing.connection, landing.source.name, table, [table])
            registry.record_loads(landing.connection, landing.source.name, table, [load], landing.landed_at)
    return tuple(landings.values())


def _take_over_table(landing: _Landing, reading: _Reading, table: str, key: Sequence[str]) -> TableLanding:
    target, aside = landing.target(table), landing.aside(reading.stream, table)
    before, now = landing.columns(target), landing.columns(aside)
    rows = landing.number(f"select count(*) from {aside.sql}") if now else 0
    status: TableStatus = "unchanged"
    drifted: tuple[drift.ColumnDrift, ...] = ()
    if rows:
        origin = landing.origin_of(reading.stream, table)
        drifted = drift.note(
            landing.connection, landing.source.name, table, before, now, landing.landed_at, origin
        )
        if before:
            drift.keep_values(landing.connection, target, aside, origin)
            now = landing.columns(aside)
    if not before:
        if now:
            landing.connection.execute(f"alter table {aside.sql} rename to {quoted(table)}")
            status = "landed"
    elif reading.is_anew:
        if not now:
            landing.connection.execute(f"delete from {target.sql}")
            status = "landed"
        elif not _is_same(landing, aside, target):
            landing.connection.execute(f"drop table {target.sql}")
            landing.connection.execute(f"alter table {aside.sql} rename to {quoted(table)}")
            status = "landed"
        else:
            rows = 0
    elif rows:
        fitted(landing.connection, target, now)
        if key:
            landing.connection.execute(f"delete from {target.sql} as held where {_is_among(key, aside)}")
        append(landing.connection, target, aside)
        status = "appended"
    landing.connection.execute(f"drop table if exists {aside.sql}")
    held = landing.number(f"select count(*) from {target.sql}") if before or now else 0
    return TableLanding(table, status, 0, held, rows_new=rows, drift=drifted)


def _is_same(landing: _Landing, aside: Target, target: Target) -> bool:
    """Whether two tables hold the same columns and rows."""
    held, read = landing.columns(target), landing.columns(aside)
    if held != read:
        return False
    sizes = {landing.number(f"select count(*) from {table.sql}") for table in (aside, target)}
    columns = ", ".join(quoted(name) for name in read if name not in METADATA)
    return len(sizes) == 1 and not landing.number(
        f"select count(*) from (select {columns} from {aside.sql}"
        f" except all select {columns} from {target.sql})"
    )
