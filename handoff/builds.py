"""Which build the line makes: everything anew, or the rows of leads that something changed for.

A build of changes starts from the tables of the build before. It is made only where that one ended well and
nothing that is not data differs since: code, policies, settings of the sources, versions. Else all is made
anew. See docs/explanation/incremental.md.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import duckdb

from handoff.config import PROJECT, ConfigError, Settings
from handoff.landing import open_warehouse
from handoff.landing.plans import literal
from handoff.landing.raw_schemas import ASIDE

Build = Literal["whole", "changes"]

_TABLE = "create table if not exists landing.builds (fingerprint varchar, is_complete boolean)"

# What the line tells dbt.
BUILD_SETTING = "HANDOFF_BUILD"
INCREMENTAL_SETTING = "HANDOFF_INCREMENTAL"
CHOICES = ("auto", "always", "never")
# With fewer rows landed, making everything anew takes no longer.
WORTHWHILE_ROWS = 2_000_000

_CODE = ("models", "macros", "seeds", "snapshots")
_CODE_FILES = ("dbt_project.yml", "profiles.yml")


def begin(settings: Settings) -> Build:
    """Say which build can be made. From here until `complete` none is taken to have ended well.

    Raises:
        ConfigError: HANDOFF_INCREMENTAL is none of its choices.
        LandingError: the warehouse is in use or cannot be read.
    """
    chosen = os.environ.get(INCREMENTAL_SETTING, "").strip().lower() or "auto"
    if chosen not in CHOICES:
        raise ConfigError([f"{INCREMENTAL_SETTING} is {chosen!r}: it takes {', '.join(CHOICES)}."])
    with open_warehouse(settings) as connection:
        connection.execute(_TABLE)
        salt = connection.execute("select min(salt) from landing.salt").fetchone()
        fingerprint = _fingerprint(settings, str(salt), _raw_columns(connection))
        last = connection.execute("select fingerprint from landing.builds where is_complete").fetchone()
        connection.execute("delete from landing.builds")
        connection.execute(f"insert into landing.builds values ({literal(fingerprint)}, false)")
        is_worthwhile = chosen == "always" or (chosen == "auto" and _raw_rows(connection) >= WORTHWHILE_ROWS)
    return "changes" if is_worthwhile and last == (fingerprint,) else "whole"


def complete(settings: Settings) -> None:
    """Note that the build that was begun ended well. Raises LandingError: the warehouse is in use."""
    with open_warehouse(settings) as connection:
        connection.execute(_TABLE)
        connection.execute("update landing.builds set is_complete = true")


def _raw_rows(connection: duckdb.DuckDBPyConnection) -> int:
    found = connection.execute(
        "select coalesce(sum(estimated_size), 0) from duckdb_tables() where starts_with(schema_name, 'raw_')"
    ).fetchone()
    return int(found[0]) if found else 0


def _raw_columns(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, ...]]:
    """The columns that are landed: which of them feed a field hangs on all that a table has."""
    return connection.execute(
        "select schema_name, table_name, column_name, data_type from duckdb_columns()"
        f" where starts_with(schema_name, 'raw_') and not starts_with(table_name, {literal(ASIDE)})"
        " order by all"
    ).fetchall()


def _fingerprint(settings: Settings, salt: str, raw_columns: list[tuple[str, ...]]) -> str:
    """Everything but the data that a row of the warehouse hangs on."""
    digest = hashlib.sha256()
    for path in _files(settings):
        digest.update(f"{path.name}\n".encode() + path.read_bytes())
    said: list[object] = [version(package) for package in ("dbt-core", "dbt-duckdb", "duckdb")]
    said += [
        (s.name, s.crm, s.kind, s.timezone, sorted(s.fields.items()), sorted(s.tables.items()))
        for s in settings.sources
    ]
    said += [os.environ.get("HANDOFF_PUBLISH_PERSONAL_DATA", ""), salt, raw_columns]
    digest.update(repr(said).encode())
    return digest.hexdigest()


def _files(settings: Settings) -> Iterator[Path]:
    for folder in _CODE:
        yield from (path for path in sorted((PROJECT / folder).rglob("*")) if path.is_file())
    yield from (PROJECT / name for name in _CODE_FILES)
    if settings.policies_dir:
        yield from sorted(settings.policies_dir.glob("*.csv"))
