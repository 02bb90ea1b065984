"""Waits: the curves and quantiles are those of lifelines, and who is left untouched is not left out."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from lifelines import KaplanMeierFitter
from lifelines.utils import qth_survival_time

from .conftest import CURVES, METRICS, Build
from .facts import metric_facts

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

RNG = np.random.default_rng


def fitted(minutes: Floats, is_ended: Flags) -> KaplanMeierFitter:
    return KaplanMeierFitter().fit(minutes, is_ended)


def simulated(seed: int, rows: int, *, with_ties: bool, censored: float) -> tuple[Floats, Flags]:
    """Waits and censoring times, both exponential; with ties they are whole hours."""
    rng = RNG(seed)
    waits = rng.exponential(120, rows)
    limits = rng.exponential(120 * (1 - censored) / max(censored, 1e-9), rows)
    minutes = np.minimum(waits, limits)
    return np.floor(minutes / 60) * 60 if with_ties else minutes, waits <= limits


def speed_facts(minutes: Floats, is_ended: Flags, **columns: object) -> pd.DataFrame:
    return metric_facts(
        len(minutes),
        speed_to_lead_minutes=minutes,
        is_speed_to_lead_minutes_ended=is_ended,
        sales_acceptance_minutes=minutes,
        is_sales_acceptance_minutes_ended=is_ended,
        **columns,
    )


def worlds(rows: tuple[int, ...], censored: tuple[float, ...]) -> dict[str, tuple[Floats, Flags]]:
    """One simulated team per size, share censored, and with or without ties."""
    return {
        f"{size} {share} {with_ties}": simulated(size, size, with_ties=with_ties, censored=share)
        for size in rows
        for share in censored
        for with_ties in (False, True)
    }


def assert_is_curve_of(curve: pd.DataFrame, fit: KaplanMeierFitter) -> None:
    """The points are lifelines' wherever something happens, and nothing is left out."""
    curve = curve.sort_values("minute")
    table = fit.event_table
    kept = table[(table["observed"] > 0) | (table.index == 0)]
    np.testing.assert_allclose(curve["minute"], kept.index, rtol=1e-15)
    np.testing.assert_array_equal(curve["at_risk"], kept["at_risk"])
    np.testing.assert_array_equal(curve["events"], kept["observed"])
    theirs = fit.survival_function_.loc[kept.index].iloc[:, 0]
    np.testing.assert_allclose(curve["survival"], theirs, atol=1e-12)
    alive = curve["survival"].to_numpy() > 0
    bands = fit.confidence_interval_.loc[kept.index].to_numpy()
    np.testing.assert_allclose(curve[["ci_low", "ci_high"]].to_numpy()[alive], bands[alive], atol=1e-9)


def test_curves_are_those_of_lifelines(build: Build) -> None:
    teams = worlds(rows=(1, 2, 5, 60, 1500), censored=(0.0, 0.2, 0.7))
    minutes, is_ended = (np.concatenate(parts) for parts in zip(*teams.values(), strict=True))
    names = np.repeat(list(teams), [len(waits) for waits, _ in teams.values()])
    facts = speed_facts(minutes, is_ended, team=names)
    for mart in ("fct_first_action_survival", "fct_acceptance_survival"):
        curves = build(*CURVES, mart, int_metric_facts=facts)
        assert_is_curve_of(curves[curves["dimension"] == "all"], fitted(minutes, is_ended))
        for team, (waits, ended) in teams.items():
            curve = curves[(curves["dimension"] == "team") & (curves["member"] == team)]
            assert_is_curve_of(curve, fitted(waits, ended))


def quantile(fit: KaplanMeierFitter, share: float) -> tuple[float, float, float]:
    """The time of a curve and of its bands, null where never reached; a point at the very share counts.

    lifelines multiplies in logarithms, so a curve at one half may read 0.5000000000000001 and be passed over.
    """
    bands = fit.confidence_interval_
    found = [
        qth_survival_time(share, column - 1e-12)
        for column in (fit.survival_function_.iloc[:, 0], bands.iloc[:, 0], bands.iloc[:, 1])
    ]
    return tuple(np.nan if np.isinf(value) else float(value) for value in found)  # type: ignore[return-value]


def test_medians_and_tenths_are_those_of_lifelines(build: Build) -> None:
    teams = worlds(rows=(3, 20, 21, 22, 300), censored=(0.0, 0.3, 0.8))
    minutes, is_ended = (np.concatenate(parts) for parts in zip(*teams.values(), strict=True))
    names = np.repeat(list(teams), [len(waits) for waits, _ in teams.values()])
    metrics = build(*METRICS, int_metric_facts=speed_facts(minutes, is_ended, team=names))
    metrics = metrics[metrics["period_grain"] == "all"]
    rows = {(row["dimension"], row["member"], row["metric"]): row for row in metrics.to_dict("records")}
    slices = {("all", "all"): (minutes, is_ended)} | {("team", team): waits for team, waits in teams.items()}
    for (dimension, member), (waits, ended) in slices.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fit = fitted(waits, ended)
        for metric in ("speed_to_lead_minutes", "sales_acceptance_minutes"):
            for name, share in ((metric, 0.5), (f"{metric}_p90", 0.1)):
                row = rows[(dimension, member, name)]
                found = (row["value"], row["ci_low"], row["ci_high"])
                expected = quantile(fit, share)
                # A curve that ends at zero has no bands there.
                if fit.survival_function_.iloc[-1, 0] > 0:
                    assert found == pytest.approx(expected, nan_ok=True)
                assert found[0] == pytest.approx(expected[0], nan_ok=True)
                assert (row["numerator"], row["denominator"]) == (ended.sum(), len(waits))


def test_every_week_and_month_of_a_slice_has_its_own_curve(build: Build) -> None:
    """Around the turn of a year, where weeks, months and years begin on days of their own."""
    rows = 1500
    minutes, is_ended = simulated(31, rows, with_ties=True, censored=0.3)
    days = pd.Timestamp("2025-12-08") + pd.to_timedelta(RNG(32).integers(0, 60, rows), unit="D")
    teams = np.array(["a", "b"])[RNG(33).integers(0, 2, rows)]
    metrics = build(
        *METRICS, int_metric_facts=speed_facts(minutes, is_ended, team=teams, opened_on=days.date)
    )
    metrics = metrics[(metrics["dimension"] == "team") & (metrics["metric"] == "speed_to_lead_minutes")]
    keys = ["period_grain", "period_start", "member"]
    found = {tuple(row[key] for key in keys): row["value"] for row in metrics.dropna().to_dict("records")}
    starts = {
        "week": days - pd.to_timedelta(days.day_of_week, unit="D"),
        "month": days.to_period("M").to_timestamp(),
    }
    expected = {}
    for grain, start in starts.items():
        for period, team in set(zip(start, teams, strict=True)):
            own = (start == period) & (teams == team)
            expected[(grain, period, team)] = quantile(fitted(minutes[own], is_ended[own]), 0.5)[0]
    assert len(expected) == 2 * (9 + 3)
    assert found == expected


def test_a_curve_at_exactly_one_half_is_its_median(build: Build) -> None:
    sizes = (2, 6, 8, 14, 44, 100)
    minutes = np.concatenate([np.arange(1.0, rows + 1) for rows in sizes])
    members = np.repeat([str(rows) for rows in sizes], sizes)
    metrics = build(
        *METRICS, int_metric_facts=speed_facts(minutes, np.full(len(minutes), True), form=members)
    )
    metrics = metrics[(metrics["period_grain"] == "all") & (metrics["dimension"] == "form")]
    medians = metrics[metrics["metric"] == "speed_to_lead_minutes"].set_index("member")["value"].to_dict()
    assert medians == {str(rows): rows / 2 for rows in sizes}


def test_curves_on_olist_are_those_of_lifelines(build: Build, real_data: Path) -> None:
    """Qualified sellers until they signed; who never did is censored at the end of the data."""
    leads = pd.read_csv(real_data / "olist" / "olist_marketing_qualified_leads_dataset.csv")
    deals = pd.read_csv(real_data / "olist" / "olist_closed_deals_dataset.csv")
    joined = leads.merge(deals[["mql_id", "won_date"]], on="mql_id", how="left")
    contacted = pd.to_datetime(joined["first_contact_date"])
    won = pd.to_datetime(joined["won_date"])
    until = won.fillna(won.max())
    minutes = (until - contacted).dt.total_seconds().to_numpy() / 60
    kept = minutes >= 0
    is_ended = won.notna().to_numpy()[kept]
    origin = joined["origin"].fillna("(none)").to_numpy()[kept]
    facts = speed_facts(minutes[kept], is_ended, source=origin)
    curves = build(*CURVES, "fct_acceptance_survival", int_metric_facts=facts)
    assert len(curves) > 1000
    metrics = build(*METRICS, int_metric_facts=facts)
    metrics = metrics[(metrics["period_grain"] == "all") & (metrics["dimension"] == "source")]
    values = metrics.set_index(["member", "metric"])[["value", "ci_low", "ci_high"]]
    for member in set(origin):
        curve = curves[(curves["dimension"] == "source") & (curves["member"] == member)]
        own = origin == member
        fit = fitted(minutes[kept][own], is_ended[own])
        assert_is_curve_of(curve, fit)
        # So few sign that no median is ever reached: there is none then, not a high one.
        for name, share in (("sales_acceptance_minutes", 0.5), ("sales_acceptance_minutes_p90", 0.1)):
            found = tuple(values.loc[(member, name)].astype(float))
            assert found == pytest.approx(quantile(fit, share), nan_ok=True)
            assert np.isnan(found[0])


def test_quantiles_of_olists_deals_are_those_of_lifelines(build: Build, real_data: Path) -> None:
    """How long those took who did sign, some of them not yet within their first month of watching."""
    leads = pd.read_csv(real_data / "olist" / "olist_marketing_qualified_leads_dataset.csv")
    deals = pd.read_csv(real_data / "olist" / "olist_closed_deals_dataset.csv")
    joined = deals.merge(leads, on="mql_id")
    taken = pd.to_datetime(joined["won_date"]) - pd.to_datetime(joined["first_contact_date"])
    minutes = taken.dt.total_seconds().to_numpy() / 60
    kept = minutes >= 0
    origin = joined["origin"].fillna("(none)").to_numpy()[kept]
    is_ended = minutes[kept] <= 60 * 24 * 90
    waits = np.minimum(minutes[kept], 60 * 24 * 90)
    metrics = build(*METRICS, int_metric_facts=speed_facts(waits, is_ended, source=origin))
    metrics = metrics[(metrics["period_grain"] == "all") & (metrics["dimension"] == "source")]
    values = metrics.set_index(["member", "metric"])[["value", "ci_low", "ci_high"]]
    reached = 0
    for member in set(origin):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fit = fitted(waits[origin == member], is_ended[origin == member])
        for name, share in (("sales_acceptance_minutes", 0.5), ("sales_acceptance_minutes_p90", 0.1)):
            found, expected = tuple(values.loc[(member, name)].astype(float)), quantile(fit, share)
            reached += not np.isnan(found[0])
            # A curve that ends at zero has no bands there.
            if fit.survival_function_.iloc[-1, 0] > 0:
                assert found == pytest.approx(expected, nan_ok=True)
            assert found[0] == pytest.approx(expected[0], nan_ok=True)
    assert reached >= 10


def reported_median(build: Build, minutes: Floats, is_ended: Flags) -> float:
    metrics = build(*METRICS, int_metric_facts=speed_facts(minutes, is_ended))
    metrics = metrics[(metrics["period_grain"] == "all") & (metrics["dimension"] == "all")]
    return float(metrics.set_index("metric")["value"]["speed_to_lead_minutes"])


def test_untouched_leads_worsen_the_median_while_a_naive_mean_would_improve(build: Build) -> None:
    """Twice as many leads that nobody ever touches, the slow ones rather than the fast ones.

    A mean over the leads that were touched loses just those, and praises the team for neglecting them. Leads
    opened at different times before as_of, so each is watched for a time of its own.
    """
    rng = RNG(5)
    rows = 40_000
    waits = rng.lognormal(5.0, 1.0, rows)
    slowness = np.argsort(np.argsort(waits)) / rows
    watched = rng.uniform(500, 20_000, rows)
    truths, medians, naive_means = [], [], []
    for untouched in (0.2, 0.4):
        true_waits = np.where(rng.random(rows) < 2 * untouched * slowness, np.inf, waits)
        is_ended = true_waits <= watched
        truths.append(float(np.quantile(true_waits, 0.5, method="inverted_cdf")))
        medians.append(reported_median(build, np.minimum(true_waits, watched), is_ended))
        naive_means.append(float(waits[is_ended].mean()))
    assert truths[1] > 1.15 * truths[0]
    assert medians == pytest.approx(truths, rel=0.03)
    assert naive_means[1] < 0.9 * naive_means[0]


def test_intervals_of_curves_and_quantiles_hold_the_truth_in_95_of_100_draws(build: Build) -> None:
    draws, rows = 1000, 150
    waits = RNG(12).exponential(1, (draws, rows))
    watched = RNG(13).exponential(2, (draws, rows))
    facts = speed_facts(
        np.minimum(waits, watched).ravel(),
        (waits <= watched).ravel(),
        form=np.repeat([f"draw {number}" for number in range(draws)], rows),
    )
    curves = build(*CURVES, "fct_first_action_survival", int_metric_facts=facts)
    curves = curves[curves["dimension"] == "form"].sort_values("minute")
    for minute in (0.2, 0.7, 1.5):
        points = curves[curves["minute"] <= minute].groupby("member").last()
        assert len(points) == draws
        covered = points["ci_low"].le(np.exp(-minute)) & points["ci_high"].ge(np.exp(-minute))
        assert 0.93 <= covered.mean() <= 0.97, minute
    metrics = build(*METRICS, int_metric_facts=facts)
    kept = (metrics["period_grain"] == "all") & (metrics["dimension"] == "form")
    for metric, truth in (("speed_to_lead_minutes", np.log(2)), ("speed_to_lead_minutes_p90", np.log(10))):
        found = metrics[kept & (metrics["metric"] == metric)]
        assert len(found) == draws
        covered = ((found["ci_low"] <= truth) & (truth <= found["ci_high"].fillna(np.inf))).mean()
        assert 0.93 <= covered <= 0.97, metric
