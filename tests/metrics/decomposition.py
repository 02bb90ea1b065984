"""Das Gupta's standardisation a second time, in NumPy and from the book's formulas, to compare the SQL with.

Arrays are [profile, quality cell, process cell]: `trials`, the handoffs that are due, and `hits`, those that
met the metric. Leading dimensions (draws) are broadcast.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

CELLS = (-3, -2, -1)
WITHIN = (-2, -1)
EFFECTS = ("quality", "process", "rate")


@dataclass(frozen=True)
class Side:
    """One population: handoffs that are due, and those that met the metric, by cell."""

    trials: Floats
    hits: Floats


def split(others: Side, segment: Side) -> tuple[Floats, Floats, Floats]:
    """The effects of lead-quality mix, process mix and rates on rate(segment) - rate(others)."""
    weights, shares, rates = zip(
        *(_shares(*pair) for pair in ((others, segment), (segment, others))), strict=True
    )
    (w1, w2), (p1, p2), (r1, r2) = weights, shares, rates
    (a1, b1), (a2, b2) = _symmetric(p1), _symmetric(p2)
    weight = (w1 + w2) / 2
    rate = (r1 + r2) / 2
    quality = (weight * rate * (b1 + b2) / 2 * (a2 - a1)).sum(CELLS)
    process = (weight * rate * (a1 + a2) / 2 * (b2 - b1)).sum(CELLS)
    of_rates = (weight * (p1 + p2) / 2 * (r2 - r1)).sum(CELLS)
    of_profiles = ((w2 - w1)[..., 0, 0] * ((p1 * r1).sum(WITHIN) + (p2 * r2).sum(WITHIN)) / 2).sum(-1)
    return quality, process, of_rates + of_profiles


def _shares(side: Side, other: Side) -> tuple[Floats, Floats, Floats]:
    """Weights of a side's profiles, its cells' shares in them and their rates; the other's where empty."""
    in_profile = side.trials.sum(WITHIN, keepdims=True)
    others_in_profile = other.trials.sum(WITHIN, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        own = side.trials / in_profile
        borrowed = other.trials / others_in_profile
        rate = np.where(side.trials > 0, side.hits / side.trials, other.hits / other.trials)
    shares = np.nan_to_num(np.where(in_profile > 0, own, borrowed))
    return in_profile / side.trials.sum(CELLS, keepdims=True), shares, np.nan_to_num(rate)


def _symmetric(shares: Floats) -> tuple[Floats, Floats]:
    """Equation 5.36 for two factors: shares as the product of a part of each."""
    by_quality = shares.sum(-1, keepdims=True)
    by_process = shares.sum(-2, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        given_process = np.where(by_process > 0, shares / by_process, by_quality)
        given_quality = np.where(by_quality > 0, shares / by_quality, by_process)
    return np.sqrt(given_process * by_quality), np.sqrt(given_quality * by_process)


def standard_errors(others: Side, segment: Side) -> dict[str, float]:
    """The delta method by numerical derivatives: multinomial cells, binomial hits. One draw only."""
    cells_seen = (others.trials + segment.trials) > 0
    all_hits = others.hits.sum() + segment.hits.sum()
    all_trials = others.trials.sum() + segment.trials.sum()
    pooled = (others.hits + segment.hits + all_hits / all_trials) / (others.trials + segment.trials + 1)
    variances = dict.fromkeys(EFFECTS, 0.0)
    for number, side in enumerate((others, segment)):
        total = side.trials.sum()
        drawn = (side.hits + 2 * pooled) / (side.trials + 2)
        for name, effect in zip(EFFECTS, range(3), strict=True):
            by_cell, by_rate = _derivatives(others, segment, number, effect, cells_seen)
            shares = side.trials / total
            mean = (shares * by_cell).sum()
            within = np.where(side.trials > 0, drawn * (1 - drawn) / np.maximum(side.trials, 1), 0)
            variances[name] += float(
                (shares * (by_cell - mean) ** 2).sum() / total + (by_rate**2 * within).sum()
            )
    return {name: float(np.sqrt(value)) for name, value in variances.items()}


def _derivatives(
    others: Side, segment: Side, number: int, effect: int, cells_seen: npt.NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """By one side's share of each cell (its rate kept), and by each cell's rate."""
    side = (others, segment)[number]
    total = side.trials.sum()
    by_cell, by_rate = np.zeros_like(side.trials), np.zeros_like(side.trials)

    def moved(trials: Floats, hits: Floats) -> float:
        sides = [others, segment]
        sides[number] = Side(trials, hits)
        return float(split(*sides)[effect])

    for cell in map(tuple, np.argwhere(cells_seen & (side.trials > 0))):
        step = 1e-4 * side.trials[cell]

        def of_share(change: float, cell: tuple[int, ...] = cell) -> float:
            trials, hits = side.trials.copy(), side.hits.copy()
            trials[cell] += change
            hits[cell] *= trials[cell] / side.trials[cell]
            return moved(trials, hits)

        def of_rate(change: float, cell: tuple[int, ...] = cell) -> float:
            hits = side.hits.copy()
            hits[cell] += change * side.trials[cell]
            return moved(side.trials, hits)

        by_cell[cell] = _slope(of_share, step) * total
        by_rate[cell] = _slope(of_rate, 1e-5)
    return by_cell, by_rate


def _slope(function: Callable[[float], float], step: float) -> float:
    return (function(step) - function(-step)) / (2 * step)
