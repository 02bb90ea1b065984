"""Build a publication aside: gates first, then a copy of every mart as DuckDB and Parquet."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import astuple, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow

from handoff import gates
from handoff.publication.layout import (
    MARTS_FILE,
    MARTS_SCHEMA,
    SCHEMA_VERSION,
    STORAGE_VERSION,
    STORED_FILE,
    Layout,
)
from handoff.publication.manifest import Manifest
from handoff.publication.personal import refuse_personal_columns
from handoff.publication.problems import PublicationProblem, PublicationRefused

QUALITY_TABLE = "fct_quality_results"
QUALITY_COLUMNS = ["run_id", "reported_at", "gate", *(column.name for column in fields(gates.GateResult))]


def build_candidate(home: Path, run_id: str, dbt_manifest: Mapping[str, Any]) -> Path:
    """Copy the marts of the warehouse into a folder of its own, if this run's gates allow it.

    Returns the folder, in which a draft of the manifest already says what was copied. Raises
    PublicationRefused naming the gates that failed or never reported, or the personal columns that would
    leave; PublicationProblem when the warehouse cannot be read or the folder cannot be written. In every
    case the last publication stays as it is.
    """
    layout = Layout(home)
    folder = layout.building_folder(run_id)
    try:
        with duckdb.connect() as connection:
            connection.execute(f"attach '{_quoted(layout.warehouse)}' as warehouse (read_only)")
            tables = _marts(connection)
            assessment = _gated(home, run_id, dbt_manifest, tables)
            refuse_personal_columns(connection, "warehouse")
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            draft = Manifest(
                run_id=run_id,
                as_of=_as_of(connection),
                schema_version=SCHEMA_VERSION,
                row_counts=_copy(connection, layout, folder, run_id, tables),
                gates_passed=list(assessment.passed),
                gates_warned=list(assessment.warned),
            )
        draft.write(folder)
    except duckdb.Error as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise PublicationProblem(
            f"The publication could not be built: {_first_line(error)} The last publication is untouched."
        ) from error
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise PublicationProblem(
            f"The publication could not be written below {layout.published}: {error.strerror or error}. "
            "The last publication is untouched."
        ) from error
    return folder


def _gated(home: Path, run_id: str, dbt_manifest: Mapping[str, Any], tables: list[str]) -> gates.Assessment:
    if not tables:
        raise PublicationRefused(
            f"Not published: the warehouse has no table in schema {MARTS_SCHEMA}. Build it first (make run)."
        )
    assessment = gates.assess(gates.read(home, run_id), gates.announced(home, run_id), dbt_manifest, tables)
    if not assessment.is_publishable:
        parts = []
        if assessment.failed:
            parts.append("critical gates failed:\n- " + "\n- ".join(assessment.failed))
        if assessment.missing:
            parts.append("expected gates did not report:\n- " + "\n- ".join(assessment.missing))
        raise PublicationRefused(f"Not published: in run {run_id} " + "\nand ".join(parts))
    return assessment


def _marts(connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = connection.execute(
        """
        select table_name
        from information_schema.tables
        where table_catalog = 'warehouse' and table_schema = ?
        order by table_name
        """,
        [MARTS_SCHEMA],
    ).fetchall()
    tables = [str(row[0]) for row in rows]
    if QUALITY_TABLE in tables:
        raise PublicationRefused(
            f"Not published: {MARTS_SCHEMA}.{QUALITY_TABLE} is written by the publication itself; it may not "
            "be a model as well."
        )
    return tables


def _copy(
    connection: duckdb.DuckDBPyConnection, layout: Layout, folder: Path, run_id: str, tables: list[str]
) -> dict[str, int]:
    target = folder / STORED_FILE
    connection.execute(f"attach '{_quoted(target)}' as publication (storage_version '{STORAGE_VERSION}')")
    connection.execute(f"create schema publication.{MARTS_SCHEMA}")
    for table in tables:
        connection.execute(
            f'create table publication.{MARTS_SCHEMA}."{table}" as from warehouse.{MARTS_SCHEMA}."{table}"'
        )
    _write_quality_results(connection, layout, run_id)
    row_counts = {}
    for table in sorted([*tables, QUALITY_TABLE]):
        relation = f'publication.{MARTS_SCHEMA}."{table}"'
        parquet = folder / f"{table}.parquet"
        connection.execute(f"copy {relation} to '{_quoted(parquet)}' (format parquet, compression zstd)")
        row = connection.execute(f"select count(*) from {relation}").fetchone()
        row_counts[table] = int(row[0]) if row else 0
    # Readers must find one finished file: everything in it, and no write-ahead log beside it.
    connection.execute("checkpoint publication")
    connection.execute("detach publication")
    log = target.with_name(target.name + ".wal")
    if log.exists():
        raise PublicationProblem(f"{log} is left after closing the publication; it is not safe to read.")
    (folder / MARTS_FILE).symlink_to(STORED_FILE)
    return row_counts


def _write_quality_results(connection: duckdb.DuckDBPyConnection, layout: Layout, run_id: str) -> None:
    """Carry the history of the last publication over and add every run recorded since, published or not."""
    quality = f"publication.{MARTS_SCHEMA}.{QUALITY_TABLE}"
    connection.execute(
        f"""
        create table {quality} (
            run_id varchar not null,
            reported_at timestamp not null,
            gate varchar not null,
            "check" varchar not null,
            "table" varchar not null,
            tier varchar not null,
            severity varchar not null,
            status varchar not null,
            observed varchar,
            expected varchar
        )
        """
    )
    previous = layout.pointer / f"{QUALITY_TABLE}.parquet"
    if previous.exists():
        connection.execute(f"insert into {quality} by name from read_parquet('{_quoted(previous)}')")
    known = {row[0] for row in connection.execute(f"select distinct run_id from {quality}").fetchall()}
    rows = [
        (recorded, report.reported_at, report.gate, *astuple(result))
        for recorded in {*gates.recorded_runs(layout.home), run_id} - known
        for report in [*gates.reports(layout.home, recorded), *gates.silent(layout.home, recorded)]
        for result in report.results
    ]
    # As one relation: row by row, DuckDB takes longer for these than for all the marts.
    fresh = pyarrow.table([list(column) for column in zip(*sorted(rows), strict=True)], names=QUALITY_COLUMNS)
    connection.register("fresh", fresh)
    connection.execute(f"insert into {quality} by name select * from fresh")
    connection.unregister("fresh")


def _as_of(connection: duckdb.DuckDBPyConnection) -> str:
    """The instant of the diagnosis: the setting, else the sources file's, else the landing's (UTC, ISO
    8601).
    """
    setting = os.environ.get("HANDOFF_AS_OF", "").strip()
    if setting:
        instant = datetime.fromisoformat(setting)
    else:
        row = connection.execute("select coalesce(as_of, landed_at) from warehouse.landing.clock").fetchone()
        if row is None:
            raise PublicationProblem(
                "landing.clock is empty: nothing says at which instant the diagnosis was made."
            )
        instant = row[0]
    if instant.tzinfo is not None:
        instant = instant.astimezone(UTC).replace(tzinfo=None)
    return instant.isoformat() + "Z"


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0].rstrip(".") + "."


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
