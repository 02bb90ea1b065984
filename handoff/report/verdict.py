"""The sentence that the whole page stands behind. The page's script says it anew for a selection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from handoff.report import words
from handoff.report.cube import NONE, OTHER
from handoff.report.figures import Figures, Layer, team_labels

NO_PROCESS = "There is no handoff process on record, only lead capture."


@dataclass(frozen=True)
class Verdict:
    """What the page says first: one sentence, and what stands behind it."""

    sentence: str
    support: str


def verdict(figures: Figures) -> Verdict:
    """Return the verdict on all handoffs of a publication."""
    if not figures.handoffs:
        return Verdict(
            "No handoff from marketing to sales was found.",
            "No lead reached a sales-ready stage, and no sales user worked one, in any source.",
        )
    if figures.without_process and figures.without_process >= set(figures.processes):
        unjudged = [layer for layer in figures.layers if not layer.judged]
        support = f"Cannot be judged, because it is not recorded: {_listed(unjudged)}." if unjudged else ""
        return Verdict(NO_PROCESS, support)
    if not figures.broken:
        return Verdict(
            "No handoff breaks at any layer that is on record.",
            f"{words.number(figures.handoffs)} handoffs were judged; none is broken.",
        )
    worst = max(figures.layers, key=lambda layer: layer.first_broken)
    first = words.percent(worst.first_broken / figures.handoffs)
    share = words.percent(figures.broken / figures.handoffs)
    return Verdict(
        f"{first} of handoffs break first {words.LAYER_PLACES[worst.name]}{_leading(figures, worst)}.",
        f"{share} of {words.number(figures.handoffs)} handoffs are broken somewhere."
        + (words.FEW if figures.handoffs < words.RELIABLE_FROM else ""),
    )


def _leading(figures: Figures, layer: Layer) -> str:
    """What the layer is broken by where it is the first, and where most of that lies."""
    cube = figures.cube
    totals = cube.totals("leading")
    found = [
        totals.get(number, 0) if figures.catalogue[code]["layer"] == layer.name else 0
        for number, code in enumerate(cube.lists["findings"])
    ]
    top = _largest(found)
    if top is None:
        return ""
    code = cube.lists["findings"][top]
    if code.startswith("queue_"):
        queues, kind = cube.totals("queues"), 1 if code == "queue_unworked" else 2
        places = [queues.get(number * 3 + kind, 0) for number in range(len(cube.lists["queues"]))]
        names = queue_names(figures)
    else:
        by_team = cube.by_member("leading", "team")
        places = [by_team.get((number, top), 0) for number in range(len(cube.members["team"]))]
        names = team_names(figures)
    best = _largest(places)
    name = names[best] if best is not None else None
    what = "most of it is" if found[top] * 2 > layer.first_broken else "most often it is"
    lies = ""
    if best is not None and name:
        lies = f", {'mostly' if places[best] * 2 > sum(places) else 'most often'} in {words.plain_text(name)}"
    return f"; {what} {words.lowered(code)}{lies}"


def team_names(figures: Figures) -> list[str | None]:
    """Return the name of each team of the cube; None where a handoff has no team."""
    labels = team_labels(figures)
    return [
        None if member.value in (NONE, OTHER) else labels.get(member.value, member.label)
        for member in figures.cube.members["team"]
    ]


def queue_names(figures: Figures) -> list[str | None]:
    """Return the name of each queue of the cube, its id where it has none."""
    return [
        figures.owners.get((system, queue), {}).get("queue_label") or queue
        for system, queue in figures.cube.lists["queues"]
    ]


def _largest(counts: Sequence[int]) -> int | None:
    return counts.index(max(counts)) if any(counts) else None


def _listed(layers: list[Layer]) -> str:
    names = [words.LAYERS[layer.name].lower() for layer in layers]
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
