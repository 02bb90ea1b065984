"""Which build the line makes: everything anew, or the rows of leads that something changed for.

A build of changes starts from the tables of the build before. It is made only where that one ended well.
Where a policy or a model's own SQL differs since, what hangs on it is made whole. Where anything else does
that is not data (macros, settings of the sources, versions), all is made anew. See
docs/explanation/incremental.md.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import duckdb

from handoff.config import PROJECT, ConfigError, Settings
from handoff.dbt_project import manifest
from handoff.landing import open_warehouse
from handoff.landing.plans import literal
from handoff.landing.raw_schemas import ASIDE

_TABLE = """
create table if not exists landing.builds (fingerprint varchar, is_complete boolean);
alter table landing.builds add column if not exists parts varchar
"""

# What the line tells dbt: which build it makes, and the models that a build of changes makes whole.
BUILD_SETTING = "HANDOFF_BUILD"
WHOLE_MODELS_SETTING = "HANDOFF_WHOLE_MODELS"
# What it tells dbt where some models alone are built.
OF_SOME_MODELS = {BUILD_SETTING: "", WHOLE_MODELS_SETTING: ""}
INCREMENTAL_SETTING = "HANDOFF_INCREMENTAL"
CHOICES = ("auto", "always", "never")
# With fewer rows landed, making everything anew takes no longer.
WORTHWHILE_ROWS = 2_000_000

_CODE = ("models", "macros", "seeds", "snapshots")
_CODE_FILES = ("dbt_project.yml", "profiles.yml")
# How a model names a table that it reads as the build before left it.
_LEFT_BEFORE = re.compile(r"\b(?:kept|still)\('(\w+)'\)")


@dataclass(frozen=True)
class Build:
    """A build of the line. differing: policies and models that differ since the build before.

    whole_models: what a build of changes makes whole, since it hangs on them.
    """

    kind: Literal["whole", "changes"]
    differing: tuple[str, ...] = ()
    whole_models: tuple[str, ...] = ()

    @property
    def environment(self) -> dict[str, str]:
        """What tells dbt of it."""
        return {BUILD_SETTING: self.kind, WHOLE_MODELS_SETTING: ",".join(self.whole_models)}


def begin(settings: Settings) -> Build:
    """Say which build can be made. From here until `complete` none is taken to have ended well.

    Raises:
        ConfigError: HANDOFF_INCREMENTAL is none of its choices.
        LandingError: the warehouse is in use or cannot be read.
        DbtProblem: the project cannot be parsed.
    """
    chosen = os.environ.get(INCREMENTAL_SETTING, "").strip().lower() or "auto"
    if chosen not in CHOICES:
        raise ConfigError([f"{INCREMENTAL_SETTING} is {chosen!r}: it takes {', '.join(CHOICES)}."])
    parts = _parts(settings)
    with open_warehouse(settings) as connection:
        connection.execute(_TABLE)
        salt = connection.execute("select min(salt) from landing.salt").fetchone()
        fingerprint = _fingerprint(settings, str(salt), _raw_columns(connection))
        last = connection.execute(
            "select fingerprint, parts from landing.builds where is_complete"
        ).fetchone()
        connection.execute("delete from landing.builds")
        connection.execute(
            f"insert into landing.builds values ({literal(fingerprint)}, false, {literal(json.dumps(parts))})"
        )
        is_worthwhile = chosen == "always" or (chosen == "auto" and _raw_rows(connection) >= WORTHWHILE_ROWS)
    if not is_worthwhile or not last or last[0] != fingerprint:
        return Build("whole")
    before = json.loads(last[1])
    differing = sorted(name for name in {*parts, *before} if parts.get(name) != before.get(name))
    return _of_changes(manifest(settings.home), differing) if differing else Build("changes")


def _of_changes(project: Mapping[str, Any], differing: Iterable[str]) -> Build:
    """The build of changes that makes whole what hangs on the policies and models that differ."""
    models = {
        id_: node for id_, node in project["nodes"].items() if node["resource_type"] in ("model", "seed")
    }
    found = {id_ for id_, node in models.items() if node["name"] in differing}
    others = list(found)
    while others:
        children = {id_ for id_ in project["child_map"][others.pop()] if id_ in models} - found
        found |= children
        others += children
    whole = {models[id_]["name"] for id_ in found if models[id_]["resource_type"] == "model"}
    left_before = {name for node in models.values() for name in _LEFT_BEFORE.findall(node["raw_code"])}
    code = {node["name"] for node in models.values() if node["resource_type"] == "model"}
    # Of other SQL what the build before left may lack a column.
    if code.intersection(differing) and whole & left_before:
        return Build("whole")
    return Build("changes", tuple(differing), tuple(sorted(whole)))


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
    """Everything but the data, the policies and the models that a row of the warehouse hangs on."""
    digest = hashlib.sha256()
    for path, part in _files():
        if part is None:
            digest.update(f"{path.name}\n".encode() + path.read_bytes())
    said: list[object] = [version(package) for package in ("dbt-core", "dbt-duckdb", "duckdb")]
    said += [
        (s.name, s.crm, s.kind, s.timezone, sorted(s.fields.items()), sorted(s.tables.items()))
        for s in settings.sources
    ]
    said += [os.environ.get("HANDOFF_PUBLISH_PERSONAL_DATA", ""), salt, raw_columns]
    digest.update(repr(said).encode())
    return digest.hexdigest()


def _parts(settings: Settings) -> dict[str, str]:
    """Digests of the policies in use and of the models, by name; the user's file is used if there is one."""
    contents: dict[str, list[bytes]] = {}
    for path, name in _files():
        if name:
            own = settings.policies_dir / path.name if settings.policies_dir else path
            is_own = path.suffix == ".csv" and own.exists()
            contents.setdefault(name, []).append((own if is_own else path).read_bytes())
    return {name: hashlib.sha256(b"\0".join(content)).hexdigest() for name, content in contents.items()}


def _files() -> Iterator[tuple[Path, str | None]]:
    """The project's files, each with the policy or the model that it is of, if it is of one alone."""
    models = {path.stem for path in (PROJECT / "models").rglob("*.sql")}
    for folder in _CODE:
        for path in sorted((PROJECT / folder).rglob("*")):
            is_part = path.stem in models if folder == "models" else path.suffix == ".csv"
            if path.is_file():
                yield path, path.stem if is_part else None
    yield from ((PROJECT / name, None) for name in _CODE_FILES)
