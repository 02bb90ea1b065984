"""Asked to stop while it works on an event of dbt, a run ends dbt and leaves no trace on the terminal."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import orjson
import pytest
from dagster_dbt import DbtCliInvocation

from handoff.config import PROJECT
from orchestration.defs.line.resources import ChildDbt, until_the_reader_stops

pytestmark = pytest.mark.slow


@pytest.fixture
def talking(tmp_path: Path) -> DbtCliInvocation:
    """A command that says one event after another, as dbt does, and would for a minute."""
    said = {"level": "info", "msg": "still at it", "name": "Note", "invocation_id": "1"}
    line = orjson.dumps({"data": {}, "info": said}).decode()
    program = f"import time\nfor _ in range(600): print({line!r}, flush=True); time.sleep(0.1)"
    dbt = ChildDbt(
        project_dir=str(PROJECT), dbt_executable=sys.executable, global_config_flags=["-c", program]
    )
    return dbt.cli(["build"], raise_on_error=False, target_path=tmp_path)


def test_dbt_ends_with_its_reader_and_nothing_is_left_to_be_cleared_away(
    talking: DbtCliInvocation, monkeypatch: pytest.MonkeyPatch
) -> None:
    traces: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", traces.append)
    events = until_the_reader_stops(talking, talking.stream_raw_events())
    next(events)
    with pytest.raises(KeyboardInterrupt):
        events.throw(KeyboardInterrupt())
    del events
    assert talking.process.wait(10) != 0
    assert traces == []
