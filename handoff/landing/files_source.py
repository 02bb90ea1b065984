"""Landing a source of kind `files`: a folder mirrored into raw tables, one transaction for the whole source.

Files are read into tables aside first, outside any transaction: an error while reading would end it. Then
all of them take the place of the old ones at once, with the register. What a killed landing leaves aside, the
next one removes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import duckdb

from handoff.config import Source
from handoff.landing import drift, registry
from handoff.landing.csv_files import forget_rejects, in_utf8, mended_copy, plan_csv, rejects
from handoff.landing.folders import DataFile, fingerprint, scan_folder, size_and_time
from handoff.landing.json_files import plan_jsonl
from handoff.landing.lead_tables import check_lead_table, origin_of
from handoff.landing.plans import (
    ReadPlan,
    Target,
    append,
    column_types,
    literal,
    literals,
    quoted,
    readable_path,
    write,
)
from handoff.landing.raw_schemas import ASIDE, drop_aside, drop_tables_but, transaction
from handoff.landing.results import (
    FileLoad,
    LandingError,
    RejectedRow,
    SourceLanding,
    TableLanding,
    TableStatus,
    UnreadableFile,
)


@dataclass(frozen=True)
class _Prepared:
    """A table of which the new and the changed files were read aside. replaced: files whose old rows go.

    tells_columns: whether what was read has a head of its columns, as JSON has not.
    """

    landing: TableLanding
    aside: Target
    files: tuple[str, ...]
    replaced: tuple[str, ...]
    keeps_rows: bool
    tells_columns: bool


def land_files(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    landed_at: datetime,
    as_of: datetime | None,
    scratch: Path,
) -> SourceLanding:
    """Mirror the source's folder into its raw tables. Files that did not change are not read again.

    A file that cannot be read is set aside and named; where an earlier landing read it, those rows stay.
    as_of: what the sources file says, for the clock. scratch: an existing folder for copies of faulty files.

    Raises:
        LandingError: the lead table is missing or cannot be read, or two entries name the same table.
    """
    folder = scan_folder(source.path)
    connection.execute(f"create schema if not exists {quoted(source.raw_schema)}")
    drop_aside(connection, source)
    try:
        prepared = [
            _prepare(connection, source, table, files, landed_at, scratch)
            for table, files in folder.tables.items()
        ]
        landings = tuple(table.landing for table in prepared)
        check_lead_table(source, landings)
        with transaction(connection):
            drop_tables_but(connection, source, list(folder.tables))
            landings = tuple(_take_over(connection, source, table, landed_at) for table in prepared)
            registry.record_source(connection, source, landed_at)
            registry.set_clock(connection, as_of, landed_at)
    finally:
        drop_aside(connection, source)
    return SourceLanding(source.name, landings, folder.left_out)


def _prepare(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    table: str,
    files: Sequence[DataFile],
    landed_at: datetime,
    scratch: Path,
) -> _Prepared:
    """Read aside the files of a table that are new or changed."""
    target, aside = Target(source.raw_schema, table), Target(source.raw_schema, ASIDE + table)
    known = registry.current_loads(connection, source.name, table) if column_types(connection, target) else {}
    loads = []
    for file in files:
        load = _look_at(file, known.get(file.name))
        if load is known.get(file.name):
            continue
        if load.error is None:
            load = _read_aside(connection, aside, file, load, landed_at, scratch)
        loads.append(load)

    names = tuple(file.name for file in files)
    read = [load for load in loads if load.error is None]
    replaced = set(known) & ({load.file for load in read} | (set(known) - set(names)))
    kept = [load for name, load in known.items() if name not in replaced]
    status: TableStatus = "unchanged"
    if read or replaced:
        status = "appended" if kept else "landed"
    elif not known:
        status = "unreadable"
    rows = sum(load.rows_landed for load in [*kept, *read])
    landing = TableLanding(table, status, len(files), rows, tuple(loads))
    json = {file.name for file in files if file.format == "jsonl"}
    tells_columns = json.isdisjoint(load.file for load in read)
    return _Prepared(landing, aside, names, tuple(replaced), bool(kept), tells_columns)


def _look_at(file: DataFile, known: FileLoad | None) -> FileLoad:
    """What the file is now: its load before where nothing changed, else one without rows yet, or an error."""
    load = FileLoad(file.name, 0, 0, 0, "", 0)
    try:
        size, modified_ns = size_and_time(file)
        load = replace(load, bytes=size, modified_ns=modified_ns)
        if known and (size, modified_ns) == (known.bytes, known.modified_ns):
            return known
        content_hash = fingerprint(file)
    except UnreadableFile as error:
        return replace(load, error=str(error))
    if known and content_hash == known.content_hash:
        return known
    return replace(load, content_hash=content_hash)


def _read_aside(
    connection: duckdb.DuckDBPyConnection,
    aside: Target,
    file: DataFile,
    load: FileLoad,
    landed_at: datetime,
    scratch: Path,
) -> FileLoad:
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        try:
            rows, rejected = _read_file(connection, aside, file, landed_at, Path(folder))
            if size_and_time(file) != (load.bytes, load.modified_ns):
                raise UnreadableFile("was being written while it was read; the next landing will take it")
        except UnreadableFile as error:
            _remove_rows(connection, aside, file.name)
            return replace(load, error=str(error))
        except duckdb.Error as error:
            reason = str(error).splitlines()[0]
            if _is_about_the_machine(error):
                raise LandingError(f"{file.path} could not be landed: {reason}") from error
            _remove_rows(connection, aside, file.name)
            words = f"cannot be read as {file.format} ({reason}); export or copy it again"
            return replace(load, error=words)
    return replace(load, rows_landed=rows, rows_set_aside=len(rejected), rejected=tuple(rejected))


def _is_about_the_machine(error: duckdb.Error) -> bool:
    """Whether memory or disk ran out, or the warehouse broke: nothing that is the file's fault."""
    fatal = (duckdb.OutOfMemoryException, duckdb.FatalException, duckdb.InternalException)
    return isinstance(error, fatal) or "No space left" in str(error) or "Could not write" in str(error)


def _read_file(
    connection: duckdb.DuckDBPyConnection, aside: Target, file: DataFile, landed_at: datetime, scratch: Path
) -> tuple[int, list[RejectedRow]]:
    if file.format == "csv":
        return _read_csv(connection, aside, in_utf8(file, scratch), landed_at, scratch)
    if file.format == "jsonl":
        plan, rejected = plan_jsonl(connection, file, scratch)
        return write(connection, aside, plan, file.name, landed_at), rejected
    select = f"select * from read_parquet({literal(readable_path(file.path, scratch))})"
    described = connection.execute(f"describe {select}").fetchall()
    plan = ReadPlan(select, {name: kind for name, kind, *_ in described})
    return write(connection, aside, plan, file.name, landed_at), []


def _read_csv(
    connection: duckdb.DuckDBPyConnection, aside: Target, file: DataFile, landed_at: datetime, scratch: Path
) -> tuple[int, list[RejectedRow]]:
    forget_rejects(connection)
    try:
        rows = write(connection, aside, plan_csv(file, scratch), file.name, landed_at)
        rejected, has_swallowed = rejects(connection, file)
        if not has_swallowed:
            return rows, rejected
        _remove_rows(connection, aside, file.name)
    except duckdb.InvalidInputException:
        # Its state machine gave up: mixed line ends, or no CSV at all, which the second reading will tell.
        _remove_rows(connection, aside, file.name)
    mended, taken_out = mended_copy(file, scratch)
    forget_rejects(connection)
    rows = write(connection, aside, plan_csv(mended, scratch), file.name, landed_at)
    rejected, _ = rejects(connection, mended)
    return rows, sorted([*taken_out, *rejected], key=lambda row: row.line or 0)


def _remove_rows(connection: duckdb.DuckDBPyConnection, aside: Target, file: str) -> None:
    if column_types(connection, aside):
        connection.execute(f"delete from {aside.sql} where _handoff_file = {literal(file)}")


def _take_over(
    connection: duckdb.DuckDBPyConnection, source: Source, prepared: _Prepared, landed_at: datetime
) -> TableLanding:
    """Inside the transaction: what was read aside becomes the table, or a part of it."""
    table = prepared.landing.table
    target = Target(source.raw_schema, table)
    is_read = any(load.error is None for load in prepared.landing.loads)
    before, now = column_types(connection, target), column_types(connection, prepared.aside)
    drifted: tuple[drift.ColumnDrift, ...] = ()
    if is_read:
        origin = origin_of(source, table, before, now, tells_columns=prepared.tells_columns)
        drifted = drift.note(connection, source.name, table, before, now, landed_at, origin)
        if before:
            drift.keep_values(connection, target, prepared.aside, origin)
    if prepared.keeps_rows:
        if prepared.replaced:
            gone = literals(prepared.replaced)
            connection.execute(f"delete from {target.sql} where _handoff_file in ({gone})")
        if is_read:
            append(connection, target, prepared.aside)
    elif is_read:
        connection.execute(f"drop table if exists {target.sql}")
        connection.execute(f"alter table {prepared.aside.sql} rename to {quoted(table)}")
    elif prepared.replaced:
        connection.execute(f"drop table {target.sql}")
    registry.forget_files_but(connection, source.name, table, prepared.files)
    registry.record_loads(connection, source.name, table, prepared.landing.loads, landed_at)
    return replace(prepared.landing, drift=drifted)
