"""Lands a world with the project's own landing and builds its diagnosis with one call of dbt."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from handoff.config import PROJECT, load_settings
from handoff.dbt_project import child_environment
from handoff.landing import land
from handoff.policies import land_policies

MARTS = ("fct_handoffs", "fct_handoff_findings", "fct_lead_events")


@dataclass(frozen=True)
class Built:
    """A world that was built. manifest: dbt's own account of the build, with the SQL that ran."""

    warehouse: Path
    manifest: Path

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the warehouse; nothing is written."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            connection.execute("set TimeZone = 'UTC'")
            return connection.execute(sql).fetchall()


class Workshop:
    """Builds one world after another, all in the same home.

    dbt parses the project anew whenever a setting in its profile changes, as another home would be; in the
    same one it parses once.
    """

    def __init__(self, folder: Path, project: Path = PROJECT) -> None:
        """Work below `folder`; `project` is the dbt project, this one or a copy of it."""
        self.folder = folder
        self.home = folder / "home"
        self.target = folder / "target"
        self.project = project

    def build(
        self,
        name: str,
        sources: Path,
        policies: Path,
        models: Sequence[str] = MARTS,
        onto: Built | None = None,
        variables: Mapping[str, object] | None = None,
        is_tested: bool = False,
    ) -> Built:
        """Land the sources file and the policies, build the models, and set the warehouse aside as `name`.

        `onto`: an earlier build, to land and build once more on a copy of. `variables`: of the dbt project,
        in place of what it says. `is_tested`: build all models, with the tests that gate a publication. Fails
        with dbt's own words where dbt fails.
        """
        shutil.rmtree(self.home, ignore_errors=True)
        self.home.mkdir(parents=True)
        aside = self.folder / name
        aside.mkdir()
        built = Built(aside / "warehouse.duckdb", aside / "manifest.json")
        settings = load_settings(
            {
                "HANDOFF_HOME": str(self.home),
                "HANDOFF_SOURCES": str(sources),
                "HANDOFF_POLICIES": str(policies),
            }
        )
        if onto:
            shutil.copyfile(onto.warehouse, settings.warehouse_path)
        land(settings)
        land_policies(settings)
        chosen = ["test", "--select", *(f"+{model}" for model in models)] if not is_tested else []
        told = ["--vars", json.dumps(variables)] if variables else []
        self.dbt("build", "--exclude-resource-type", "unit_test", *chosen, *told)
        settings.warehouse_path.replace(built.warehouse)
        shutil.copyfile(self.target / "manifest.json", built.manifest)
        return built

    def dbt(self, *arguments: str) -> None:
        """Run dbt in a process of its own, since it holds DuckDB's lock until its process ends."""
        places = ["--target-path", str(self.target), "--log-path", str(self.target)]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HANDOFF_")}
        outcome = subprocess.run(
            [sys.executable, "-m", "handoff.dbt_child", "--quiet", *arguments, *places,
             "--project-dir", str(self.project), "--profiles-dir", str(self.project)],
            cwd=PROJECT,
            env=environment | child_environment(self.home),
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
        assert outcome.returncode == 0, outcome.stdout + outcome.stderr
