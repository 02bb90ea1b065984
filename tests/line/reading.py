"""A reader of the publication: connects, queries three tables, reconnects, until its input ends.

    python -m tests.line.reading PUBLISHED

Tells as JSON how often it read, which publications it saw, and whatever went wrong.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path

import duckdb

TABLES = ("first", "second", "third")
TOGETHER = "select a.n, b.n, c.n from marts.first a, marts.second b, marts.third c"


def read(published: Path) -> set[int]:
    """The numbers that one connection sees: in one query, in one after another, and in Parquet."""
    with duckdb.connect(str(published / "marts.duckdb"), read_only=True) as connection:
        (together,) = connection.execute(TOGETHER).fetchall()
        seen = set(together)
        for table in TABLES:
            seen |= {n for (n,) in connection.execute(f"select n from marts.{table}").fetchall()}
        (rows,) = connection.execute("select count(*) from marts.fct_quality_results").fetchall()
        assert rows[0] > 0
    return seen


def read_parquet(published: Path) -> set[int]:
    """The same in Parquet, as the docs say: `current` is resolved once."""
    folder = (published / "current").resolve()
    with duckdb.connect() as connection:
        found = connection.execute(
            "select n from read_parquet(?)", [[str(folder / f"{table}.parquet") for table in TABLES]]
        )
        return {n for (n,) in found.fetchall()}


def main() -> None:
    """Read until the input ends."""
    published = Path(sys.argv[1])
    is_done = threading.Event()

    def wait_for_the_end() -> None:
        sys.stdin.read()
        is_done.set()

    threading.Thread(target=wait_for_the_end, daemon=True).start()
    reads, seen, faults, last = 0, set(), [], 0
    while not is_done.is_set():
        for reading in (read, read_parquet):
            try:
                found = reading(published)
            except Exception as error:
                faults.append(repr(error))
                continue
            reads += 1
            seen |= found
            if len(found) != 1:
                faults.append(f"mixed: {sorted(found)}")
            elif min(found) < last:
                faults.append(f"went back from {last} to {min(found)}")
            last = max(found)
        time.sleep(0.15)
    print(json.dumps({"reads": reads, "seen": len(seen), "faults": faults[:5]}))


if __name__ == "__main__":
    main()
