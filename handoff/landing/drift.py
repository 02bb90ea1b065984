"""Columns that come, go or change their type between two landings of a table: told, and never a loss.

A column that is gone stays in the raw table, and so do the values of the rows that are not landed anew; one
whose type changed becomes text there, in which both read alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import duckdb

from handoff.landing.plans import METADATA, literal, literals

Change = Literal["appeared", "vanished", "type_changed"]


@dataclass(frozen=True)
class ColumnDrift:
    """One column that is not as it was. Types are DuckDB's; None where the column was not, or is not."""

    column: str
    change: Change
    type_before: str | None
    type_after: str | None

    def __str__(self) -> str:
        """The change in words."""
        if self.change == "appeared":
            return f"column {self.column} is new"
        if self.change == "vanished":
            return f"column {self.column} has vanished; what was landed of it before stays"
        return f"column {self.column} was {self.type_before} and is {self.type_after}; it is kept as text"


def compare(before: Mapping[str, str], now: Mapping[str, str]) -> list[ColumnDrift]:
    """What differs between the columns of a table and those of what is landed now: name -> type.

    Case does not count, nor what the landing adds; a table that was not there before has not changed.
    """
    held = {name.lower(): (name, kind) for name, kind in before.items() if name not in METADATA}
    found = {name.lower(): (name, kind) for name, kind in now.items() if name not in METADATA}
    if not held or not found:
        return []
    changes = [
        ColumnDrift(name, "vanished", kind, None) for key, (name, kind) in held.items() if key not in found
    ]
    for key, (name, kind) in found.items():
        if key not in held:
            changes.append(ColumnDrift(name, "appeared", None, kind))
        elif kind != held[key][1]:
            changes.append(ColumnDrift(name, "type_changed", held[key][1], kind))
    return changes


def note(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    table: str,
    before: Mapping[str, str],
    now: Mapping[str, str],
    landed_at: datetime,
) -> tuple[ColumnDrift, ...]:
    """Write into `landing.drift` what is not known of it yet, and return that.

    before: the columns of the raw table ahead of this landing. now: those of what this landing read of it.
    """
    of_table = f"source_system = {literal(source)} and raw_table = {literal(table)}"
    connection.execute(
        f"update landing.drift set is_current = false where {of_table} and is_current"
        f" and (change <> 'vanished' or lower(column_name) in ({literals(name.lower() for name in now)}))"
    )
    known = connection.execute(
        f"select lower(column_name), change, type_after from landing.drift where {of_table}"
        # A column kept as text differs from its source at every landing: that is told once.
        " and (is_current or change = 'type_changed')"
    ).fetchall()
    fresh = tuple(
        drift
        for drift in compare(before, now)
        if (drift.column.lower(), drift.change, drift.type_after) not in known
    )
    for drift in fresh:
        values = literals(
            [
                *(source, table, drift.column, drift.change, drift.type_before, drift.type_after),
                *(landed_at, True),
            ]
        )
        connection.execute(f"insert into landing.drift values ({values})")
    return fresh


def forget_tables_but(connection: duckdb.DuckDBPyConnection, source: str, tables: Sequence[str]) -> None:
    """A table that is gone no longer lacks a column; the history keeps what was told of it."""
    connection.execute(
        f"update landing.drift set is_current = false where source_system = {literal(source)} and is_current"
        f" and raw_table not in ({literals(tables)})"
    )
