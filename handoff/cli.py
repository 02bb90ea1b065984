"""`python -m handoff <command>`: what a person, a scheduler or make asks the line to do.

Each command imports what it needs when it is called: Dagster and Great Expectations take seconds to import.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from handoff.config import ConfigError, home_folder


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; exits with 1 and plain words when what it names did not happen."""
    options = _parser().parse_args(arguments)
    options.call(options)


def command_line() -> Iterator[list[str]]:
    """Every command with its arguments, and what it does."""
    yield from _described(_parser())


def _described(parser: argparse.ArgumentParser) -> Iterator[list[str]]:
    for action in parser._actions:
        if not isinstance(action, argparse._SubParsersAction):
            continue
        helps = {choice.dest: choice.help or "" for choice in action._choices_actions}
        for name, command in action.choices.items():
            inner = list(_described(command))
            usage = " ".join(command.format_usage().split()).split(" -m handoff ", 1)[1]
            yield from inner or [[usage.replace(" [-h]", ""), helps[name]]]


def _parser() -> argparse.ArgumentParser:
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

    publications = commands.add_parser("publications", help="list the publications that are kept")
    publications.set_defaults(call=_publications)

    rollback = commands.add_parser("rollback", help="make an earlier publication the current one")
    rollback.add_argument(
        "run_id", nargs="?", help="a publication that is kept (default: the one before the current)"
    )
    rollback.set_defaults(call=_rollback)

    query = commands.add_parser("query", help="ask the current publication something in SQL")
    query.add_argument("sql", help="one query; tables need no schema: select count(*) from fct_handoffs")
    query.set_defaults(call=_query)

    land = commands.add_parser("land", help="land the sources and policies, and nothing after it")
    land.set_defaults(call=_land)

    resolution = commands.add_parser(
        "resolution", help="list for every canonical field the raw column that feeds it, or: not recorded"
    )
    resolution.add_argument("source", nargs="?", help="one source of the sources file (default: all landed)")
    resolution.add_argument("--brief", action="store_true", help="leave out what is not recorded")
    resolution.set_defaults(call=_resolution)

    policies = commands.add_parser("policies", help="check policies; list raw values that no map knows")
    _add_policies(policies)

    bench = commands.add_parser(
        "bench", help="time the build on a busy CRM, beside what DuckDB alone must do"
    )
    bench.add_argument("--leads", type=int, default=100_000, help="leads of the CRM (default %(default)s)")
    bench.add_argument(
        "--build-alone",
        action="store_true",
        help="stop after the build, and keep only what it reads: for CRMs that fill the disk",
    )
    bench.set_defaults(call=_bench)

    spark = commands.add_parser("spark", help="start a Spark cluster on this machine, until it is stopped")
    spark.add_argument(
        "--workers", type=int, default=2, help="workers of one core each (default %(default)s)"
    )
    spark.add_argument("--memory", default="1g", help="memory of each worker (default %(default)s)")
    spark.add_argument(
        "--driver-memory", default="2g", help="memory of the thrift server (default %(default)s)"
    )
    spark.add_argument(
        "--conf", action="append", default=[], metavar="KEY=VALUE", help="a setting of Spark; may be repeated"
    )
    spark.set_defaults(call=_spark)

    lake = commands.add_parser("lake", help="land the sources, and make them tables of the Spark cluster")
    lake.set_defaults(call=_lake)

    doctor = commands.add_parser("doctor", help="check environment, sources, credentials and policies")
    doctor.set_defaults(call=_doctor)

    return parser


def _add_policies(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(metavar="command", required=True)
    check = commands.add_parser("check", help="check a folder of policies; exits with 1 on any fault")
    check.add_argument(
        "folder", nargs="?", type=Path, help="default: HANDOFF_POLICIES, else the shipped ones"
    )
    check.set_defaults(call=_check_policies)
    unmapped = commands.add_parser("unmapped", help="raw values that no map knows, as rows to paste")
    unmapped.set_defaults(call=_unmapped)


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


def _publications(_: argparse.Namespace) -> None:
    from handoff.publication import PublicationProblem, current_run, kept_publications

    try:
        kept = kept_publications(home_folder())
    except PublicationProblem as problem:
        sys.exit(str(problem))
    current = current_run(home_folder())
    for manifest in kept:
        rows = sum(manifest.row_counts.values())
        mark = "*" if manifest.run_id == current else " "
        print(
            f"{mark} {manifest.run_id}  published {manifest.published_at}  as of {manifest.as_of}  "
            f"{rows:,} rows  {len(manifest.gates_warned)} warned"
        )
    print("* is what readers see." if kept else "Nothing has been published yet.")


def _rollback(options: argparse.Namespace) -> None:
    from handoff.publication import PublicationProblem, rollback
    from handoff.writer import HomeIsBusy, hold

    try:
        with hold(home_folder()):
            manifest = rollback(home_folder(), options.run_id)
    except (PublicationProblem, HomeIsBusy) as problem:
        sys.exit(str(problem))
    print(
        f"Readers now see publication {manifest.run_id}, as of {manifest.as_of}. The next run publishes "
        "anew: stop its schedule, or mend what made you go back."
    )


def _query(options: argparse.Namespace) -> None:
    from handoff.query import QueryProblem, answer

    try:
        print(answer(home_folder(), options.sql), end="")
    except QueryProblem as problem:
        sys.exit(str(problem))


def _land(_: argparse.Namespace) -> None:
    from handoff.config import load_settings
    from handoff.landing import LandingError, land
    from handoff.policies import land_policies, require_sound
    from handoff.writer import HomeIsBusy, hold

    try:
        settings = load_settings()
        require_sound(settings)
        with hold(settings.home):
            report = land(settings, on_source=lambda source: print(f"Landing {source.name} …", flush=True))
            policies = land_policies(settings)
    except (ConfigError, LandingError, HomeIsBusy) as problem:
        sys.exit(str(problem))
    print("\n".join(report.lines()))
    print(f"Landed in {settings.warehouse_path}, policies of your own: {', '.join(policies) or 'none'}.")


def _resolution(options: argparse.Namespace) -> None:
    from handoff.dbt_project import DbtProblem
    from handoff.resolution import lines, resolve

    try:
        sources = resolve(home_folder(), options.source)
    except (ConfigError, DbtProblem) as problem:
        sys.exit(str(problem))
    print("\n".join(lines(sources, is_brief=options.brief)))


def _check_policies(options: argparse.Namespace) -> None:
    from handoff.config import SHIPPED_POLICIES, policies_folder
    from handoff.policies import advise, check

    try:
        folder = options.folder or policies_folder()
    except ConfigError as problem:
        sys.exit(str(problem))
    if folder and not folder.is_dir():
        sys.exit(f"{folder}: no such folder. Name the folder of your policy CSVs.")
    faults = check(folder)
    for fault in faults:
        print(fault)
    for advice in advise(folder):
        print(f"note: {advice}")
    if faults:
        sys.exit(1)
    print(f"The policies of {folder or SHIPPED_POLICIES} are sound.")


def _unmapped(_: argparse.Namespace) -> None:
    from handoff.config import load_settings
    from handoff.policies import as_policy_rows, unmapped

    try:
        values = unmapped(load_settings())
    except ConfigError as problem:
        sys.exit(str(problem))
    print("\n".join(as_policy_rows(values)) or "# The maps know every value of the last build.")


def _doctor(_: argparse.Namespace) -> None:
    from handoff.doctor import examine

    remarks = list(examine())
    print("\n".join(map(str, remarks)))
    to_mend = sum(remark.state == "mend" for remark in remarks)
    if to_mend:
        sys.exit(f"{to_mend} to mend before a run.")
    print("All is ready: `make run`.")


def _spark(options: argparse.Namespace) -> None:
    from handoff.lake import SparkProblem, running_cluster, spark_address, spark_settings, stopped_by_signals
    from handoff.writer import keep_private

    keep_private()
    try:
        _, port = spark_address()
        settings = spark_settings(options.conf)
        print("Starting master, workers and thrift server …", flush=True)
        with (
            stopped_by_signals(),
            running_cluster(
                home_folder() / "spark",
                options.workers,
                port,
                options.memory,
                settings,
                options.driver_memory,
            ) as cluster,
        ):
            processes = ", ".join(f"{name} {process.pid}" for name, process in cluster.processes.items())
            print(f"Spark listens at 127.0.0.1:{cluster.thrift_port} ({processes}). Ctrl-C stops it.")
            print("In another terminal: .venv/bin/python -m handoff lake", flush=True)
            for name in cluster.ended():
                print(f"Spark's {name} has ended; its log is in {cluster.folder / 'logs'}.", flush=True)
                if not name.startswith("worker"):
                    break
    except (ConfigError, SparkProblem) as problem:
        sys.exit(str(problem))
    sys.exit(1)


def _lake(_: argparse.Namespace) -> None:
    from handoff.config import load_settings
    from handoff.lake import SparkProblem, fill_lake, spark_address
    from handoff.landing import LandingError
    from handoff.policies import require_sound
    from handoff.writer import HomeIsBusy, hold

    try:
        settings = load_settings()
        require_sound(settings)
        with hold(settings.home):
            tables = fill_lake(settings, settings.home / "lake", *spark_address())
    except (ConfigError, LandingError, SparkProblem, HomeIsBusy) as problem:
        sys.exit(str(problem))
    rows, views = sum(table.rows for table in tables), sum(table.is_view for table in tables)
    print(f"{len(tables)} tables, {rows:,} rows; {views} are views. Next: .venv/bin/dbt build --target spark")


def _bench(options: argparse.Namespace) -> None:
    from handoff.bench import BenchFailed, bench
    from handoff.landing import LandingError

    try:
        bench(home_folder(), options.leads, print, options.build_alone)
    except (BenchFailed, ConfigError, LandingError, ValueError) as problem:
        sys.exit(str(problem))
