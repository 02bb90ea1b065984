"""The whole line in one process: the very job that Dagster schedules, with plain words on the terminal."""

from __future__ import annotations

import io
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from handoff import gates
from handoff.alerts import alert
from handoff.config import PROJECT, ConfigError, home_folder, load_settings
from handoff.dbt_project import DbtProblem, prepared_manifest
from handoff.landing import LandingError
from handoff.landing.folders import scan_folder
from handoff.landing.lead_tables import find_lead_table
from handoff.policies import require_sound
from handoff.progress import meanwhile, say, shown
from handoff.publication import PublicationProblem, publications_to_keep
from handoff.writer import HomeIsBusy, hold

if TYPE_CHECKING:
    from dagster import ExecuteInProcessResult

JOB = "handoff_line"
DBT_STEP = "dbt_build"
DEMO_LEADS = 5000
DEMO_SEED = 1


class LineFailed(Exception):
    """The line did not publish; the message says why and what to mend."""


def demo(*, leads: int = DEMO_LEADS, seed: int = DEMO_SEED) -> None:
    """Write the demo CRM into the home and run the line on it, whatever sources are set.

    Policies and instant stay as they are set, to see what they change; unset, they are the demo's own.

    ``leads`` is per CRM. Raises LineFailed, ConfigError or HomeIsBusy, in words.
    """
    os.environ.pop("HANDOFF_SOURCES", None)
    started = time.monotonic()
    home = home_folder()
    with hold(home):
        from demo.cli import write_demo

        folder = home / "demo"
        say(f"demo: writing a CRM of {leads:,} leads per system into {folder}")
        # A first parse takes as long as the writing. If it fails, the run fails likewise and tells why.
        parse = threading.Thread(target=_parse_ahead, args=(home,), daemon=True)
        parse.start()
        try:
            write_demo(folder, leads=leads, seed=seed)
        except ValueError as problem:
            raise LineFailed(f"{problem}. Ask for more of them: make demo LEADS=500") from problem
        parse.join()
        run(started)


def run(started: float | None = None) -> None:
    """Run the line on the configured sources, timed from ``started`` (time.monotonic). Raises LineFailed,
    ConfigError, LandingError, PublicationProblem or HomeIsBusy, in words.
    """
    # Read again by the stations; here, what is faulty is told at once and not after a minute of work.
    settings = load_settings()
    require_sound(settings)
    publications_to_keep()
    for source in settings.sources:
        if source.kind == "files":
            find_lead_table(source, list(scan_folder(source.path).tables))
    home = settings.home
    # Below, the working folder is dbt's in places; a relative home must not move with it.
    os.environ["HANDOFF_HOME"] = str(home)
    started = time.monotonic() if started is None else started
    with hold(home):
        result, dbt = _execute()
        if not result.success:
            reasons = _reasons(result, home)
            lines = [line for line in reasons.splitlines() if line.strip()]
            alert("crm-handoff: the run failed; readers see the last publication", lines)
            raise LineFailed(reasons)
        whole = time.monotonic() - started
    say(f"done in {whole:.1f} s, {whole / dbt:.2f} times as long as dbt alone ({dbt:.1f} s)")


@contextmanager
def on_terminal(*, is_debug: bool) -> Iterator[None]:
    """Show progress with the seconds since the start; end with words and exit code 1 on a problem."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with shown():
            yield
    except (LineFailed, HomeIsBusy, ConfigError, LandingError, PublicationProblem, DbtProblem) as problem:
        if is_debug:
            traceback.print_exc()
        sys.exit(f"\n{problem}")
    except OSError as error:
        if is_debug:
            traceback.print_exc()
        where = f" ({error.filename})" if error.filename else ""
        sys.exit(
            f"\nThe run could not go on: {error.strerror or error}{where}. "
            "The last publication is as it was; the next run starts afresh."
        )
    except KeyboardInterrupt:
        sys.exit("\nStopped. The last publication is as it was; the next run starts afresh.")


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _parse_ahead(home: Path) -> None:
    with suppress(DbtProblem):
        prepared_manifest(home)


def _execute() -> tuple[ExecuteInProcessResult, float]:
    """Run the job; return its result and the seconds that dbt took."""
    # Dagster looks for the project's own settings from the working folder.
    os.chdir(PROJECT)
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "yes"
    meanwhile("starting: the project's graph")
    from dagster import DagsterInstance

    from orchestration.definitions import defs

    settings = {"telemetry": {"enabled": False}}
    with DagsterInstance.ephemeral(settings=settings) as instance:
        # Progress has its own lines; dbt's and Dagster's own log of every node and event would bury them.
        with redirect_stdout(io.StringIO()):
            result = defs.resolve_job_def(JOB).execute_in_process(
                instance=instance,
                raise_on_error=False,
                run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            )
        steps = instance.get_run_step_stats(result.run_id, step_keys=[DBT_STEP])
    return result, sum((step.end_time or 0.0) - (step.start_time or 0.0) for step in steps)


def _reasons(result: ExecuteInProcessResult, home: Path) -> str:
    """Say why a run did not publish: each failed step in its own words, or else the gates that failed."""
    reasons = []
    for event in result.all_events:
        if event.is_step_failure:
            data = event.step_failure_data
            if data.user_failure_data and data.user_failure_data.description:
                reasons.append(data.user_failure_data.description)
            elif data.error and data.error.cls_name == "DagsterExecutionInterruptedError":
                raise KeyboardInterrupt
            elif data.error and data.error.cls_name != "DagsterAssetCheckFailedError":
                cause = data.error.cause or data.error
                reasons.append(f"{event.step_key}: {cause.cls_name}: {cause.message.strip()}")
    run_id = f"-{result.run_id[:8]}"
    for recorded in gates.recorded_runs(home):
        if recorded.endswith(run_id):
            failed = [r for group in gates.read(home, recorded).values() for r in group if r.status == "fail"]
            if failed and not reasons:
                listed = "\n".join(f"- {r.name}: found {r.observed}, expected {r.expected}" for r in failed)
                reasons.append(f"Critical gates failed:\n{listed}")
    if not reasons:
        reasons.append("The run ended before its first step; run again with --debug for the trace.")
    return "\n\n".join(reasons) + "\n\nThe last publication, if there is one, is as it was."
