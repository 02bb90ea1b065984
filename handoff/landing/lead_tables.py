"""Which tables of a CRM anything reads, and the one that every source must have: its leads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

import yaml

from handoff.config import PROJECT, Source
from handoff.landing.drift import Origin
from handoff.landing.results import LandingError, TableLanding


@cache
def staging_models(crm: str) -> tuple[dict[str, Any], ...]:
    """The staging models of a CRM as their yml declares them: they say what is read at all."""
    files = sorted((PROJECT / "models" / "staging" / crm).glob("*.yml"))
    return tuple(
        model
        for file in files
        for model in yaml.safe_load(file.read_text(encoding="utf-8")).get("models", [])
    )


def _meta(model: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = model.get("config", {}).get("meta", {})
    return found


def read_tables(source: Source, tables: Sequence[str]) -> list[str]:
    """Those of the tables found that a staging model of the source's CRM would read, in their order."""
    known = {plain(name) for name in source.tables.values()}
    for model in staging_models(source.crm):
        meta = _meta(model)
        known.update(plain(name) for name in [*meta.get("raw", []), *meta.get("raw_also", [])])
    return [table for table in tables if plain(table) in known]


def read_columns(
    source: Source, table: str, only: Sequence[str] | None = None
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What a staging model looks for in one of its raw tables: names in order of preference, with the values
    that a * in them stands for, and the user's own `fields:`. only: for these canonical columns.
    """
    for model in staging_models(source.crm):
        meta = _meta(model)
        if plain(table) in map(plain, [*meta.get("raw", []), *meta.get("raw_also", [])]):
            for column in model.get("columns", []):
                about = column.get("config", {}).get("meta", {})
                if about.get("kind") and (only is None or column["name"] in only):
                    for name in about.get("raw", [column["name"]]):
                        yield name, tuple(about.get("of_values", ()))
    for canonical, name in source.fields.items():
        if only is None or canonical in only:
            yield name, ()


def origin_of(
    source: Source,
    table: str,
    before: Iterable[str],
    now: Iterable[str],
    *,
    tells_columns: bool,
    key: Sequence[str] = (),
) -> Origin:
    """What is known of a raw table whose columns were `before` and are read as `now`.

    key: of the origin itself; where it has none, that of the staging model which reads the table.
    """
    held, read = {name.lower(): name for name in before}, {name.lower(): name for name in now}
    fields = _fields(source, table)
    instead = {}
    for name in held.keys() - read.keys():
        for aliases in fields.values():
            others = [read[other] for other in read if normalised(other) in aliases]
            if normalised(name) in aliases and others:
                instead[name] = others[0]
    shared = {normalised(read[name]): read[name] for name in read if name in held}
    if not key:
        by_field = [
            next((shared[alias] for alias in fields[field] if alias in shared), None)
            for field in _key(source, table)
        ]
        key = [name for name in by_field if name] if None not in by_field else []
    is_held = {name.lower() for name in key} <= held.keys() & read.keys()
    return Origin(tuple(key) if is_held else (), tells_columns, instead=instead)


def _key(source: Source, table: str) -> list[str]:
    """The canonical columns by which a staging model tells the rows of a raw table apart."""
    for model in _readers(source, table):
        found: list[str] = _meta(model).get("key", [])
        return found
    return []


def _fields(source: Source, table: str) -> dict[str, list[str]]:
    """The names that each canonical column of a raw table is read from, normalised, in their order."""
    return {
        column["name"]: [
            normalised(name)
            for name in [
                *([source.fields[column["name"]]] if column["name"] in source.fields else []),
                *column["config"]["meta"].get("raw", [column["name"]]),
            ]
        ]
        for model in _readers(source, table)
        for column in model["columns"]
        if column.get("config", {}).get("meta", {}).get("kind")
    }


def _readers(source: Source, table: str) -> list[dict[str, Any]]:
    """The staging model that reads a raw table, if any does."""
    found = []
    for model in staging_models(source.crm):
        meta = _meta(model)
        names = [model["name"].split("__")[-1], *meta.get("raw", []), *meta.get("raw_also", [])]
        known = {plain(name) for name in [*names, *meta.get("also_called", [])]}
        chosen = [given for name, given in source.tables.items() if plain(name) in known]
        if plain(table) in map(plain, [*names, *chosen]):
            found.append(model)
    return found[:1]


@cache
def lead_table_names(crm: str) -> tuple[str, tuple[str, ...]]:
    """The canonical name of a CRM's lead table, and the names under which tools land it.

    Both are read from the staging model that reads it, so that they are written once.
    """
    for model in staging_models(crm):
        meta = _meta(model)
        if meta.get("is_lead_table"):
            return model["name"].split("__")[-1], tuple(meta["raw"])
    raise LandingError(
        f"no staging model of {crm} says `is_lead_table`: the models of this copy are not complete"
    )


def find_lead_table(source: Source, tables: Sequence[str]) -> str:
    """Which of the tables found holds the source's leads.

    Raises:
        LandingError: none does.
    """
    canonical, names = lead_table_names(source.crm)
    chosen = source.tables.get(canonical)
    names = (chosen,) if chosen else names
    # Of several exports that differ by their date the latest is meant.
    found = {plain(table): table for table in sorted(tables)}
    for name in names:
        if plain(name) in found:
            return found[plain(name)]
    mend = "Mend `tables:` in the sources file."
    if not chosen:
        mend = (
            "Put it there, or if it goes by another name say so in the sources file:"
            f" `tables: {{{canonical}: <its name>}}`."
        )
    raise LandingError(
        f"{source.name}: no lead table in {source.place}. Expected {' or '.join(names)}; found:"
        f" {', '.join(tables) or 'no tables at all'}. {mend}"
    )


def check_lead_table(source: Source, landings: Sequence[TableLanding]) -> None:
    """See that the source's leads are among what was read.

    Raises:
        LandingError: they are not, or none of their files can be read.
    """
    lead_table = find_lead_table(source, [landing.table for landing in landings])
    landing = next(landing for landing in landings if landing.table == lead_table)
    failed = [load for load in landing.loads if load.error]
    if len(failed) == landing.files:
        faults = "; ".join(f"{load.file} {load.error}" for load in failed)
        raise LandingError(f"{source.name}: the lead table {lead_table} cannot be read: {faults}.")
    if landing.rows == 0 and landing.rows_set_aside:
        row = next(row for load in landing.loads for row in load.rejected)
        raise LandingError(
            f"{source.name}: not one row of the lead table {lead_table} can be parsed. The first is line"
            f" {row.line} of {row.file}: {row.error}."
        )


def plain(name: str) -> str:
    """How names of tables are compared: as macros/names.sql does, without the date that an export ends in."""
    undated = re.sub(r"[-_ ]+\d{4}[-_]\d{2}[-_]\d{2}([-_ ].*)?$", "", name.lower().strip())
    return re.sub("[^a-z0-9]", "", undated)


def normalised(name: str) -> str:
    """A column's name as the resolver compares it (macros/names.sql)."""
    unfolded = re.sub(r"^propert(?:y|ies)_+(.+?)(?:__value(?:__[a-z]+)?)?$", r"\1", name.lower().strip())
    return re.sub("[^a-z0-9]", "", re.sub("_+c$", "", unfolded))
