"""Rows of int_metric_facts, as the definitions would give them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd

SHARES = [
    "mql_to_sal_rate",
    "first_activity_completion_rate",
    "first_action_sla_rate",
    "rejection_reason_completeness",
    "opportunity_creation_rate",
    "owner_presence_rate",
    "owner_assignment_sla_rate",
    "context_completeness_rate",
    "recycle_rate",
    "disqualification_rate",
    "quality_rejection_rate",
    "rejected_without_attempt_rate",
    "reassignment_rate",
    "stale_rate",
]
WAITS = [
    "sales_acceptance_minutes",
    "speed_to_lead_minutes",
    "routing_minutes",
    "queue_minutes",
    "queue_wait_minutes",
    "human_minutes",
]
SLICES = ["source", "channel", "campaign", "form", "team", "owner", "queue", "territory", "fit_band"]


def metric_facts(rows: int, **columns: object) -> pd.DataFrame:
    """A table of int_metric_facts with so many handoffs; what is not given is not recorded.

    columns: arrays or single values. Shares hold 1, 0, -1 or NaN; a wait goes with its is_<wait>_ended.
    """
    given: Mapping[str, object] = {
        "source_system": "acme",
        "lead_id": [f"L{number}" for number in range(rows)],
        "handoff_number": 1,
        "opened_at": pd.Timestamp("2026-03-02 09:00"),
        "opened_on": date(2026, 3, 2),
        "recording_profile": "fit intent owner action",
        "is_open": False,
        "has_outlived_acceptance": True,
        "has_outlived_outcome": True,
    } | columns
    table = pd.DataFrame(dict(given), index=range(rows))
    for name in SHARES:
        table[name] = _column(table, name).astype("Int64")
    for name in WAITS:
        table[name] = _column(table, name).astype("Float64")
        table[f"is_{name}_ended"] = _column(table, f"is_{name}_ended").astype("boolean")
    for name in [*SLICES, "intent_tier"]:
        table[name] = _column(table, name).astype("string")
    return table


def _column(table: pd.DataFrame, name: str) -> pd.Series:
    return table[name] if name in table else pd.Series([None] * len(table), index=table.index, dtype="object")
