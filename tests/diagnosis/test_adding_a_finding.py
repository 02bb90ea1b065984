"""The guide to adding a finding is followed to the letter, on a copy of the project: that is all it takes."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from handoff.config import PROJECT

pytestmark = pytest.mark.slow

GUIDE = PROJECT / "docs" / "contributing-a-finding.md"
STEP = re.compile(r"<!-- (file|append): (\S+) -->\n```\w+\n(.*?)```", re.DOTALL)
NOT_COPIED = shutil.ignore_patterns(".*", "var", "target", "logs", "site", "__pycache__")


def follow_the_guide(project: Path) -> list[str]:
    """Do what the guide says to a copy of the project; returns the files that it touched."""
    touched = []
    for how, name, text in STEP.findall(GUIDE.read_text(encoding="utf-8")):
        path = project / name
        before = path.read_text(encoding="utf-8") if how == "append" else ""
        assert path.exists() == (how == "append"), name
        path.write_text(before + text, encoding="utf-8")
        touched.append(name)
    return touched


def test_the_guide_adds_a_finding_with_one_rule_one_row_and_its_stories(tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(PROJECT, project, ignore=NOT_COPIED)
    assert follow_the_guide(project) == [
        "macros/findings/outcome/won_without_activity.sql",
        "seeds/findings.csv",
        "demo/stories/outcome.py",
    ]
    ran = subprocess.run(
        [sys.executable, "-m", "tests.diagnosis.stories_agree", "--in", str(tmp_path)],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    told = json.loads(ran.stdout)
    assert told["found"] == told["expected"]
    # In Salesforce, HubSpot and the canonical layout, each of which tells the story once.
    new = [row for row in told["found"] if row[3] == "won_without_activity"]
    assert [row[0] for row in new] == ["canonical_101", "hubspot_101", "salesforce_101"]
