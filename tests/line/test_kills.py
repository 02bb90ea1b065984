"""The line killed outright at random moments: readers see whole publications, and a normal run mends all.

Four by default, one in each stage; HANDOFF_KILLS asks for more (60 take a quarter of an hour on two cores).
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pytest
import yaml

from handoff.config import PROJECT
from handoff.publication import current_run, verify
from tests.line.test_line import LONGEST, environment, handoff
from tests.operation.hostile import write_hostile_crm

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("HANDOFF_KILLS", "4"))
SEED = int(os.environ.get("HANDOFF_KILL_SEED", "1"))
# What the run says when a stage begins.
STAGES = {
    "landing": "landing:",
    "dbt": "dbt: building",
    "gates": "gates:",
    "publication": "checks of the content",
}
# The early stages more often: a kill costs all that comes before it.
IN_TURN = (
    *("landing", "dbt", "gates", "publication", "landing", "dbt"),
    *("landing", "dbt", "landing", "landing", "dbt", "landing"),
)


@dataclass
class Server:
    """The process that starts runs, and the log of the run at work."""

    process: subprocess.Popen[str]
    log: Path

    def told(self) -> str:
        """What the run at work has said so far."""
        return self.log.read_text() if self.log.exists() else ""

    def start(self) -> int:
        """Start a run and return its process id."""
        self.log.unlink(missing_ok=True)
        assert self.process.stdin is not None
        self.process.stdin.write(f"{self.log}\n")
        self.process.stdin.flush()
        return int(self.answer())

    def answer(self) -> str:
        """The next line of the server: a process id, or how the run ended."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()


@contextmanager
def server(home: Path, settings: dict[str, str]) -> Iterator[Server]:
    """Serve runs of the line on one home."""
    command = [sys.executable, "-m", "tests.line.line_server"]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, env=environment(home) | settings, stdin=pipe, stdout=pipe, text=True, cwd=PROJECT
    ) as process:
        serving = Server(process, home.parent / "run.log")
        try:
            assert serving.answer() == "ready"
            yield serving
        finally:
            process.kill()


@dataclass
class Reader:
    """Reads the publication over and over, as a BI tool would: every table against the manifest."""

    home: Path
    seen: set[str] = field(default_factory=set)
    reads: int = 0
    faults: list[str] = field(default_factory=list)
    is_done: threading.Event = field(default_factory=threading.Event)

    def read_on(self) -> None:
        """Read until told to stop."""
        while not self.is_done.is_set():
            try:
                self._read()
            except Exception as error:
                self.faults.append(repr(error))
            time.sleep(0.2)

    def _read(self) -> None:
        folder = (self.home / "published" / "current").resolve()
        manifest = json.loads((folder / "manifest.json").read_text())
        with duckdb.connect() as connection:
            connection.execute(f"attach '{folder}/marts.duckdb' as p (read_only)")
            for table, rows in manifest["row_counts"].items():
                found = connection.execute(f'select count(*) from p.marts."{table}"').fetchone()
                if found != (rows,):
                    self.faults.append(f"{manifest['run_id']}: {table} has {found}, not {rows}")
        self.seen.add(manifest["run_id"])
        self.reads += 1


@contextmanager
def reader(home: Path) -> Iterator[Reader]:
    """Read a home's publication beside whatever happens inside the block."""
    reading = Reader(home)
    thread = threading.Thread(target=reading.read_on)
    thread.start()
    try:
        yield reading
    finally:
        reading.is_done.set()
        thread.join()


def differences(before: Path, after: Path) -> list[str]:
    """Name the published tables whose rows are not the same; the gates' history grows with every run."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{before}' as b (read_only)")
        connection.execute(f"attach '{after}' as a (read_only)")
        tables = connection.execute(
            "select table_name from duckdb_tables() where database_name = 'b' order by 1"
        ).fetchall()
        found = []
        for (table,) in tables:
            if table != "fct_quality_results":
                for one, other in (("a", "b"), ("b", "a")):
                    only = f"from {one}.marts.{table} except all from {other}.marts.{table}"
                    lost = connection.execute(f"select count(*) from ({only})").fetchone()
                    if lost != (0,):
                        found.append(f"{table}: {lost} rows only in {one}")
    return found


def wait_for(serving: Server, mark: str) -> None:
    """Wait until the run has said a word, or has ended."""
    until = time.monotonic() + LONGEST
    while mark not in serving.told():
        assert time.monotonic() < until, serving.told()
        time.sleep(0.02)


def wait_within(serving: Server, stage: str, seconds: float) -> None:
    """Wait, but not beyond the stage: a run may be quicker than the one that was measured."""
    marks = [*STAGES.values(), "published:"]
    end = marks[list(STAGES).index(stage) + 1]
    until = time.monotonic() + seconds
    while time.monotonic() < until and end not in serving.told():
        time.sleep(0.02)


def stage_lengths(told: str) -> dict[str, float]:
    """Seconds that each stage of a finished run took, by what it said and when."""
    starts = []
    for mark in STAGES.values():
        line = next(line for line in told.splitlines() if mark in line)
        starts.append(float(line.split(" s ")[0]))
    end = float(next(line for line in told.splitlines() if "done in" in line).split(" s ")[0])
    return {
        stage: max(0.2, after - start)
        for stage, start, after in zip(STAGES, starts, [*starts[1:], end], strict=True)
    }


def test_killed_at_random_moments_readers_see_whole_publications_and_a_run_mends_all(tmp_path: Path) -> None:
    home = tmp_path / "home"
    # One salt for every warehouse that this test lands: hashes of persons are compared. A run starts from the
    # tables of a build that ended well, and from nothing after one that was killed.
    settings = {
        "HANDOFF_HASH_SALT": "salt",
        "HANDOFF_INCREMENTAL": "always",
        "HANDOFF_SOURCES": str(tmp_path / "sources.yml"),
    }
    write_hostile_crm(tmp_path / "landing")
    source = {"name": "tiny", "crm": "canonical", "from": {"kind": "files", "path": "./landing"}}
    (tmp_path / "sources.yml").write_text(
        yaml.safe_dump({"as_of": "2026-09-30T00:00:00Z", "sources": [source]})
    )
    first = handoff(home, "run", **settings)
    assert first.returncode == 0, first.stdout + first.stderr
    uninterrupted = tmp_path / "uninterrupted.duckdb"
    uninterrupted.write_bytes((home / "published" / "marts.duckdb").read_bytes())
    moments = random.Random(SEED)
    lengths = stage_lengths(first.stdout)
    killed_in: list[str] = []

    with server(home, settings) as serving, reader(home) as reading:
        for number in range(KILLS):
            stage = IN_TURN[number % len(IN_TURN)]
            if stage == "landing":
                # Files that have landed are not read again: here all of it lands anew.
                for file in home.glob("warehouse.duckdb*"):
                    file.unlink()
            before = current_run(home)
            run = serving.start()
            wait_for(serving, STAGES[stage])
            wait_within(serving, stage, moments.uniform(0, lengths[stage]))
            with suppress(ProcessLookupError):
                os.kill(run, signal.SIGKILL)
            if serving.answer() == "-9":
                killed_in.append(stage)
            print(f"{len(killed_in)} killed, last in {stage}; {len(reading.faults)} faults", flush=True)
            # A run that was quicker than the kill has published; either is whole.
            told = serving.told()
            assert verify(home).run_id == before or "done in" in told or "published:" in told, told
        run = serving.start()
        assert serving.answer() == "0", serving.told()
        if KILLS == 4:
            # The last kill came after the build.
            assert "of the leads that something changed for" in serving.told()

    print(f"killed {len(killed_in)} times: { {stage: killed_in.count(stage) for stage in STAGES} }")
    print(f"{reading.reads} reads of {len(reading.seen)} publications")
    assert len(killed_in) >= KILLS * 0.6
    assert reading.faults == []
    assert reading.reads > KILLS
    assert differences(uninterrupted, home / "published" / "marts.duckdb") == []
    assert not list((home / "published").glob(".*"))
    assert verify(home).run_id == current_run(home)
