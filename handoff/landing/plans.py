"""How one file is read: a select over DuckDB's own reader, and writing what it gives into a raw table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

# Added to each raw row: the file it came from, its place there (1-based), and the instant of the landing.
METADATA = ("_handoff_file", "_handoff_row", "_handoff_landed_at")


@dataclass(frozen=True)
class ReadPlan:
    """A select that reads one file. columns: name -> DuckDB type, in the order of the select."""

    select: str
    columns: Mapping[str, str]


@dataclass(frozen=True)
class Target:
    """A raw table that is being written. Names are as in the catalogue, without quotes."""

    schema: str
    table: str

    @property
    def sql(self) -> str:
        """The table's name as SQL."""
        return f"{quoted(self.schema)}.{quoted(self.table)}"


def quoted(name: str) -> str:
    """A name as SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str | int | bool | datetime | None) -> str:
    """A value as SQL literal. DuckDB's parameters would do, but the first one imports pandas: a second."""
    if value is None:
        return "null"
    if isinstance(value, bool | int):
        return str(value).lower()
    if isinstance(value, datetime):
        return f"timestamp '{value.isoformat(sep=' ')}'"
    return "'" + value.replace("'", "''") + "'"


def literals(values: Iterable[str | int | bool | datetime | None]) -> str:
    """Values as SQL literals, separated by commas."""
    return ", ".join(map(literal, values))


def unique_names(names: Iterable[str]) -> list[str]:
    """Column names as the warehouse can hold them: trimmed, none blank, none twice (case does not count)."""
    taken = {name.lower() for name in METADATA}
    unique = []
    for position, given in enumerate(names, start=1):
        base = given.replace("\x00", "").strip() or f"column_{position}"
        name, suffix = base, 0
        while name.lower() in taken:
            suffix += 1
            name = f"{base}_{suffix}"
        taken.add(name.lower())
        unique.append(name)
    return unique


def text_columns(names: Iterable[str]) -> str:
    """The `columns` argument of DuckDB's readers that reads every column as text."""
    return "{" + ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names) + "}"


def readable_path(path: Path, scratch: Path) -> str:
    """The path as DuckDB may be given it: one that it would take for a pattern goes by a link."""
    if not any(character in str(path) for character in "*?["):
        return str(path)
    link = scratch / f"plain{''.join(path.suffixes[-2:])}"
    link.unlink(missing_ok=True)
    link.symlink_to(path)
    return str(link)


def write(
    connection: duckdb.DuckDBPyConnection,
    target: Target,
    plan: ReadPlan,
    name: str,
    landed_at: datetime,
    rows_before: int = 0,
) -> int:
    """Write what a plan reads of the file `name` into the target. Returns the rows written.

    rows_before: how many rows of that file were written already. The target is made, or widened as the file
    needs: a column that another file does not have is null in that one's rows, and one that has another type
    there becomes text.

    Raises:
        duckdb.Error: the file could not be read.
    """
    metadata = (
        f"{literal(name)} as _handoff_file, cast(null as bigint) as _handoff_row,"
        f" {literal(landed_at)} as _handoff_landed_at"
    )
    if column_types(connection, target):
        projection = fitted(connection, target, plan.columns)
        statement = f"insert into {target.sql} by name select {projection}, {metadata} from ({plan.select})"
    else:
        statement = f"create table {target.sql} as select *, {metadata} from ({plan.select})"
    (count,) = connection.execute(statement).fetchone() or (0,)
    # Counting while reading would keep the reader to one thread. Rows are stored in the order of the file.
    connection.execute(
        f"update {target.sql} set _handoff_row = {rows_before} + 1 + rowid"
        f" - (select min(rowid) from {target.sql} where _handoff_row is null) where _handoff_row is null"
    )
    return int(count)


def append(connection: duckdb.DuckDBPyConnection, target: Target, added: Target) -> None:
    """Add the rows of one raw table to another, which is widened as they need."""
    projection = fitted(connection, target, column_types(connection, added))
    connection.execute(f"insert into {target.sql} by name select {projection} from {added.sql}")


def column_types(connection: duckdb.DuckDBPyConnection, target: Target) -> dict[str, str]:
    """Columns of a table with their types; empty where there is no such table."""
    rows = connection.execute(
        "select column_name, data_type from duckdb_columns() where database_name = current_database()"
        f" and schema_name = {literal(target.schema)} and table_name = {literal(target.table)}"
        " order by column_index"
    )
    return dict(rows.fetchall())


def fitted(connection: duckdb.DuckDBPyConnection, target: Target, columns: Mapping[str, str]) -> str:
    """Make room in the target for these columns. Returns the select list that fits them in."""
    held = {name.lower(): kind for name, kind in column_types(connection, target).items()}
    as_text = []
    for name, kind in columns.items():
        column, here = quoted(name), held.get(name.lower())
        if here is None:
            connection.execute(f"alter table {target.sql} add column {column} {kind}")
        elif here != kind:
            if here != "VARCHAR":
                value = f"to_json({column})" if _is_nested(here) else column
                to_text = f"type varchar using cast({value} as varchar)"
                connection.execute(f"alter table {target.sql} alter column {column} {to_text}")
            if _is_nested(kind):
                as_text.append(f"cast(to_json({column}) as varchar) as {column}")
    return f"* replace ({', '.join(as_text)})" if as_text else "*"


def _is_nested(kind: str) -> bool:
    return kind.startswith(("STRUCT", "MAP", "UNION")) or kind.endswith("]")
