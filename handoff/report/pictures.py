"""The report's pictures as PNG: one for people who have not opened it yet, and those that Dagster shows."""

from __future__ import annotations

import base64
from typing import Any

from handoff.report import charts, words
from handoff.report.figures import Figures, Gap
from handoff.report.tables import WAIT_WORDS
from handoff.report.verdict import Verdict, verdict

WIDTH = 900


def overview(figures: Figures, said: Verdict, scale: float = 2) -> bytes:
    """Draw the six layers under the verdict."""
    values = [
        {
            "layer": words.LAYERS[layer.name],
            "verdict": words.VERDICTS[name],
            "handoffs": count,
            "place": place,
        }
        for layer in figures.layers
        for place, (name, count) in enumerate(layer.counts.items())
    ]
    title = words.broken_lines(said.sentence, 74)
    return charts.picture(charts.layers(), values, WIDTH, title=title, subtitle=said.support, scale=scale)


def as_metadata(figures: Figures) -> dict[str, str]:
    """Return mart -> the picture of what it holds, as Markdown that carries its own image."""
    shown = {
        "fct_handoffs": ("Verdicts by layer", overview(figures, verdict(figures), scale=1)),
        "fct_first_action_survival": (
            "Share still waiting by business time",
            charts.picture(charts.survival(), survival_rows(figures), WIDTH),
        ),
        "fct_quality_results": (
            "Checks of each run",
            charts.picture(charts.runs(), run_rows(figures), WIDTH),
        ),
    }
    gaps = [gap for symptom in figures.symptoms for gap in symptom.gaps]
    if gaps:
        worst = max(gaps, key=lambda gap: abs(gap.gap) * gap.handoffs)
        about = f"{words.SEGMENTS[worst.dimension]} {worst.label}: {worst.verdict_in_words}"
        image = charts.picture(charts.waterfall(), steps(worst), WIDTH // 2)
        shown["fct_rate_gap_contributions"] = (about, image)
    return {mart: _markdown(about, image) for mart, (about, image) in shown.items()}


def survival_rows(figures: Figures) -> list[dict[str, Any]]:
    """The parts of the wait over all handoffs, and the share that is not yet due."""
    bounds = figures.cube.lists["steps"]
    rows = [
        {"minute": bound, "share": share, "curve": WAIT_WORDS[wait][0], "words": words.duration(bound)}
        for wait, curve in figures.curves.items()
        if wait in WAIT_WORDS
        for bound, share in zip(bounds, curve, strict=False)
    ]
    due = figures.cube.totals("due")
    left = whole = sum(due.values())
    for number, bound in enumerate(bounds if whole else ()):
        left -= due.get(number, 0)
        rows.append(
            {
                "minute": bound,
                "share": left / whole,
                "curve": "Not yet due",
                "words": words.duration(bound),
            }
        )
    return [row for row in rows if row["minute"] <= charts.LAST_MINUTE]


def run_rows(figures: Figures) -> list[dict[str, Any]]:
    """Checks of each run by how they came out."""
    return [
        {
            "run": f"{run.reported_at:%Y-%m-%d %H:%M}",
            "status": words.STATUSES.get(status, status),
            "checks": checks,
            "place": list(words.STATUSES).index(status) if status in words.STATUSES else 9,
        }
        for run in figures.runs
        for status, checks in run.counts.items()
    ]


def steps(gap: Gap) -> list[dict[str, Any]]:
    """The waterfall of a gap, from the rate elsewhere to the rate here."""

    def step(name: str, kind: str, place: int, value: dict[str, Any], said: str) -> dict[str, Any]:
        interval: dict[str, Any] = {"low": None, "high": None, "spread": None}
        return interval | {"step": name, "kind": kind, "place": place, "words": said} | value

    rows = [
        step(
            "Elsewhere",
            "elsewhere",
            0,
            {"start": gap.reference_rate, "end": gap.reference_rate, "label": gap.reference_rate},
            words.percent(gap.reference_rate),
        )
    ]
    at = gap.reference_rate
    for place, part in enumerate(gap.parts, start=1):
        low, high = at + part.low, at + part.high
        end = at + part.contribution
        row = step(
            words.FACTORS[part.factor],
            part.factor,
            place,
            {"start": at, "end": end, "low": low, "high": high, "label": max(at, end, high)},
            words.points(part.contribution),
        )
        rows.append(row | {"spread": f"{words.points(part.low)} to {words.points(part.high)}"})
        at = end
    here = {"start": gap.rate, "end": gap.rate, "label": gap.rate}
    return [*rows, step("Here", "here", len(rows), here, words.percent(gap.rate))]


def _markdown(about: str, image: bytes) -> str:
    alt = "".join(letter for letter in about if letter not in "[]()<>!\\`*_\n")
    return f"![{alt}](data:image/png;base64,{base64.b64encode(image).decode()})\n\n{alt}"
