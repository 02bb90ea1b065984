"""MetricFlow on a small warehouse: its configuration is valid, and it says what the mart says."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Hashable
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from .conftest import METRICS, PROJECT, Build
from .facts import SHARES, metric_facts

HEADLINES = [
    "mql_to_sal_rate",
    "sales_acceptance_minutes",
    "sales_acceptance_minutes_p90",
    "first_activity_completion_rate",
    "first_action_sla_rate",
    "rejection_reason_completeness",
    "opportunity_creation_rate",
]


def mixed_facts(rows: int = 3000) -> pd.DataFrame:
    """Five months of handoffs, some without a source; each metric is met, unmet, pending or not asked."""
    rng = np.random.default_rng(21)
    states = np.array([1, 0, -1, np.nan])
    waits, watched = rng.exponential(300, rows), rng.exponential(1500, rows)
    days = pd.Timestamp("2026-01-05") + pd.to_timedelta(rng.integers(0, 140, rows), unit="D")
    return metric_facts(
        rows,
        opened_on=days.date,
        source=np.array(["Paid Search", "Event", "(none)", None])[rng.integers(0, 4, rows)],
        sales_acceptance_minutes=np.minimum(waits, watched),
        is_sales_acceptance_minutes_ended=waits <= watched,
        **{metric: rng.choice(states, rows, p=[0.4, 0.3, 0.2, 0.1]) for metric in SHARES},
    )


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, compilation: Path, compiled: dict[str, str]) -> Path:
    """A folder in which mf finds the project, with a warehouse that holds what the semantic model reads."""
    folder = tmp_path_factory.mktemp("metricflow")
    for name in ("models", "macros", "seeds", "snapshots", "tests", "dbt_project.yml", "profiles.yml"):
        (folder / name).symlink_to(PROJECT / name)
    (folder / "target").mkdir()
    shutil.copy(compilation / "semantic_manifest.json", folder / "target")
    with duckdb.connect(str(folder / "warehouse.duckdb")) as warehouse:
        warehouse.register("facts", mixed_facts())
        warehouse.execute(
            """
            create schema intermediate;
            create schema marts;
            create table int_metric_facts as select * from facts;
            create table intermediate.int_metric_facts as select * from facts;
            create table marts.dim_dates as
            select cast(unnest(generate_series(date '2025-12-01', date '2026-12-31', interval 1 day)) as date)
                as date_day;
            """
        )
        for name in METRICS:
            warehouse.execute(f"create table {name} as {compiled[name]}")
        warehouse.execute("create table marts.fct_handoff_metrics as select * from fct_handoff_metrics")
    return folder


def metricflow(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    settings = {name: value for name, value in os.environ.items() if not name.startswith("HANDOFF_")}
    outcome = subprocess.run(
        [str(Path(sys.executable).parent / "mf"), *arguments],
        cwd=project,
        env=settings | {"HANDOFF_HOME": str(project), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    return outcome


@pytest.mark.slow
def test_the_configuration_is_valid_and_its_queries_run(project: Path) -> None:
    told = metricflow(project, "validate-configs").stdout
    assert told.count("ERRORS: 0, FUTURE_ERRORS: 0, WARNINGS: 0") == 6, told


@pytest.mark.slow
def test_metricflow_answers_with_the_numbers_of_the_mart(project: Path, build: Build) -> None:
    metricflow(
        project,
        "query",
        "--metrics",
        ",".join(HEADLINES),
        "--group-by",
        "original_source,metric_time__month",
        "--csv",
        "answer.csv",
    )
    answer = pd.read_csv(project / "answer.csv", keep_default_na=False, na_values=[""])
    answer = answer.dropna(subset="original_source")
    answer["metric_time__month"] = pd.to_datetime(answer["metric_time__month"])
    found = answer.melt(["original_source", "metric_time__month"], HEADLINES, "metric", "value").dropna()
    mart = build(*METRICS, int_metric_facts=mixed_facts())
    expected = mart[
        (mart["period_grain"] == "month") & (mart["dimension"] == "source") & mart["metric"].isin(HEADLINES)
    ]
    keys = ["member", "period_start", "metric"]
    found = found.rename(columns={"original_source": "member", "metric_time__month": "period_start"})
    answered, wanted = by_keys(found, keys), by_keys(expected.dropna(subset="value"), keys)
    assert len(wanted) == 3 * 5 * len(HEADLINES)
    assert answered == pytest.approx(wanted, rel=1e-12)


def by_keys(table: pd.DataFrame, keys: list[str]) -> dict[tuple[Hashable, ...], float]:
    return {tuple(row[key] for key in keys): row["value"] for row in table.to_dict("records")}
