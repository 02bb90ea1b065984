"""dbt's unit tests: about the code and therefore no part of a run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from handoff.config import PROJECT


@pytest.mark.slow
def test_every_unit_test_of_the_models_passes(demo_home: Path, tmp_path: Path) -> None:
    """They read a built warehouse for the types of columns only."""
    command = [sys.executable, "-m", "handoff.dbt_child", "--quiet", "test", "--select", "test_type:unit"]
    command += ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    command += ["--target-path", str(tmp_path), "--log-path", str(tmp_path)]
    ours = {name: value for name, value in os.environ.items() if not name.startswith("HANDOFF_")}
    outcome = subprocess.run(
        command,
        cwd=PROJECT,
        env=ours | {"HANDOFF_HOME": str(demo_home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    written = json.loads((tmp_path / "manifest.json").read_text())["unit_tests"]
    ran = json.loads((tmp_path / "run_results.json").read_text())["results"]
    assert {result["unique_id"] for result in ran if result["status"] == "pass"} == set(written)
    assert len(written) > 50
