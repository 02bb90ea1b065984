"""`python -m handoff <command>`: what a person, a scheduler or make asks the line to do.

Each command imports what it needs when it is called: Dagster and Great Expectations take seconds to import.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from handoff.config import home_folder


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; exits with 1 and plain words when what it names did not happen."""
    parser = argparse.ArgumentParser(prog="python -m handoff", description=__doc__)
    commands = parser.add_subparsers(metavar="command", required=True)

    demo = commands.add_parser("demo", help="write the demo CRM, then land, build, gate, publish and report")
    demo.add_argument("--leads", type=int, default=5000, help="leads per CRM (default %(default)s)")
    demo.add_argument("--seed", type=int, default=1, help="seed of the demo CRM (default %(default)s)")
    demo.add_argument("--debug", action="store_true", help="show the trace of a failure")
    demo.set_defaults(call=_demo)

    run = commands.add_parser("run", help="run the line on the sources that HANDOFF_SOURCES names")
    run.add_argument("--debug", action="store_true", help="show the trace of a failure")
    run.set_defaults(call=_run)

    verify = commands.add_parser("verify", help="check a publication against its manifest")
    verify.add_argument("run_id", nargs="?", help="a publication that is kept (default: the current one)")
    verify.set_defaults(call=_verify)

    options = parser.parse_args(arguments)
    options.call(options)


def _demo(options: argparse.Namespace) -> None:
    from handoff import line

    with line.on_terminal(is_debug=options.debug):
        line.demo(leads=options.leads, seed=options.seed)


def _run(options: argparse.Namespace) -> None:
    from handoff import line

    with line.on_terminal(is_debug=options.debug):
        line.run()


def _verify(options: argparse.Namespace) -> None:
    from handoff.publication import PublicationProblem, verify

    try:
        manifest = verify(home_folder(), options.run_id)
    except PublicationProblem as problem:
        sys.exit(str(problem))
    rows = sum(manifest.row_counts.values())
    print(
        f"Publication {manifest.run_id} is whole: {len(manifest.checksums)} files, "
        f"{len(manifest.row_counts)} tables, {rows:,} rows, {len(manifest.gates_passed)} gates passed, "
        f"{len(manifest.gates_warned)} warned."
    )
