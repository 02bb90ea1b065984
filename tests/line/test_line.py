"""The whole line on the demo CRM, by the commands that users type."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from handoff.publication import current_run, verify
from handoff.writer import is_held
from tests.operation.processes import Processes, wait_until

LONGEST = 1800


def handoff(home: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "handoff", *arguments]
    return subprocess.run(
        command,
        env=environment(home) | settings,
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )


def environment(home: Path) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("HANDOFF_")}
    return ours | {"HANDOFF_HOME": str(home)}


def handoffs(home: Path) -> int:
    with duckdb.connect(str(home / "published" / "marts.duckdb"), read_only=True) as connection:
        row = connection.execute("select count(*) from marts.fct_handoffs").fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.slow
def test_the_demo_publishes_and_says_what_it_made_and_where(demo_home: Path) -> None:
    told = (demo_home / "first.log").read_text()
    published = demo_home / "published"
    assert f"{published}/marts.duckdb" in told
    assert f"{published}/report/index.html" in told
    ratio = re.search(r"([\d.]+) times as long as dbt alone", told)
    assert ratio and float(ratio[1]) >= 1
    assert handoffs(demo_home) > 0
    assert '<h1 id="verdict"' in (published / "report" / "index.html").read_text()
    assert handoff(demo_home, "verify").returncode == 0


@pytest.mark.slow
def test_a_run_that_is_asked_to_stop_stops_cleanly(demo_home: Path) -> None:
    """SIGTERM while dbt builds: words, no dbt left behind, the home free, readers where they were."""
    before = current_run(demo_home)
    command = [sys.executable, "-m", "handoff", "run"]
    log = demo_home / "stopped.log"
    with log.open("w") as output:
        run = subprocess.Popen(
            command, env=environment(demo_home), stdout=output, stderr=output, start_new_session=True
        )
        wait_until(lambda: "dbt: building" in log.read_text(), "dbt is at work", LONGEST)
        time.sleep(4)
        run.send_signal(signal.SIGTERM)
        assert run.wait(60) == 1
    told = log.read_text()
    assert "Stopped. The last publication is as it was" in told
    assert "Traceback" not in told
    # dbt looks five times a second whether its parent is there.
    wait_until(lambda: not Processes(demo_home, {}, {"run": run}).family(), "dbt ends with its run", 10)
    assert not is_held(demo_home)
    assert verify(demo_home).run_id == current_run(demo_home) == before


def test_a_faulty_setting_is_told_at_once_in_words(home: Path) -> None:
    outcome = handoff(home, "run", HANDOFF_SOURCES=str(home / "nowhere.yml"))
    assert outcome.returncode == 1
    assert "nowhere.yml: does not exist" in outcome.stderr
    assert "Traceback" not in outcome.stderr


def test_verify_exits_with_words_when_nothing_is_published(home: Path) -> None:
    outcome = handoff(home, "verify")
    assert outcome.returncode == 1
    assert "There is no publication" in outcome.stderr
