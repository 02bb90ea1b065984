"""What happened in the demo CRM, as columns: the neutral form that each writer turns into a CRM's own
tables."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

NULL_INSTANT = np.int64(-(2**62))
"""No instant; every other instant is in seconds since 1970, UTC."""

Columns = dict[str, NDArray[Any]]

STAGE, STATUS, OWNER = 0, 1, 2
CHANGED_FIELDS = ("lifecycle_stage", "status", "owner_id")


class Ledger:
    """Tables of equally long columns, appended to story by story."""

    def __init__(self) -> None:
        """Start empty."""
        self._parts: dict[str, list[Columns]] = defaultdict(list)

    def add(self, table: str, **columns: Any) -> None:  # noqa: ANN401 - arrays, or one value for all rows
        """Append rows; a scalar stands for every row. At least one column must be an array."""
        count = max(len(c) for c in columns.values() if isinstance(c, np.ndarray) and c.ndim)
        if count:
            self._parts[table].append(
                {n: np.broadcast_to(np.asarray(c), (count,)) for n, c in columns.items()}
            )

    def table(self, name: str) -> Columns:
        """All rows of a table, in the order added; empty where none was."""
        parts = self._parts.get(name, [])
        return {
            column: np.concatenate([part[column] for part in parts]) for column in (parts[0] if parts else {})
        }

    def rows(self, name: str) -> int:
        """How many rows a table has."""
        return sum(len(next(iter(part.values()))) for part in self._parts.get(name, []))


def mix(number: NDArray[np.int64], salt: int) -> NDArray[np.int64]:
    """A well-mixed non-negative number for each number: the demo's coin, the same on every run."""
    x = number.astype(np.uint64) + np.uint64(salt * 0x9E3779B97F4A7C15 % 2**64)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((x ^ (x >> np.uint64(31))) >> np.uint64(2)).astype(np.int64)
