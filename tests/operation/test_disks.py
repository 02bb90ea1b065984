"""A disk that is full, and one that may only be read: clear words, and the last publication intact."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from handoff.config import ConfigError
from handoff.landing import LandingError
from handoff.publication import PublicationProblem, build_candidate, current_run, release, sweep, verify
from handoff.writer import hold
from tests.landing.conftest import Org
from tests.line import conftest as line
from tests.operation.processes import own_environment

home, warehouse, dbt_manifest = line.home, line.warehouse, line.dbt_manifest
change, report_gates, gated = line.change, line.report_gates, line.gated


class Disk:
    """A file system of a few megabytes."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def fill(self, but: int = 0) -> None:
        """Fill it up but for so many bytes."""
        status = os.statvfs(self.place)
        free = status.f_bavail * status.f_frsize - but
        with (self.place / "ballast").open("ab") as file:
            for _ in range(free // 4096):
                file.write(b"\0" * 4096)

    def make_room(self) -> None:
        """Give back what was filled."""
        (self.place / "ballast").unlink()

    def remount(self, how: str) -> None:
        """Make it read-only (ro) or writable (rw)."""
        subprocess.run(["mount", "-o", f"remount,{how}", str(self.place)], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A disk of its own for the home; only root may mount one."""
    place = tmp_path
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.decode().strip()}")
    try:
        yield Disk(place)
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def publish(home: Path, run_id: str, manifest: dict[str, Any]) -> None:
    build_candidate(home, run_id, manifest)
    release(home, run_id)


def test_a_full_disk_refuses_the_next_publication_and_keeps_the_last(
    disk: Disk, home: Path, gated: str, dbt_manifest: dict[str, Any], report_gates: Callable[[str], None]
) -> None:
    publish(home, gated, dbt_manifest)
    second = "20260930T010000Z-00000002"
    report_gates(second)
    for room in (0, 40_000, 400_000, 1_200_000):
        disk.fill(but=room)
        with pytest.raises(PublicationProblem) as problem:
            publish(home, second, dbt_manifest)
        assert "last publication is untouched" in str(problem.value)
        assert verify(home).run_id == gated
        disk.make_room()
        sweep(home)
    publish(home, second, dbt_manifest)
    assert verify(home).run_id == second


def test_a_disk_that_may_only_be_read_is_told_in_words(
    disk: Disk, home: Path, gated: str, dbt_manifest: dict[str, Any], report_gates: Callable[[str], None]
) -> None:
    publish(home, gated, dbt_manifest)
    second = "20260930T010000Z-00000002"
    report_gates(second)
    disk.remount("ro")
    with pytest.raises(PublicationProblem, match="Read-only file system"):
        publish(home, second, dbt_manifest)
    with pytest.raises(ConfigError, match="Read-only file system"), hold(home):
        pytest.fail("held a home that cannot be written")
    assert current_run(home) == gated
    assert verify(home).run_id == gated


def test_a_full_disk_leaves_what_landed_before(disk: Disk) -> None:
    org = Org.at(disk.place)
    org.write("notes.csv", "id,note\n1,x\n")
    org.land()
    org.write("notes.csv", "id,note\n" + "".join(f"{n},{n * 7919 % 100_003}\n" for n in range(400_000)))
    disk.fill(but=600_000)
    with pytest.raises(LandingError, match=r"No space left|disk"):
        org.land()
    assert org.query("select id from raw_acme.notes") == [("1",)]
    disk.make_room()
    assert org.table("notes").rows == 400_000


@pytest.mark.slow
@pytest.mark.parametrize("how", ["full", "read-only"])
def test_the_command_says_so_without_a_trace(
    disk: Disk, home: Path, gated: str, dbt_manifest: dict[str, Any], how: str
) -> None:
    publish(home, gated, dbt_manifest)
    (home / "demo").mkdir()
    (home / "demo" / "leads.csv").write_text("lead_id\nL1\n")
    source = "sources: [{name: a, crm: canonical, from: {kind: files, path: .}}]"
    (home / "demo" / "sources.yml").write_text(source)
    disk.fill(but=100_000)
    if how == "read-only":
        disk.remount("ro")
    told = subprocess.run(
        [sys.executable, "-m", "handoff", "run"],
        env=own_environment(home),
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 1
    assert "Traceback" not in told.stdout + told.stderr
    assert ("No space left" if how == "full" else "Read-only file system") in told.stderr
    assert verify(home).run_id == gated
