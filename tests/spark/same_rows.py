"""Whether two tables hold the same rows, whatever their order: floats to 1e-9, everything else exactly."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

import duckdb

TOLERANCE = 1e-9
FLOATS = ("DOUBLE", "FLOAT")
# Differences told of one table.
TOLD = 5


def differences(connection: duckdb.DuckDBPyConnection, ours: str, theirs: str) -> list[str]:
    """What differs between two relations of DuckDB, in words; types, columns and rows.

    Both are sorted by what must be equal first, so that a row stands beside its own.
    """
    columns, other_columns = (
        {name: held for name, held, *_ in connection.execute(f"describe {relation}").fetchall()}
        for relation in (ours, theirs)
    )
    if columns != other_columns:
        apart = sorted(set(columns.items()) ^ set(other_columns.items()))
        return [f"columns: {apart}"]
    exact = [name for name, held in columns.items() if held not in FLOATS]
    floats = [name for name in columns if name not in exact]
    order = [f'"{name}" nulls last' for name in exact]
    order += [f'round("{name}", 6) nulls last' for name in floats]
    selected = ", ".join(f'"{name}"' for name in exact + floats)
    mine, other = (
        connection.execute(f"select {selected} from {relation} order by {', '.join(order)}").fetchall()
        for relation in (ours, theirs)
    )
    found = [f"{len(mine)} rows and {len(other)}"] if len(mine) != len(other) else []
    return found + [told for _, told in zip(range(TOLD), _apart(exact + floats, mine, other), strict=False)]


def _apart(columns: list[str], ours: list[tuple[Any, ...]], theirs: list[tuple[Any, ...]]) -> Iterator[str]:
    for row, other in zip_longest(ours, theirs):
        if row is None or other is None:
            yield f"only in {'theirs' if row is None else 'ours'}: {other if row is None else row}"
            continue
        if row == other:
            continue
        for column, mine, its in zip(columns, row, other, strict=True):
            if not is_same(mine, its):
                yield f"{column}: {mine!r} and {its!r} in {row[:4]}"


def is_same(ours: object, theirs: object) -> bool:
    """Whether two values are one: floats to a billionth of their size, or of 1 where they are smaller."""
    if isinstance(ours, float) and isinstance(theirs, float):
        if math.isnan(ours) or math.isnan(theirs):
            return math.isnan(ours) and math.isnan(theirs)
        return ours == theirs or abs(ours - theirs) <= TOLERANCE * max(1.0, abs(ours), abs(theirs))
    return ours == theirs and type(ours) is type(theirs)
