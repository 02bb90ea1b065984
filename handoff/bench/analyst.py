"""What an analyst would write in place of this project: each lead's first handoff and five metrics of it.

The same table three times: one DuckDB query (``analyst.sql``), pandas, Polars. All three answer alike, which
the tests see to; how long each takes is what the benchmark compares.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd

if TYPE_CHECKING:
    import polars as pl

METRICS = ("handoffs", "median_minutes_to_first_action", "share_in_a_day", "acceptance", "conversion")
_FIELDS = {"Status": "status", "Lifecycle_Stage__c": "stage"}
_ACTIONS = ["Call", "Email"]
_MILESTONES = {
    "accepted_at": ["accepted", "working - contacted"],
    "rejected_at": ["closed - not converted"],
    "converted_at": ["closed - converted"],
}
_DAY = 1440.0


def by_duckdb(folder: Path, database: Path) -> dict[str, float]:
    """Write the handoff table into ``database``; return the metrics by name (minutes, shares of 1)."""
    sql = (Path(__file__).parent / "analyst.sql").read_text(encoding="utf-8")
    with duckdb.connect(str(database)) as connection:
        connection.execute(sql.format(folder=str(folder).replace("'", "''")))
        row: Any = connection.execute(
            """
            select
                count(*), median(minutes_to_first_action), avg((minutes_to_first_action <= 1440)::int),
                avg((accepted_at is not null)::int), avg((converted_at is not null)::int)
            from handoffs
            """
        ).fetchone()
    return dict(zip(METRICS, map(float, row), strict=True))


def by_pandas(folder: Path, file: Path) -> dict[str, float]:
    """Write the handoff table to ``file`` (Parquet); return the metrics by name (minutes, shares of 1)."""
    history = pd.read_parquet(
        folder / "lead_history" / "whole.parquet", columns=["lead_id", "created_date", "field", "new_value"]
    )
    history = history[history["field"].isin(list(_FIELDS))]
    tasks = pd.read_parquet(
        folder / "task" / "whole.parquet", columns=["who_id", "completed_date_time", "task_subtype", "status"]
    )
    tasks = tasks[tasks["status"] == "Completed"]
    events = pd.concat(
        [
            pd.DataFrame(
                {
                    "lead_id": history["lead_id"],
                    "occurred_at": history["created_date"],
                    "kind": history["field"].map(_FIELDS),
                    "value": history["new_value"].str.strip().str.lower(),
                }
            ),
            pd.DataFrame(
                {
                    "lead_id": tasks["who_id"],
                    "occurred_at": tasks["completed_date_time"],
                    "kind": "activity",
                    "value": tasks["task_subtype"],
                }
            ),
        ],
        ignore_index=True,
    )
    is_mql = (events["kind"] == "stage") & (events["value"] == "mql")
    handoffs = events[is_mql].groupby("lead_id")["occurred_at"].min().rename("opened_at").reset_index()
    after = events.merge(handoffs, on="lead_id")
    after = after[after["occurred_at"] >= after["opened_at"]]

    def first(kind: str, values: list[str], name: str) -> pd.Series[Any]:
        chosen = after[(after["kind"] == kind) & after["value"].isin(values)]
        return chosen.groupby("lead_id")["occurred_at"].min().rename(name)

    handoffs = handoffs.join(first("activity", _ACTIONS, "first_action_at"), on="lead_id")
    for name, values in _MILESTONES.items():
        handoffs = handoffs.join(first("status", values, name), on="lead_id")
    waited = handoffs["first_action_at"] - handoffs["opened_at"]
    handoffs["minutes_to_first_action"] = waited.dt.total_seconds() / 60
    handoffs.to_parquet(file)
    minutes = handoffs["minutes_to_first_action"]
    figures = (
        len(handoffs),
        minutes.median(),
        (minutes.dropna() <= _DAY).mean(),
        handoffs["accepted_at"].notna().mean(),
        handoffs["converted_at"].notna().mean(),
    )
    return dict(zip(METRICS, map(float, figures), strict=True))


def by_polars(folder: Path, file: Path) -> dict[str, float]:
    """Write the handoff table to ``file`` (Parquet); return the metrics by name (minutes, shares of 1)."""
    import polars as pl

    events = _polars_events(folder)
    openings = (
        events.filter((pl.col("kind") == "stage") & (pl.col("value") == "mql"))
        .group_by("lead_id")
        .agg(pl.col("occurred_at").min().alias("opened_at"))
    )

    def first(kind: str, values: list[str], name: str) -> pl.Expr:
        chosen = (pl.col("kind") == kind) & pl.col("value").is_in(values)
        return pl.col("occurred_at").filter(chosen).min().alias(name)

    milestones = (
        events.join(openings, on="lead_id")
        .filter(pl.col("occurred_at") >= pl.col("opened_at"))
        .group_by("lead_id", "opened_at")
        .agg(
            first("activity", _ACTIONS, "first_action_at"),
            *(first("status", values, name) for name, values in _MILESTONES.items()),
        )
        .with_columns(
            minutes_to_first_action=(pl.col("first_action_at") - pl.col("opened_at")).dt.total_seconds() / 60
        )
    )
    handoffs = milestones.collect(engine="streaming")
    handoffs.write_parquet(file)
    row = handoffs.select(
        pl.len().cast(pl.Float64).alias(METRICS[0]),
        pl.col("minutes_to_first_action").median().alias(METRICS[1]),
        (pl.col("minutes_to_first_action") <= _DAY).mean().alias(METRICS[2]),
        pl.col("accepted_at").is_not_null().mean().alias(METRICS[3]),
        pl.col("converted_at").is_not_null().mean().alias(METRICS[4]),
    ).row(0, named=True)
    return {name: float(row[name]) for name in METRICS}


def _polars_events(folder: Path) -> pl.LazyFrame:
    import polars as pl

    history = (
        pl.scan_parquet(folder / "lead_history" / "whole.parquet")
        .filter(pl.col("field").is_in(list(_FIELDS)))
        .select(
            "lead_id",
            pl.col("created_date").alias("occurred_at"),
            pl.col("field").replace_strict(_FIELDS).alias("kind"),
            pl.col("new_value").str.strip_chars().str.to_lowercase().alias("value"),
        )
    )
    tasks = (
        pl.scan_parquet(folder / "task" / "whole.parquet")
        .filter(pl.col("status") == "Completed")
        .select(
            pl.col("who_id").alias("lead_id"),
            pl.col("completed_date_time").alias("occurred_at"),
            pl.lit("activity").alias("kind"),
            pl.col("task_subtype").alias("value"),
        )
    )
    return pl.concat([history, tasks])
