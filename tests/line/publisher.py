"""Publishes again and again, each publication in a process of its own that may be killed.

    python -m tests.line.publisher HOME MANIFEST TABLES

Reads a number of publications per line from its standard input, tells the id of the process that makes them,
and how that ended. The warehouse's tables carry the number of the publication in their column n.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import duckdb

from handoff.publication import build_candidate, kept_publications, release, sweep
from handoff.writer import hold
from tests.line.conftest import report_all


def publish(home: Path, manifest: dict[str, Any], tables: list[str], times: int) -> None:
    """Do what a run does after dbt, a number of times."""
    for _ in range(times):
        with hold(home):
            sweep(home)
            number = max((kept.sequence for kept in kept_publications(home)), default=0) + 1
            with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
                for table in tables:
                    connection.execute(f"update marts.{table} set n = {number}")
            run_id = f"20260930T000000Z-{number:08d}"
            report_all(home, run_id, manifest)
            build_candidate(home, run_id, manifest)
            release(home, run_id)


def main() -> None:
    """Serve until the input ends."""
    home, manifest, tables = (
        Path(sys.argv[1]),
        json.loads(Path(sys.argv[2]).read_text()),
        sys.argv[3].split(","),
    )
    for times in sys.stdin:
        child = os.fork()
        if not child:
            publish(home, manifest, tables, int(times))
            os._exit(0)
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
