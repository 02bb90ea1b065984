"""Runs of the whole line, each a process of its own, without the imports that each would begin with.

Reads a line per run from its standard input; tells the process id of the run, and how it ended.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import great_expectations  # noqa: F401 - imported ahead, for every run to come

from handoff import line
from orchestration import definitions  # noqa: F401 - likewise


def run_in_child(log: Path) -> int:
    """Fork a run whose output goes to a file, and return its process id."""
    child = os.fork()
    if child:
        return child
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    code = 1
    try:
        with line.on_terminal(is_debug=False):
            line.run()
        code = 0
    except SystemExit as end:
        print(end.code)
    finally:
        sys.stdout.flush()
        os._exit(code)


def main() -> None:
    """Serve until the input ends."""
    print("ready", flush=True)
    for log in sys.stdin:
        child = run_in_child(Path(log.strip()))
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
