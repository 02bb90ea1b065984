"""What sets off runs by itself: schedules, the sensor for new files, and runs that died with the machine."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from handoff.writer import hold
from tests.line.test_writer import HOLDER, process

if TYPE_CHECKING:
    from dagster import DagsterInstance, SensorResult, SkipReason

pytestmark = pytest.mark.slow


@pytest.fixture
def landing(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A landing folder that the sources file names."""
    folder = tmp_path / "landing"
    folder.mkdir()
    (folder / "lead.csv").write_text("Id\nL1\n")
    source = {"name": "acme", "crm": "salesforce", "from": {"kind": "files", "path": str(folder)}}
    (tmp_path / "sources.yml").write_text(yaml.safe_dump({"sources": [source]}))
    monkeypatch.setenv("HANDOFF_SOURCES", str(tmp_path / "sources.yml"))
    return folder


class Looks:
    """The sensor, asked again and again with the cursor that it left."""

    def __init__(self, instance: DagsterInstance) -> None:
        self.instance = instance
        self.cursor: str | None = None

    def look(self) -> str:
        """`run` where the sensor asks for one, else why not."""
        from dagster import SkipReason, build_sensor_context

        from orchestration.defs.line.sensors import new_files

        context = build_sensor_context(instance=self.instance, cursor=self.cursor)
        found: SensorResult | SkipReason = new_files(context)  # type: ignore[assignment]
        if isinstance(found, SkipReason):
            return str(found.skip_message)
        self.cursor = found.cursor
        if isinstance(found.skip_reason, SkipReason):
            return str(found.skip_reason.skip_message)
        assert found.run_requests is not None
        (request,) = found.run_requests
        # With a key, Dagster would never again run for a folder that is as it once was.
        assert request.run_key is None
        return "run"


@pytest.fixture
def instance() -> Iterator[DagsterInstance]:
    """A Dagster that forgets."""
    from dagster import DagsterInstance

    with DagsterInstance.ephemeral() as made:
        yield made


def test_new_files_set_off_one_run_once_they_lie_still(landing: Path, instance: DagsterInstance) -> None:
    looks = Looks(instance)
    coming, nothing = "Files are coming: the next look tells.", "Nothing came, changed or went."
    assert [looks.look() for _ in range(3)] == [coming, "run", nothing]

    # A file grows from look to look: no run before it has stopped.
    for rows in range(3):
        (landing / "task.csv").write_text("Id\n" + "T\n" * rows)
        assert looks.look() == coming
    assert [looks.look() for _ in range(2)] == ["run", nothing]

    # What EL tools mark as half written is nothing yet.
    (landing / "_task.part.csv").write_text("Id\n")
    assert looks.look() == nothing
    # A folder that is again as it was before its last run needs one all the same.
    (landing / "task.csv").unlink()
    assert [looks.look() for _ in range(3)] == [coming, "run", nothing]


def test_a_run_whose_process_is_gone_is_ended_and_one_at_work_is_not(
    home: Path, instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dagster import DagsterRunStatus, build_sensor_context
    from dagster._core.test_utils import create_run_for_test

    from orchestration.defs.line import sensors

    run = create_run_for_test(instance, job_name="handoff_line", status=DagsterRunStatus.STARTED)
    monkeypatch.setattr(sensors, "SECONDS_TO_TAKE_HOLD", -1)

    def status() -> DagsterRunStatus:
        found = instance.get_run_by_id(run.run_id)
        assert found
        return found.status

    with process(HOLDER, home):
        sensors.lost_runs(build_sensor_context(instance=instance))
        assert status() is DagsterRunStatus.STARTED
    with hold(home):
        pass
    sensors.lost_runs(build_sensor_context(instance=instance))
    assert status() is DagsterRunStatus.FAILURE


@pytest.mark.parametrize(("setting", "expected"), [("on", "RUNNING"), ("", "STOPPED")])
def test_schedules_start_by_themselves_only_where_the_setting_says_so(
    home: Path, setting: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDOFF_AUTOMATION", setting)
    script = (
        "from orchestration.defs.line import jobs;"
        "print(jobs.hourly.default_status.value, jobs.nightly.default_status.value, jobs.SENSORS.value)"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert told.split() == [expected] * 3
