"""The decomposition: the literature's figures, additivity, errors, the exact test and the level of a run."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from scipy.stats import hypergeom, norm
from statsmodels.stats.multitest import multipletests

from .conftest import Build
from .decomposition import EFFECTS, Floats, Side, split, standard_errors

PROFILE_CELL = ["recording_profile", "quality_cell", "process_cell"]


def cells_of(dimension: str, members: dict[str, Side], symptom: str = "low_sales_acceptance") -> pd.DataFrame:
    """Rows of int_symptom_cells of one dimension; the sides are [profile, quality, process]."""
    tables = []
    for member, side in members.items():
        profile, quality, process = np.indices(side.trials.shape).reshape(3, -1)
        table = pd.DataFrame(
            {
                "dimension": dimension,
                "member": member,
                "symptom": symptom,
                "recording_profile": [f"profile {number}" for number in profile],
                "quality_cell": [f"quality {number}" for number in quality],
                "process_cell": process,
                "context_state": 1,
                "owned_state": 1,
                "acted_state": process % 2,
                "trials": side.trials.ravel(),
                "hits": side.hits.ravel(),
            }
        )
        tables.append(table[table["trials"] > 0])
    return pd.concat(tables, ignore_index=True)


def rows_of(table: pd.DataFrame, *keys: str) -> dict[tuple[Hashable, ...], dict[Hashable, Any]]:
    rows = table.to_dict("records")
    return {tuple(row[key] for key in keys): row for row in rows}


def sampled(rng: np.random.Generator, trials: int, shares: Floats, rates: Floats) -> Side:
    counts = rng.multinomial(trials, shares.ravel()).reshape(shares.shape)
    return Side(counts.astype(float), rng.binomial(counts, rates).astype(float))


# Das Gupta (1993), Standardization and Decomposition of Rates: A User's Manual (U.S. Bureau of the Census,
# Current Population Reports P23-186), example 5.3: population in thousands and deaths per 1,000 by race (row)
# and age (columns), United States 1985 and 1970; as reproduced by the R package DasGuptR 2.1 (README, tests).
DEATHS = {
    "1985": (
        [
            [3041, 11577, 27450, 32711, 35480, 27411, 19555, 19795, 15254, 8022, 2472],
            [707, 2692, 6473, 6841, 6547, 4352, 3034, 2540, 1749, 804, 236],
        ],
        [
            [9.163, 0.462, 0.248, 0.929, 1.084, 1.810, 4.715, 12.187, 27.728, 64.068, 157.570],
            [17.208, 0.738, 0.328, 1.103, 2.045, 3.724, 8.052, 17.812, 34.128, 68.276, 125.161],
        ],
    ),
    "1970": (
        [
            [2968, 11484, 34614, 30992, 21983, 20314, 20928, 16897, 11339, 5720, 1315],
            [535, 2162, 6120, 4781, 3096, 2718, 2363, 1767, 1149, 448, 117],
        ],
        [
            [18.469, 0.751, 0.391, 1.146, 1.287, 2.672, 6.636, 15.691, 34.723, 79.763, 176.837],
            [36.993, 1.352, 0.541, 2.040, 3.523, 6.746, 12.967, 24.471, 45.091, 74.902, 123.205],
        ],
    ),
}
# Example 5.1: households, population in per cent and headship rates by age, 1970 and 1985.
HOUSEHOLDS = {
    "1970": (
        [[12.9, 10.9, 9.5, 8.0, 7.8, 8.4, 8.6, 7.8, 7.0, 5.9, 4.7, 3.6, 4.9]],
        [[1.9, 25.8, 45.7, 49.6, 51.2, 51.6, 51.8, 54.9, 58.7, 60.4, 62.8, 66.6, 66.8]],
    ),
    "1985": (
        [[10.1, 11.2, 11.6, 10.9, 9.4, 7.7, 6.3, 6.0, 6.3, 5.9, 5.1, 4.0, 5.5]],
        [[2.2, 24.3, 45.8, 52.5, 56.1, 55.6, 56.0, 57.4, 57.2, 61.2, 63.9, 68.6, 72.2]],
    ),
}
Example = dict[str, tuple[list[list[float]], list[list[float]]]]


def as_sides(example: Example, per: float) -> dict[str, Side]:
    return {
        year: Side(np.array([sizes]), np.array([sizes]) * np.array([rates]) / per)
        for year, (sizes, rates) in example.items()
    }


@pytest.mark.parametrize(
    ("example", "per", "expected"),
    [
        # 1985 less 1970: race 9.156087 - 9.136312, age 9.907067 - 8.385332, rate 8.029643 - 10.257368.
        (DEATHS, 1000, {"quality": 0.0197749, "process": 1.5217347, "rate": -2.2277254, "gap": -0.6862158}),
        # Age 46.8145 - 45.5876, rate 47.0712 - 45.3309; a factor of one level carries nothing.
        (HOUSEHOLDS, 100, {"quality": 0.0, "process": 1.2269, "rate": 1.7403, "gap": 2.9672}),
    ],
)
def test_the_worked_examples_of_das_gupta(
    build: Build, example: Example, per: float, expected: dict[str, float]
) -> None:
    gaps = build("int_rate_gaps", int_symptom_cells=cells_of("channel", as_sides(example, per)))
    row = rows_of(gaps, "member")[("1985",)]
    found = {name: row[f"{name}_effect"] * per for name in EFFECTS} | {"gap": row["gap"] * per}
    digits = 7 if example is DEATHS else 4
    assert found == pytest.approx(expected, abs=0.5001 * 10**-digits)


def nasty_sides(rng: np.random.Generator) -> tuple[Side, Side]:
    """Few handoffs in many cells, some cells, rows and whole profiles empty on one side or both."""
    shape = tuple(int(size) for size in rng.integers((1, 1, 1), (4, 6, 7)))
    pair = []
    for _ in range(2):
        shares = rng.dirichlet(np.full(np.prod(shape), 0.4)).reshape(shape)
        if shape[0] > 1 and rng.random() < 0.3:
            shares[rng.integers(shape[0])] = 0
            shares /= shares.sum()
        pair.append(sampled(rng, int(rng.integers(1, 400)), shares, rng.random(shape)))
    return pair[0], pair[1]


def test_effects_are_the_books_and_sum_to_the_gap_whatever_is_empty(build: Build) -> None:
    rng = np.random.default_rng(3)
    pairs = [nasty_sides(rng) for _ in range(300)]
    cells = pd.concat(
        [cells_of(f"pair {number}", {"others": o, "segment": s}) for number, (o, s) in enumerate(pairs)]
    )
    gaps = rows_of(build("int_rate_gaps", int_symptom_cells=cells), "dimension", "member")
    assert len(gaps) == 600
    for number, (others, segment) in enumerate(pairs):
        row = gaps[(f"pair {number}", "segment")]
        found = [row[f"{name}_effect"] for name in EFFECTS]
        assert sum(found) == pytest.approx(row["gap"], abs=1e-12)
        expected_gap = segment.hits.sum() / segment.trials.sum() - others.hits.sum() / others.trials.sum()
        assert row["gap"] == pytest.approx(expected_gap, abs=1e-12)
        assert found == pytest.approx([float(effect) for effect in split(others, segment)], abs=1e-12)
        # The others' gap to the segment is the same one, seen from the other side.
        mirrored = gaps[(f"pair {number}", "others")]
        assert [mirrored[f"{name}_effect"] for name in EFFECTS] == pytest.approx(
            [-x for x in found], abs=1e-12
        )


def test_standard_errors_are_those_of_numerical_derivatives(build: Build) -> None:
    rng = np.random.default_rng(4)
    pairs = [nasty_sides(rng) for _ in range(40)]
    cells = pd.concat(
        [cells_of(f"pair {number}", {"others": o, "segment": s}) for number, (o, s) in enumerate(pairs)]
    )
    gaps = rows_of(build("int_rate_gaps", int_symptom_cells=cells), "dimension", "member")
    for number, (others, segment) in enumerate(pairs):
        row = gaps[(f"pair {number}", "segment")]
        found = {name: row[f"{name}_error"] for name in EFFECTS}
        assert found == pytest.approx(standard_errors(others, segment), rel=1e-4, abs=1e-6)


def test_a_crm_that_records_no_fit_does_not_have_poorer_leads(build: Build) -> None:
    """Nobody knows the fit of the second CRM's leads: its lower rate is not laid to their quality."""
    known = Side(np.full((1, 3, 2), 200.0), np.full((1, 3, 2), 120.0))
    unknown = Side(np.full((1, 1, 2), 300.0), np.full((1, 1, 2), 60.0))
    first, second = cells_of("source_system", {"a": known}), cells_of("source_system", {"b": unknown})
    second["recording_profile"], second["quality_cell"] = "profile 1", "(not recorded)"
    gap = rows_of(build("int_rate_gaps", int_symptom_cells=pd.concat([first, second])), "member")[("b",)]
    assert (gap["quality_effect"], gap["process_effect"]) == (0, 0)
    assert gap["rate_effect"] == pytest.approx(-0.4)


Counts = tuple[int, int, int, int]


def contributions(build: Build, tables: Sequence[Counts], symptom: str) -> pd.DataFrame:
    """The mart on segments, given as hits, trials and the others' hits, trials, a dimension for each."""
    hits, trials, their_hits, their_trials = np.array(tables, dtype=float).T
    names = np.array([f"table {number}" for number in range(len(tables))])
    cells = pd.DataFrame(
        {
            "dimension": np.tile(names, 2),
            "member": np.repeat(["segment", "others"], len(tables)),
            "symptom": symptom,
            "recording_profile": "",
            "quality_cell": "",
            "process_cell": 0,
            "context_state": 1,
            "owned_state": 1,
            "acted_state": 1,
            "trials": np.concatenate([trials, their_trials]),
            "hits": np.concatenate([hits, their_hits]),
        }
    )
    mart = build("int_rate_gaps", "fct_rate_gap_contributions", int_symptom_cells=cells)
    return mart[mart["factor"] == "rate_effect"]


def random_tables(rng: np.random.Generator, number: int) -> list[Counts]:
    trials = rng.choice([100, 200, 400, 3000], number)
    their_trials = rng.choice([30, 100, 1000, 20_000, 200_000], number)
    base = norm.ppf(rng.uniform(0.005, 0.995, number))
    rates = norm.cdf(base + rng.normal(0, 0.5, number))
    hits, their_hits = rng.binomial(trials, rates), rng.binomial(their_trials, norm.cdf(base))
    columns = (hits, trials, their_hits, their_trials)
    return [(int(a), int(b), int(c), int(d)) for a, b, c, d in zip(*columns, strict=True)]


@pytest.mark.parametrize(("symptom", "side"), [("high_disqualification", 1), ("low_sales_acceptance", -1)])
def test_p_values_are_those_of_fishers_exact_test(build: Build, symptom: str, side: int) -> None:
    """Within 7 % of twice the one-sided one from 0.4 down to 1e-20, mostly far closer; 1 on the good side.

    A gap of one percentage point is none: so many hits are taken from the segment first.
    """
    tables = random_tables(np.random.default_rng(8), 1500)
    found = rows_of(contributions(build, tables, symptom), "dimension", "member")
    ratios = []
    for number, (hits, trials, their_hits, their_trials) in enumerate(tables):
        p_value = found[(f"table {number}", "segment")]["p_value"]
        hits -= side * trials // 100
        difference = side * (hits / trials - their_hits / their_trials)
        if difference <= 0:
            assert p_value == 1
            continue
        if hits in (0, trials):
            continue
        law = hypergeom(trials + their_trials, hits + their_hits, trials)
        exact = 2 * (law.sf(hits - 1) if side > 0 else law.cdf(hits))
        if exact < 1e-20:
            assert p_value < 1e-19
        elif exact > 0.4:
            assert p_value > 0.35
        else:
            ratios.append(p_value / exact)
    assert len(ratios) > 300
    assert np.abs(np.array(ratios) - 1).max() < 0.07
    assert np.quantile(np.abs(np.array(ratios) - 1), 0.9) < 0.02


def test_rounding_makes_nothing_significant_of_millions_that_fare_alike(build: Build) -> None:
    """Worse by one percentage point and next to nothing: sums of 1e8 are told apart by less than one."""
    trials, theirs = 10_000_000, 5_000_000
    alike = [(3_100_000 + hits, trials, 1_500_000, theirs) for hits in (*range(-20, 21), 50, 100, 200)]
    found = contributions(build, alike, "high_disqualification")
    assert (found.loc[found["member"] == "segment", "p_value"] > 0.7).all()


def test_what_is_significant_survives_benjamini_hochberg_over_the_run(build: Build) -> None:
    tables = random_tables(np.random.default_rng(9), 400)
    # The same table many times over: ties must share their fate.
    tables += [tables[0]] * 20
    mart = contributions(build, tables, "low_sales_acceptance")
    survives, adjusted, _, _ = multipletests(mart["p_value"], alpha=0.05, method="fdr_bh")
    np.testing.assert_allclose(mart["q_value"], adjusted, rtol=1e-9)
    np.testing.assert_array_equal(mart["is_significant"], survives)
    assert 0 < survives.sum() < len(mart)
    assert (mart.loc[mart["is_significant"], "gap"] < 0).all()


def test_fewer_than_thirty_on_either_side_are_not_tested(build: Build) -> None:
    mart = contributions(
        build, [(0, 29, 90, 100), (29, 29, 10, 100), (0, 30, 90, 100)], "low_sales_acceptance"
    )
    found = rows_of(mart, "dimension", "member")
    for number in (0, 1):
        for member in ("segment", "others"):
            row = found[(f"table {number}", member)]
            assert pd.isna(row["p_value"]) and not row["is_significant"]
            assert row["verdict"] == "not_enough_data"
    assert found[("table 2", "segment")]["is_significant"]


def coverage(build: Build, others: int, segment: int, seed: int) -> npt.NDArray[np.float64]:
    """Share of 1,000 drawn worlds whose interval holds the truth, by effect; the truth is the same split of
    the probabilities themselves.
    """
    rng = np.random.default_rng(seed)
    shape, draws = (1, 9, 8), 1000
    shares = rng.dirichlet(np.full(72, 2.0)).reshape(shape)
    tilted = shares * np.exp(np.linspace(0.5, -0.5, 9)[:, None] + np.linspace(0.4, -0.4, 8)[None, :])
    tilted /= tilted.sum()
    score = np.linspace(-1, 1, 9)[:, None] + np.linspace(-1, 1, 8)[None, :]
    rates, worse = (1 / (1 + np.exp(-score - shift))[None] for shift in (0.2, -0.1))
    truth = [float(e) for e in split(Side(shares, shares * rates), Side(tilted, tilted * worse))]
    tables = []
    for draw in range(draws):
        sides = {
            "others": sampled(rng, others, shares, rates),
            "segment": sampled(rng, segment, tilted, worse),
        }
        tables.append(cells_of(f"draw {draw}", sides))
    gaps = build("int_rate_gaps", int_symptom_cells=pd.concat(tables))
    gaps = gaps[gaps["member"] == "segment"]
    assert len(gaps) == draws
    held = [
        (gaps[f"{name}_effect"] - value).abs() <= 1.959963984540054 * gaps[f"{name}_error"]
        for name, value in zip(EFFECTS, truth, strict=True)
    ]
    return np.array([column.mean() for column in held])


def test_intervals_hold_the_truth_in_95_of_100_worlds(build: Build) -> None:
    covered = coverage(build, others=10_000, segment=1000, seed=11)
    assert ((covered >= 0.93) & (covered <= 0.97)).all(), covered
