"""Columns that come, go or change their type between two landings of a table: told, and never a loss.

A column that is gone stays in the raw table. Rows that are landed anew keep the value that they had last,
where a key tells them apart and the origin says which columns it has; rows that are not landed anew keep it
anyway. A column whose type changed becomes text, in which both read alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

import duckdb

from handoff.landing.plans import METADATA, Target, column_types, literal, literals, quoted

Change = Literal["appeared", "vanished", "type_changed"]
# What becomes of a column's values in rows that are landed anew without it.
_LOST = "rows that are landed anew lose it, since no column tells them apart"
_BLANK = "rows that are landed anew have it blank, since JSON may leave out what is blank"
_IN_PLACE = "its values went with it, since the table is read where it is"


@dataclass(frozen=True)
class Origin:
    """What is known of a table where it comes from.

    key: the raw columns that tell its rows apart, () where none are known.
    tells_columns: whether a column that it does not hold is gone. In JSON it may just be blank in every row.
    is_in_place: whether it is read where it is, and nothing of it is kept.
    instead: columns that are gone, in lower case -> one that feeds the same field and is there.
    """

    key: tuple[str, ...] = ()
    tells_columns: bool = True
    is_in_place: bool = False
    instead: Mapping[str, str] = field(default_factory=dict)

    def keeps(self, column: str) -> bool:
        """Whether rows that are landed anew keep what they held in a column that is gone."""
        is_told = column.lower() in self.instead
        return bool(self.key) and self.tells_columns and not self.is_in_place and not is_told

    def outcome(self, column: str) -> str:
        """What becomes of the values of a column that is gone, in words."""
        if self.is_in_place:
            return _IN_PLACE
        if column.lower() in self.instead:
            return f"{self.instead[column.lower()]} feeds the same field"
        if not self.tells_columns:
            return _BLANK
        return f"each row keeps its last value, by {' and '.join(self.key)}" if self.key else _LOST


@dataclass(frozen=True)
class ColumnDrift:
    """One column that is not as it was. Types are DuckDB's; None where the column was not, or is not.

    outcome: what becomes of the values of one that vanished, in words.
    """

    column: str
    change: Change
    type_before: str | None
    type_after: str | None
    outcome: str = ""

    def __str__(self) -> str:
        """The change in words."""
        if self.change == "appeared":
            return f"column {self.column} is new"
        if self.change == "vanished":
            return f"column {self.column} has vanished: {self.outcome}"
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
    origin: Origin,
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
        replace(drift, outcome=origin.outcome(drift.column)) if drift.change == "vanished" else drift
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


def keep_values(connection: duckdb.DuckDBPyConnection, held: Target, read: Target, origin: Origin) -> None:
    """Give the rows that were read the last values of the columns that are gone, from the rows held.

    A row that is new has none; where several rows held have one key, the one landed last tells.
    """
    before, now = column_types(connection, held), column_types(connection, read)
    gone = [
        drift for drift in compare(before, now) if drift.change == "vanished" and origin.keeps(drift.column)
    ]
    if not gone:
        return
    for drift in gone:
        connection.execute(f"alter table {read.sql} add column {quoted(drift.column)} {drift.type_before}")
    values = ", ".join(f"{quoted(drift.column)} = last.{quoted(drift.column)}" for drift in gone)
    # Either side of a key may have become text.
    same = " and ".join(
        f"cast(rows.{quoted(name)} as varchar) = cast(last.{quoted(name)} as varchar)" for name in origin.key
    )
    connection.execute(
        f"update {read.sql} as rows set {values} from (from {held.sql} qualify row_number() over"
        f" (partition by {', '.join(map(quoted, origin.key))}"
        " order by _handoff_landed_at desc, _handoff_file desc, _handoff_row desc) = 1) as last"
        f" where {same}"
    )


def forget_tables_but(connection: duckdb.DuckDBPyConnection, source: str, tables: Sequence[str]) -> None:
    """A table that is gone no longer lacks a column; the history keeps what was told of it."""
    connection.execute(
        f"update landing.drift set is_current = false where source_system = {literal(source)} and is_current"
        f" and raw_table not in ({literals(tables)})"
    )
