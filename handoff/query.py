"""Questions to the current publication, in SQL, with the answer as a table of text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from handoff.publication import Layout


class QueryProblem(Exception):
    """The question could not be answered; the message says why."""


def answer(home: Path, sql: str) -> str:
    """What the current publication says to one query, as aligned columns under their names; null is blank.

    Raises QueryProblem where nothing is published yet, or in DuckDB's words where the query is at fault.
    """
    marts = Layout(home).published / "marts.duckdb"
    if not marts.exists():
        raise QueryProblem(f"There is no publication in {home} yet. Run `make demo` or `make run`.")
    with duckdb.connect(str(marts), read_only=True) as connection:
        try:
            connection.execute("set TimeZone = 'UTC'; use marts")
            result = connection.execute(sql)
        except duckdb.Error as error:
            raise QueryProblem(str(error)) from error
        return as_table([column[0] for column in result.description or ()], result.fetchall())


def as_table(names: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Rows as aligned columns under their names, one line each; null is blank."""
    cells = [list(names), *(["" if value is None else str(value) for value in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(names))]
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n"
        for row in cells
    )
