"""The whole line on the demo CRM, by the commands that users type."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

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


def test_a_faulty_setting_is_told_at_once_in_words(home: Path) -> None:
    outcome = handoff(home, "run", HANDOFF_SOURCES=str(home / "nowhere.yml"))
    assert outcome.returncode == 1
    assert "nowhere.yml: does not exist" in outcome.stderr
    assert "Traceback" not in outcome.stderr


def test_verify_exits_with_words_when_nothing_is_published(home: Path) -> None:
    outcome = handoff(home, "verify")
    assert outcome.returncode == 1
    assert "There is no publication" in outcome.stderr
