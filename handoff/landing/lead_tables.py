"""The one table that every source must have: its leads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import yaml

from handoff.config import PROJECT, Source
from handoff.landing.results import LandingError, TableLanding


@cache
def lead_table_names(crm: str) -> tuple[str, tuple[str, ...]]:
    """The canonical name of a CRM's lead table, and the names under which tools land it.

    Both are read from the staging model that reads it, so that they are written once.
    """
    for file in sorted((PROJECT / "models" / "staging" / crm).glob("*.yml")):
        text = file.read_text(encoding="utf-8")
        if "is_lead_table" not in text:
            continue
        for model in yaml.safe_load(text).get("models", []):
            meta = model.get("config", {}).get("meta", {})
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
    found = {_plain(table): table for table in tables}
    for name in names:
        if _plain(name) in found:
            return found[_plain(name)]
    mend = "Mend `tables:` in the sources file."
    if not chosen:
        mend = (
            "Put it there, or if it goes by another name say so in the sources file:"
            f" `tables: {{{canonical}: <its name>}}`."
        )
    raise LandingError(
        f"{source.name}: no lead table in {source.path}. Expected {' or '.join(names)}; found:"
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


def _plain(name: str) -> str:
    return re.sub("[^a-z0-9]", "", name.lower())
