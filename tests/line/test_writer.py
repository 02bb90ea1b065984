"""One writer at a time, and no dbt left behind by a run that was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from handoff.writer import HomeIsBusy, hold

HOLDER = """
import sys, time
from pathlib import Path
from handoff.writer import hold
with hold(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""

# A run that starts dbt and is then killed outright.
RUN = """
import os, subprocess, sys, time
from pathlib import Path
from handoff.dbt_project import child_command, child_environment
home = Path(sys.argv[1])
target = ["--target-path", str(home / "target"), "--log-path", str(home / "target")]
child = subprocess.Popen(
    child_command("parse", "--no-partial-parse", *target),
    env=os.environ | child_environment(home),
    stdout=subprocess.DEVNULL,
)
print(child.pid, flush=True)
time.sleep(60)
"""


@contextmanager
def process(script: str, home: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-c", script, str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout is not None
            yield running, running.stdout.readline().strip()
        finally:
            running.kill()


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def test_a_second_run_is_refused_and_told_who_writes(home: Path) -> None:
    with process(HOLDER, home) as (holder, _), pytest.raises(HomeIsBusy) as refusal, hold(home):
        pytest.fail("two runs hold one home")
    assert f"process {holder.pid}" in str(refusal.value)


@pytest.mark.slow
@pytest.mark.parametrize("command", ["run", "rollback"])
def test_a_second_command_is_refused_in_words_and_changes_nothing(home: Path, command: str) -> None:
    (home / "demo").mkdir()
    source = "sources: [{name: a, crm: canonical, from: {kind: files, path: .}}]"
    (home / "demo" / "sources.yml").write_text(source)
    (home / "demo" / "leads.csv").write_text("lead_id\n1\n")
    with process(HOLDER, home) as (holder, _):
        before = sorted(home.rglob("*"))
        told = subprocess.run(
            [sys.executable, "-m", "handoff", command], capture_output=True, text=True, check=False
        )
        assert told.returncode == 1
        assert f"Another run is writing {home} (process {holder.pid}" in told.stderr
        assert "Traceback" not in told.stderr
        assert sorted(home.rglob("*")) == before


def test_a_run_that_dagster_has_started_waits_and_says_so(home: Path) -> None:
    said: list[str] = []
    with process(HOLDER, home) as (holder, _):
        threading.Timer(1.0, holder.kill).start()
        with hold(home, patience=30, on_wait=said.append):
            assert holder.wait() == -signal.SIGKILL
    (words,) = said
    assert f"process {holder.pid}" in words
    assert "This one waits for it" in words
    with process(HOLDER, home), pytest.raises(HomeIsBusy), hold(home, patience=1):
        pytest.fail("two runs hold one home")


def test_the_lock_dies_with_a_killed_run(home: Path) -> None:
    with process(HOLDER, home) as (holder, _):
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        with hold(home):
            assert f'"pid": {os.getpid()}' in (home / "state" / "writer.lock").read_text()


def test_one_run_may_ask_twice_and_lets_go_once(home: Path) -> None:
    with hold(home), hold(home):
        pass
    with hold(home):
        pass


def test_the_home_is_for_its_owner_alone(home: Path) -> None:
    home.chmod(0o755)
    with hold(home):
        assert home.stat().st_mode & 0o777 == 0o700


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at processes in /proc")
def test_dbt_ends_with_the_run_that_started_it(home: Path) -> None:
    with process(RUN, home) as (run, told):
        child = int(told)
        time.sleep(1)
        assert is_alive(child)
        run.send_signal(signal.SIGKILL)
        run.wait()
        deadline = time.monotonic() + 2
        while is_alive(child) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not is_alive(child)
