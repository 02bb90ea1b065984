"""The whole line on the demo CRM: published, killed at each station, and run again."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from handoff.publication import current_run, verify

LEADS = 1000
LONGEST = 600


@pytest.fixture(scope="module")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home in which the demo has been published once, by the command that users type."""
    home = tmp_path_factory.mktemp("line") / "home"
    outcome = handoff(home, "demo", "--leads", str(LEADS))
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    print(outcome.stdout)
    (home / "first.log").write_text(outcome.stdout)
    yield home


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


def killed_when(home: Path, is_reached: Callable[[str], bool]) -> None:
    """Run the line and kill it outright once its output so far says that the station is reached."""
    command = [sys.executable, "-m", "handoff", "run"]
    log = home / "killed.log"
    with log.open("w") as output, subprocess.Popen(command, env=environment(home), stdout=output) as run:
        deadline = time.monotonic() + LONGEST
        while not is_reached(log.read_text()):
            assert run.poll() is None, f"the run ended before it was killed:\n{log.read_text()}"
            assert time.monotonic() < deadline
            time.sleep(0.02)
        run.send_signal(signal.SIGKILL)


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
    assert "<h1>" in (published / "report" / "index.html").read_text()
    assert handoff(demo_home, "verify").returncode == 0


@pytest.mark.slow
def test_killed_at_any_station_the_last_publication_stays_and_the_next_run_succeeds(demo_home: Path) -> None:
    before, count = current_run(demo_home), handoffs(demo_home)

    def building(_: str) -> bool:
        return any(demo_home.joinpath("published").glob(".*.building"))

    def dbt_at_work(told: str) -> bool:
        if "dbt: building" not in told or not any(demo_home.glob("warehouse.duckdb.wal")):
            return False
        refusal = handoff(demo_home, "run")
        assert refusal.returncode == 1
        assert "Another run is writing" in refusal.stderr
        return True

    stations: list[Callable[[str], bool]] = [
        lambda told: "landing:" in told,
        dbt_at_work,
        lambda told: "gates:" in told,
        building,
    ]
    for is_reached in stations:
        killed_when(demo_home, is_reached)
        assert current_run(demo_home) == before
        assert verify(demo_home).run_id == before
        assert handoffs(demo_home) == count

    outcome = handoff(demo_home, "run")
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert current_run(demo_home) != before
    assert handoffs(demo_home) == count
    assert not list(demo_home.joinpath("published").glob(".*"))


def test_a_faulty_setting_is_told_at_once_in_words(home: Path) -> None:
    outcome = handoff(home, "run", HANDOFF_SOURCES=str(home / "nowhere.yml"))
    assert outcome.returncode == 1
    assert "nowhere.yml: does not exist" in outcome.stderr
    assert "Traceback" not in outcome.stderr


def test_verify_exits_with_words_when_nothing_is_published(home: Path) -> None:
    outcome = handoff(home, "verify")
    assert outcome.returncode == 1
    assert "There is no publication" in outcome.stderr
