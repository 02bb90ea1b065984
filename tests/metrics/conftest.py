"""The project's own SQL, compiled once, to be run on made-up tables."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pytest

PROJECT = Path(__file__).parents[2]
MODELS = [
    "int_metric_days",
    "int_slice_numbers",
    "int_metric_waits",
    "int_wait_quantiles",
    "fct_handoff_metrics",
    "fct_first_action_survival",
    "fct_acceptance_survival",
    "int_symptom_cells",
    "int_rate_gaps",
    "fct_rate_gap_contributions",
]
QUALIFIED = re.compile(r'"warehouse"\."\w+"\."(\w+)"')

# What leads from int_metric_facts to fct_handoff_metrics.
METRICS = (
    "int_metric_days",
    "int_slice_numbers",
    "int_metric_waits",
    "int_wait_quantiles",
    "fct_handoff_metrics",
)

# What leads from int_metric_facts to a survival curve.
CURVES = ("int_slice_numbers", "int_metric_waits")

Build = Callable[..., pd.DataFrame]


@pytest.fixture(scope="session")
def compilation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """dbt's target folder of a compilation of the statistical models.

    A warehouse is not needed: these models ask nothing of it while they are compiled.
    """
    folder = tmp_path_factory.mktemp("compiled")
    settings = {name: value for name, value in os.environ.items() if not name.startswith("HANDOFF_")}
    arguments = ["--select", *MODELS, "--profiles-dir", str(PROJECT)]
    arguments += ["--target-path", str(folder), "--log-path", str(folder)]
    outcome = subprocess.run(
        [sys.executable, "-m", "handoff.dbt_child", "--quiet", "compile", *arguments],
        cwd=PROJECT,
        env=settings | {"HANDOFF_HOME": str(folder), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    return folder


@pytest.fixture(scope="session")
def compiled(compilation: Path) -> dict[str, str]:
    """The SQL of the statistical models by name, reading unqualified tables."""
    files = (compilation / "compiled" / "crm_handoff" / "models").rglob("*.sql")
    sql = {path.stem: QUALIFIED.sub(r"\1", path.read_text()) for path in files}
    return {name: sql[name] for name in MODELS}


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory, with the settings of the warehouse."""
    with duckdb.connect() as opened:
        opened.execute("set TimeZone = 'UTC'; set preserve_insertion_order = false; set threads = 2")
        yield opened


@pytest.fixture
def build(compiled: dict[str, str], connection: duckdb.DuckDBPyConnection) -> Build:
    """Build models in the order given, on the tables given by name; returns the last one's rows."""

    def run(*names: str, **tables: pd.DataFrame) -> pd.DataFrame:
        for table, rows in tables.items():
            connection.register("given", rows)
            connection.execute(f"create or replace table {table} as select * from given")
            connection.unregister("given")
        for name in names:
            connection.execute(f"create or replace table {name} as {compiled[name]}")
        return connection.execute(f"select * from {names[-1]}").df()

    return run
