"""The sample world, five landings of which the answer was written by neither the SQL nor the reference."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.diagnosis.build import Workshop

pytestmark = pytest.mark.slow


def test_every_handoff_and_every_finding_agrees_with_its_truth(real_data: Path, workshop: Workshop) -> None:
    world = real_data / "sample_world"
    built = workshop.build("sample_world", world / "sources.yml", world / "policies")
    check = [sys.executable, str(world / "check.py"), "--world", str(world)]
    outcome = subprocess.run(
        [*check, "--published", str(built.warehouse), "--archetypes"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert "ORACLE PASS" in outcome.stdout
