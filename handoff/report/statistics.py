"""Waits that were counted in steps, read as a survival curve; the page's script does so for a selection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def life_table(counts: Mapping[int, int], wait: int, steps: int) -> list[float]:
    """Return the share still waiting at the end of each step (the actuarial estimate, 1 to 0).

    ``counts`` is keyed by ``(wait * 2 + ended) * steps + step``; who stopped being watched inside a step
    counts for half of it.
    """
    ended = [counts.get((wait * 2 + 1) * steps + step, 0) for step in range(steps)]
    lasting = [counts.get(wait * 2 * steps + step, 0) for step in range(steps)]
    waiting = float(sum(ended) + sum(lasting))
    survival, curve = 1.0, []
    for over, left in zip(ended, lasting, strict=True):
        at_risk = waiting - left / 2
        survival *= 1 - over / at_risk if at_risk > 0 else 1.0
        curve.append(survival)
        waiting -= over + left
    return curve


def quantile(curve: Sequence[float], bounds: Sequence[float], part: float) -> float | None:
    """Return the minutes within which ``part`` of the waits are over, read linearly within a step; None where
    the curve does not come down so far.
    """
    before, start = 1.0, 0.0
    for share, bound in zip(curve, bounds, strict=False):
        if share <= 1 - part:
            return (
                bound
                if before == share
                else start + (bound - start) * (before - (1 - part)) / (before - share)
            )
        before, start = share, bound
    return None
