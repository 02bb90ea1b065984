"""dbt as a child process that ends with the run that started it.

dbt keeps DuckDB's file lock until its process ends, so the line runs it as a child. A run that is killed
outright cannot stop its child; left alone it would go on writing the warehouse under the next run. So the
child watches.

    python -m handoff.dbt_child <dbt arguments>
"""

from __future__ import annotations

import os
import sys
import threading
import time

PARENT_SETTING = "HANDOFF_RUN_PROCESS"
SECONDS_BETWEEN_LOOKS = 0.2


def main() -> None:
    """Run the dbt command line; exit at once when the process named by the environment is no longer the
    parent.
    """
    parent = os.environ.get(PARENT_SETTING)
    if parent:
        threading.Thread(target=_end_with, args=(int(parent),), daemon=True).start()
    from dbt.cli.main import cli

    cli(sys.argv[1:], prog_name="dbt")


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(SECONDS_BETWEEN_LOOKS)
    # No cleaning up: DuckDB's write-ahead log is made for this, and the parent's lock is already gone.
    os._exit(1)


if __name__ == "__main__":
    main()
