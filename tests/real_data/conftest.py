"""The real data sets, each built once: mapped by its example, landed, and run through dbt."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from examples.to_canonical import EXAMPLES, to_canonical
from handoff.config import PROJECT, load_settings
from handoff.dbt_project import child_command, child_environment
from handoff.landing import land
from handoff.policies import land_policies

RESOURCES = ("seed", "snapshot", "model")


@dataclass(frozen=True)
class Built:
    """A data set and the warehouse made of it. raw: the folder of its original files, never written to."""

    raw: Path
    warehouse: Path

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the warehouse."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def value(self, sql: str) -> Any:  # noqa: ANN401
        """The only value of the only row."""
        ((value,),) = self.rows(sql)
        return value

    def counts(self, sql: str) -> dict[Any, Any]:
        """Rows of two columns as a dictionary."""
        rows = self.rows(sql)
        found = dict(rows)
        assert len(found) == len(rows), f"{sql}: a key twice"
        return found


def build(raw: Path, example: str, home: Path) -> Built:
    """Map the files in `raw` by the example, land them and build every model below `home`."""
    to_canonical(example, raw, home / "input")
    settings = load_settings(
        {
            "HANDOFF_HOME": str(home),
            "HANDOFF_SOURCES": str(home / "input" / "sources.yml"),
            "HANDOFF_POLICIES": str(EXAMPLES / example / "policies"),
        }
    )
    land(settings)
    land_policies(settings)
    kinds = [word for kind in RESOURCES for word in ("--resource-type", kind)]
    places = ["--target-path", str(home / "target"), "--log-path", str(home / "logs")]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HANDOFF_")}
    outcome = subprocess.run(
        child_command("build", "--quiet", *kinds, *places, "--profiles-dir", str(PROJECT)),
        cwd=PROJECT,
        env=environment | child_environment(home),
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    return Built(raw, settings.warehouse_path)


@pytest.fixture(scope="session")
def olist(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Olist's marketing funnel, built."""
    return build(real_data / "olist", "olist", tmp_path_factory.mktemp("olist"))


@pytest.fixture(scope="session")
def nxtwave(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """NxtWave's sales log, built."""
    return build(real_data / "nxtwave", "nxtwave", tmp_path_factory.mktemp("nxtwave"))
