"""What sets off a run besides the clock, and what happens when one fails or dies."""

import hashlib
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

from dagster import (
    DagsterRunStatus,
    DefaultSensorStatus,
    RunFailureSensorContext,
    RunRequest,
    RunsFilter,
    SensorEvaluationContext,
    SensorResult,
    SkipReason,
    run_failure_sensor,
    sensor,
)

from handoff.alerts import alert
from handoff.config import home_folder
from handoff.writer import is_held
from orchestration.defs.landing.keys import configured_sources
from orchestration.defs.line.jobs import SENSORS, handoff_line

SECONDS_BETWEEN_LOOKS = 30
# A run takes the home within seconds of its start, or waits for it alive.
SECONDS_TO_TAKE_HOLD = 300


@sensor(
    name="new_files",
    job=handoff_line,
    minimum_interval_seconds=SECONDS_BETWEEN_LOOKS,
    default_status=SENSORS,
    description="Runs the line when files of a landing folder came, changed or went, once they lie still.",
)
def new_files(context: SensorEvaluationContext) -> SensorResult | SkipReason:
    """Ask for a run per state of the landing folders: one that is still being written waits a look."""
    folders = [source.path for source in configured_sources() if source.kind == "files"]
    if not folders:
        return SkipReason("No source is a folder of files.")
    found = fingerprint(folders)
    cursor: dict[str, str] = json.loads(context.cursor) if context.cursor else {}
    last_seen, requested = cursor.get("seen"), cursor.get("requested")
    if found == requested:
        return SkipReason("Nothing came, changed or went.")
    if found != last_seen:
        remembered = json.dumps({"seen": found, "requested": requested})
        return SensorResult(skip_reason="Files are coming: the next look tells.", cursor=remembered)
    # Without a key: with one, Dagster would never again run for a folder that is as it once was.
    return SensorResult(run_requests=[RunRequest()], cursor=json.dumps({"seen": found, "requested": found}))


def fingerprint(folders: list[Path]) -> str:
    """Return a digest of what lies in the folders: names, sizes and times, nothing of the content."""
    digest = hashlib.sha256()
    for path, status in sorted(_files(folders)):
        digest.update(f"{path}|{status.st_size}|{status.st_mtime_ns}\n".encode(errors="surrogateescape"))
    return digest.hexdigest()


def _files(folders: list[Path]) -> Iterator[tuple[str, os.stat_result]]:
    for folder in folders:
        for path in folder.rglob("*"):
            # As the landing sees it: EL tools so mark files half written.
            if any(part.startswith((".", "_")) for part in path.relative_to(folder).parts):
                continue
            try:
                if path.is_file():
                    yield str(path), path.stat()
            except FileNotFoundError:
                # Gone between the two looks; the next one sees the folder without it.
                continue


@run_failure_sensor(
    name="alert_on_failure",
    monitored_jobs=[handoff_line],
    default_status=DefaultSensorStatus.RUNNING,
    description="Says to HANDOFF_ALERT_WEBHOOK, where it is set, that a run failed and why.",
)
def alert_on_failure(context: RunFailureSensorContext) -> None:
    """Send the words of each failed step."""
    reasons = []
    for event in context.get_step_failure_events():
        data = event.step_failure_data
        user = data.user_failure_data
        words = user.description if user and user.description else data.error_display_string.splitlines()[0]
        reasons += [line for line in (words or "").splitlines() if line.strip()]
    alert(
        f"crm-handoff: run {context.dagster_run.run_id[:8]} failed; readers see the last publication",
        reasons or [context.failure_event.message or "It ended before its first step."],
    )


@sensor(
    name="lost_runs",
    minimum_interval_seconds=60,
    default_status=DefaultSensorStatus.RUNNING,
    description="Ends runs whose process died with the machine: the next one would wait for them.",
)
def lost_runs(context: SensorEvaluationContext) -> SkipReason:
    """A run that is at work holds the home; if nobody does, those that say to be running are not."""
    started = context.instance.get_run_records(
        RunsFilter(job_name=handoff_line.name, statuses=[DagsterRunStatus.STARTED])
    )
    old = [
        record.dagster_run
        for record in started
        if time.time() - (record.start_time or time.time()) > SECONDS_TO_TAKE_HOLD
    ]
    if not old or is_held(home_folder()):
        return SkipReason("No run is lost.")
    for run in old:
        context.instance.report_run_failed(run, "Its process is gone, as when the machine was restarted.")
    return SkipReason(f"Ended {len(old)} lost run(s).")
