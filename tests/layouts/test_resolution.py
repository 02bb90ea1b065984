"""What resolved is told: to a user for the own sources, in the documentation for every layout."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from handoff.config import PROJECT
from tests.crm.warehouse import Source, land
from tests.layouts.field_table import PAGE, page


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with two sources landed and nothing built."""
    folder = tmp_path_factory.mktemp("resolution")
    leads = [{"Id": "00Q1", "My_Stage__c": "SAL", "Lifecycle_Stage__c": "old"}]
    sources = [
        Source("acme", "salesforce", {"crm_export": leads}, fields={"lifecycle_stage": "my_stage__c"},
               table_names={"lead": "crm_export"}),
        Source("other", "canonical", {"leads": [{"lead_id": "1"}]}),
    ]  # fmt: skip
    land(folder, sources)
    return folder


def asked(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command on a home."""
    return subprocess.run(
        [sys.executable, "-m", "handoff", "resolution", *arguments],
        env=os.environ | {"HANDOFF_HOME": str(home)},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_user_reads_which_column_feeds_each_field(home: Path) -> None:
    told = asked(home, "acme")
    assert told.returncode == 0, told.stderr
    lines = [" ".join(line.split()) for line in told.stdout.splitlines()]
    assert lines[0] == "acme: salesforce, landed in raw_acme, naive times in UTC"
    assert "lead <- crm_export" in lines
    assert "lifecycle_stage My_Stage__c, else Lifecycle_Stage__c" in lines
    assert "email not recorded" in lines
    assert "task: not recorded. No table named task or tasks or sf_task." in lines
    assert "`fields:` or `tables:`" in lines[-1]
    assert not any(line.startswith("other:") for line in lines)


def test_a_source_that_was_not_landed_is_refused_by_name(home: Path) -> None:
    told = asked(home, "acne")
    assert told.returncode == 1
    assert "No source named acne has been landed. Landed: acme, other." in told.stderr


def test_the_table_of_the_documentation_is_what_the_resolver_says(tmp_path: Path) -> None:
    assert PAGE.read_text(encoding="utf-8") == page(tmp_path), "run: python -m tests.layouts.field_table"
