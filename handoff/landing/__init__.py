"""Landing: CRM sources as they are become raw tables of the warehouse, with a register of their files.

`land(settings)` is the whole of it. Schemas written: `landing`, the register, and `raw_<source>` for each.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from handoff.config import Settings, Source
from handoff.environment import MEMORY_DEFAULT, MEMORY_SETTING
from handoff.landing import registry
from handoff.landing.files_source import land_files
from handoff.landing.raw_schemas import transaction
from handoff.landing.results import (
    FileLoad,
    LandingError,
    LandingReport,
    RejectedRow,
    SourceLanding,
    TableLanding,
)
from handoff.landing.warehouse_source import land_warehouse

__all__ = [
    "FileLoad",
    "LandingError",
    "LandingReport",
    "RejectedRow",
    "SourceLanding",
    "TableLanding",
    "land",
    "open_warehouse",
]

_Lander = Callable[[duckdb.DuckDBPyConnection, Source, datetime, datetime | None, Path], SourceLanding]

# Of DuckDB's storage formats; what is published has an older one, for readers of all ages.
WAREHOUSE_FORMAT = "v1.4.0"


def land(settings: Settings, on_source: Callable[[Source], None] | None = None) -> LandingReport:
    """Land every source of the settings; each is whole or as it was before, whenever the process may die.

    What has not changed since the last landing is not read again; a source no longer listed is dropped.
    on_source: called as each source begins.

    Raises:
        LandingError: a source that cannot be reached or lets us not in, a lead table that is missing or
            cannot be read, or a warehouse that another process holds.
    """
    report = LandingReport(_landing_instant(settings))
    with open_warehouse(settings) as connection, tempfile.TemporaryDirectory(dir=settings.home) as scratch:
        registry.create(connection)
        for source in settings.sources:
            if on_source:
                on_source(source)
            lander = _lander_of(source)
            report.sources.append(
                lander(connection, source, report.landed_at, settings.file_as_of, Path(scratch))
            )
        with transaction(connection):
            registry.forget_sources_but(connection, [source.name for source in settings.sources])
    return report


def _lander_of(source: Source) -> _Lander:
    """What lands the source. dlt and SQLAlchemy take seconds to import: only whoever needs them waits."""
    if source.kind == "database":
        from handoff.landing.database_source import land_database

        return land_database
    if source.kind == "api":
        from handoff.landing.api import land_api

        return land_api
    return land_warehouse if source.kind == "warehouse" else land_files


def _landing_instant(settings: Settings) -> datetime:
    """Now, in naive UTC, but never before the instant of the diagnosis.

    Whatever happened by then has happened when it is landed, also where a clock is slow or a diagnosis is
    made for a day to come; rows after the landing are set aside as impossible.
    """
    now = datetime.now(UTC).replace(tzinfo=None)
    return max(now, settings.as_of or now, settings.file_as_of or now)


def _limit_memory(connection: duckdb.DuckDBPyConnection) -> None:
    limit = os.environ.get(MEMORY_SETTING, MEMORY_DEFAULT)
    try:
        connection.execute(f"set memory_limit = '{limit.replace(chr(39), chr(39) * 2)}'")
    except duckdb.Error as error:
        connection.close()
        raise LandingError(
            f"{MEMORY_SETTING} is {limit!r}, which is no amount of memory: write 8GB or 500MB."
        ) from error


def open_warehouse(settings: Settings) -> duckdb.DuckDBPyConnection:
    """A connection that writes to the private warehouse, made if there is none; only its owner may read it.

    Raises:
        LandingError: another process holds the warehouse, the folder cannot be written, or the memory limit
            is no amount.
    """
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        # Only this project's own DuckDB reads the warehouse: the newer format is written a quarter faster.
        connection = duckdb.connect(
            str(settings.warehouse_path), config={"storage_compatibility_version": WAREHOUSE_FORMAT}
        )
        _limit_memory(connection)
        connection.execute("set TimeZone = 'UTC'")
        settings.warehouse_path.chmod(0o600)
    except duckdb.IOException as error:
        if "lock" in str(error):
            raise LandingError(
                f"{settings.warehouse_path} is in use by another process: wait until that is done, or end it."
                f" ({str(error).splitlines()[0]})"
            ) from error
        raise LandingError(f"{settings.warehouse_path} cannot be opened: {error}") from error
    except OSError as error:
        raise LandingError(
            f"{settings.home} cannot be written ({error.strerror}). Set HANDOFF_HOME to a folder that can be."
        ) from error
    return connection
