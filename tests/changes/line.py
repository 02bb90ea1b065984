"""Lands and builds one load after another as the line does, and builds everything anew beside it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import duckdb

from handoff import builds
from handoff.config import PROJECT, load_settings
from handoff.dbt_project import child_command, child_environment
from handoff.landing import land
from handoff.policies import land_policies
from tests.spark.same_rows import differences

# What tells changes, and, of what is settled, how long its clocks have run.
NOT_COMPARED = (
    "int_changed_leads",
    "int_changed_owner_names",
    "int_changed_owners",
    "int_due_leads",
    "int_handoff_clock_intervals",
    "int_handoff_clocks",
    "int_handoff_facts",
    "int_landed_leads",
    *(f"int_{crm}__landed_leads" for crm in ("canonical", "hubspot", "salesforce")),
)


class Line:
    """One home that takes load after load."""

    def __init__(self, home: Path, folder: Path) -> None:
        """Work in `home` on the sources and policies of `folder`."""
        self.home = home
        self.folder = folder
        self.environment = {
            "HANDOFF_HOME": str(home),
            "HANDOFF_SOURCES": str(folder / "sources.yml"),
            "HANDOFF_POLICIES": str(folder / "policies"),
        }

    @property
    def warehouse(self) -> Path:
        """The warehouse that the loads build up."""
        return self.home / "warehouse.duckdb"

    def build(self, *edits: str) -> builds.Build:
        """Land what is there and build it, as the line would; return which build it was.

        edits: statements that change the raw tables after the landing.
        """
        settings = load_settings(self.environment)
        land(settings)
        land_policies(settings)
        with duckdb.connect(str(self.warehouse)) as connection:
            for edit in edits:
                connection.execute(edit)
        build = builds.begin(settings)
        self.dbt(build)
        builds.complete(settings)
        return build

    def made_anew(self) -> tuple[int, int, int, int]:
        """How many leads there are, and of how many the last build made what anew: landed, changed, due."""
        tables = ("int_crm__leads", "int_landed_leads", "int_changed_leads", "int_due_leads")
        counts = ", ".join(f"(select count(*) from intermediate.{table})" for table in tables)
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            ((leads, landed, changed, due),) = connection.execute(f"select {counts}").fetchall()
        return leads, landed, changed, due

    def dbt(self, build: builds.Build | None, *words: str) -> None:
        """Run dbt in a process of its own, since it holds DuckDB's lock until its process ends.

        build: the one that it is told to make, if any. words: what it does, if not to build everything.
        """
        target = self.home / "target"
        told = build.environment if build else {}
        ours = {name: value for name, value in os.environ.items() if not name.startswith("HANDOFF_")}
        outcome = subprocess.run(
            child_command(
                "--quiet",
                *(words or ("build", "--exclude-resource-type", "test", "unit_test")),
                *("--target-path", str(target), "--log-path", str(target), "--profiles-dir", str(PROJECT)),
            ),
            cwd=PROJECT,
            env=ours | self.environment | child_environment(self.home) | told,
            capture_output=True,
            text=True,
            check=False,
        )
        assert outcome.returncode == 0, outcome.stdout + outcome.stderr

    def differences_from_a_whole_build(self) -> dict[str, list[str]]:
        """Build the same landing anew, and tell by table what differs from what stands in the warehouse."""
        built = self.home / "built.duckdb"
        self.warehouse.replace(built)
        shutil.copyfile(built, self.warehouse)
        try:
            self.dbt(builds.Build("whole"))
            return tables_that_differ(built, self.warehouse)
        finally:
            built.replace(self.warehouse)


def tables_that_differ(built: Path, anew: Path) -> dict[str, list[str]]:
    """Rows that one of two warehouses has and the other has not, by table."""
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach '{built}' as built (read_only)")
        connection.execute(f"attach '{anew}' as anew (read_only)")
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'anew'"
            " and schema_name in ('staging', 'intermediate', 'marts') order by all"
        ).fetchall()
        found = {
            table: differences(connection, f"built.{schema}.{table}", f"anew.{schema}.{table}")
            for schema, table in tables
            if table not in NOT_COMPARED
        }
    assert "fct_handoffs" in found
    return {table: told for table, told in found.items() if told}
