"""Shares, who counts in them, and Wilson's interval."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest
from statsmodels.stats.proportion import proportion_confint

from .conftest import METRICS, Build
from .facts import SHARES, metric_facts

Row = dict[Hashable, Any]


NO_WAITS = pd.DataFrame(
    {
        "period_grain": pd.Series(dtype="string"),
        "period_start": pd.Series(dtype="datetime64[ns]"),
        **{name: pd.Series(dtype="string") for name in ("dimension", "member", "metric")},
        **{name: pd.Series(dtype="Int64") for name in ("events", "exits", "lasting")},
        **{
            f"{name}{end}": pd.Series(dtype="Float64")
            for name in ("median", "p90")
            for end in ("", "_low", "_high")
        },
    }
)


def overall(metrics: pd.DataFrame, metric: str) -> Row:
    rows = metrics[
        (metrics["period_grain"] == "all") & (metrics["dimension"] == "all") & (metrics["metric"] == metric)
    ]
    assert len(rows) == 1
    return rows.to_dict("records")[0]


def test_only_what_is_due_enters_a_denominator(build: Build) -> None:
    states = [1, 1, 0, -1, -1, -1, None]
    row = overall(
        build(*METRICS, int_metric_facts=metric_facts(7, mql_to_sal_rate=states)), "mql_to_sal_rate"
    )
    assert (row["numerator"], row["denominator"], row["pending"]) == (2, 3, 3)
    assert row["value"] == pytest.approx(2 / 3)
    assert not row["is_reliable"]


def test_nothing_due_gives_no_share_and_nothing_recorded_gives_no_row(build: Build) -> None:
    facts = metric_facts(2, mql_to_sal_rate=[-1, -1])
    metrics = build(*METRICS, int_metric_facts=facts)
    row = overall(metrics, "mql_to_sal_rate")
    assert (row["denominator"], row["pending"]) == (0, 2)
    assert pd.isna(row["value"]) and pd.isna(row["ci_low"]) and pd.isna(row["ci_high"])
    assert set(metrics["metric"]) == {"mql_to_sal_rate"}


@pytest.mark.parametrize(("due", "is_reliable"), [(29, False), (30, True)])
def test_thirty_in_the_denominator_are_reliable(build: Build, due: int, is_reliable: bool) -> None:
    states = [1] * due + [-1] * 50
    metrics = build(*METRICS, int_metric_facts=metric_facts(due + 50, stale_rate=states))
    assert bool(overall(metrics, "stale_rate")["is_reliable"]) is is_reliable


def test_wilson_intervals_are_those_of_statsmodels_and_scipy(build: Build) -> None:
    pairs = [(met, due) for due in (1, 2, 7, 30, 97, 1000, 4321) for met in {0, 1, due // 3, due - 1, due}]
    states = np.concatenate([np.repeat([1, 0], [met, due - met]) for met, due in pairs])
    members = np.repeat([f"{met}/{due}" for met, due in pairs], [due for _, due in pairs])
    facts = metric_facts(len(states), recycle_rate=states, campaign=members)
    metrics = build(*METRICS, int_metric_facts=facts)
    found = metrics[(metrics["dimension"] == "campaign") & (metrics["period_grain"] == "all")]
    assert len(found) == len(set(pairs))
    for row in found.to_dict("records"):
        met, due = map(int, row["member"].split("/"))
        assert (row["numerator"], row["denominator"]) == (met, due)
        expected = proportion_confint(met, due, method="wilson")
        assert (row["ci_low"], row["ci_high"]) == pytest.approx(expected, abs=1e-12)
        theirs = binomtest(met, due).proportion_ci(method="wilson")
        assert (row["ci_low"], row["ci_high"]) == pytest.approx((theirs.low, theirs.high), abs=1e-12)
        assert 0 <= row["ci_low"] <= row["value"] <= row["ci_high"] <= 1


def test_weeks_start_on_monday_and_every_period_adds_up(build: Build) -> None:
    days = [date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 8), date(2026, 3, 9), date(2026, 4, 1)]
    facts = metric_facts(5, opened_on=days, recycle_rate=[1, 0, 1, 0, 1])
    metrics = build(*METRICS, int_metric_facts=facts)
    metrics = metrics[metrics["dimension"] == "all"]
    weeks = metrics[metrics["period_grain"] == "week"].set_index("period_start")["denominator"].to_dict()
    assert weeks == {
        pd.Timestamp("2026-02-23"): 1,
        pd.Timestamp("2026-03-02"): 2,
        pd.Timestamp("2026-03-09"): 1,
        pd.Timestamp("2026-03-30"): 1,
    }
    months = metrics[metrics["period_grain"] == "month"].set_index("period_start")["numerator"].to_dict()
    assert months == {pd.Timestamp("2026-03-01"): 2, pd.Timestamp("2026-04-01"): 1}
    assert metrics.groupby("period_grain")["denominator"].sum().to_dict() == {"all": 5, "month": 5, "week": 5}


def test_a_slice_leaves_out_what_its_source_does_not_record(build: Build) -> None:
    facts = metric_facts(4, recycle_rate=[1, 0, 1, 1], team=["emea", "emea", "(none)", None])
    metrics = build(*METRICS, int_metric_facts=facts)
    teams = metrics[(metrics["dimension"] == "team") & (metrics["period_grain"] == "all")]
    assert teams.set_index("member")["denominator"].to_dict() == {"emea": 2, "(none)": 1}


def test_wilson_intervals_hold_the_truth_in_95_of_100_draws(build: Build) -> None:
    rng = np.random.default_rng(2)
    draws = 1000
    for due, share in ((200, 0.3), (60, 0.5), (1000, 0.05)):
        days = pd.DataFrame(
            {f"{name}_{count}": 0 for name in SHARES for count in ("met", "due", "pending")}, [0]
        )
        days = days.loc[[0] * draws].reset_index(drop=True)
        days["dimension"], days["opened_on"] = "campaign", date(2026, 3, 2)
        days["member"] = [f"draw {number}" for number in range(draws)]
        days["recycle_rate_due"], days["recycle_rate_met"] = due, rng.binomial(due, share, draws)
        metrics = build("fct_handoff_metrics", int_metric_days=days, int_wait_quantiles=NO_WAITS)
        metrics = metrics[metrics["period_grain"] == "all"]
        assert len(metrics) == draws
        covered = ((metrics["ci_low"] <= share) & (share <= metrics["ci_high"])).mean()
        assert 0.93 <= covered <= 0.97
