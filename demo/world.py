"""Builds the demo CRM: how many leads each story gets, chunk by chunk, and the truth as rows."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol
from zlib import crc32

import numpy as np
import pyarrow as pa

import demo.stories  # noqa: F401 - importing tells the stories
from demo import config
from demo.business_time import Numbers
from demo.engine import Player
from demo.ledger import NULL_INSTANT, Ledger
from demo.policies import SHIPPED_POLICIES, Policies
from demo.schedule import World
from demo.story import Crm, Story, told_stories
from demo.timeline import Timeline, lay_out
from demo.writers import columns as c

CHUNK = 100_000
"""Leads that are in memory at a time."""

INSTANTS = (
    "opened_at", "closed_at", "assigned_at", "human_owned_at", "first_action_due_at",
    "first_human_activity_at",
    "first_automated_activity_at", "connected_at", "accepted_at", "first_worked_at", "rejected_at",
    "recycled_at",
    "opportunity_created_at",
)  # fmt: skip
MINUTES = ("routing_minutes", "queue_minutes", "human_minutes", "speed_to_lead_minutes")


class LeadIds(Protocol):
    """Turns lead numbers into a CRM's ids."""

    def __call__(self, number: Numbers) -> pa.Array:
        """One id per number, null for a negative one."""


@dataclass(frozen=True)
class Catalogue:
    """What the findings catalogue says of each code."""

    layer: dict[str, str]
    severity: dict[str, str]

    @staticmethod
    def shipped() -> Catalogue:
        """The catalogue that the project ships."""
        with (SHIPPED_POLICIES / "findings.csv").open(newline="", encoding="utf-8") as handle:
            rows = list(csv.DictReader(handle))
        return Catalogue({r["code"]: r["layer"] for r in rows}, {r["code"]: r["severity"] for r in rows})

    def first_broken_layer(self, findings: tuple[str, ...]) -> str | None:
        """The first layer with a finding of medium severity or above."""
        broken = {self.layer[code] for code in findings if self.severity[code] != "low"}
        order = ("capture", "qualification", "routing", "action", "status", "outcome")
        return next((layer for layer in order if layer in broken), None)


@dataclass(frozen=True)
class Plan:
    """A story and how often it is played."""

    timeline: Timeline
    number: int
    count: int


def plan(leads: int, crm: Crm, copies: int | None = None) -> list[Plan]:
    """How often each story is played so that exactly `leads` leads come out.

    With `copies` every story is played that often instead. Raises ValueError where the leads do not suffice
    to tell
    every story once.
    """
    told = [(number, lay_out(s)) for number, s in enumerate(told_stories()) if crm in s.only]
    if copies is not None:
        return [Plan(timeline, number, _bounded(copies, timeline.story)) for number, timeline in told]
    # A small CRM of its own kind has no mix: its stories share the leads.
    mixed = any(timeline.story.name in config.SOUND for _, timeline in told)
    weights: dict[int, float] = {}
    counts: dict[int, int] = {}
    for number, timeline in told:
        name = timeline.story.name
        if timeline.story.most is None and (name in config.SOUND or not mixed):
            weights[number] = config.SOUND.get(name, 1.0)
        else:
            counts[number] = _bounded(round(leads * config.FAULTS.get(name, config.RARE)), timeline.story)
    size = {number: timeline.leads for number, timeline in told}
    left = leads - sum(count * size[number] for number, count in counts.items())
    total = sum(weight * size[number] for number, weight in weights.items())
    counts |= {number: int(left * weight / total) for number, weight in weights.items()}
    if min(counts.values()) < 1:
        raise ValueError(f"{leads} leads are too few to tell {len(told)} stories")
    # What rounding left over goes to the first story of a single lead.
    filler = next(number for number in weights if size[number] == 1)
    counts[filler] += leads - sum(count * size[number] for number, count in counts.items())
    return [Plan(timeline, number, counts[number]) for number, timeline in told]


def _bounded(count: int, story: Story) -> int:
    """The count, as few and as many as the story bears."""
    return min(max(count, story.least), story.most or count + story.least)


def chunks(plans: list[Plan], world: World, seed: int) -> Iterator[Ledger]:
    """Play the plans, a chunk of leads at a time."""
    total = sum(p.count * p.timeline.leads for p in plans)
    pieces = max(1, -(-total // CHUNK))
    player = Player(world, Ledger())
    for piece in range(pieces):
        player.ledger = Ledger()
        for p in plans:
            count = p.count * (piece + 1) // pieces - p.count * piece // pieces
            if count:
                # Seeded by name: telling a further story leaves every other one as it was.
                name = crc32(p.timeline.story.name.encode())
                player.play(p.timeline, p.number, count, np.random.default_rng([seed, name, piece]))
        yield player.ledger


def world(as_of: int, starts: int) -> World:
    """The demo's world."""
    return World(starts, as_of, Policies())


def truth_rows(
    ledger: Ledger, source_system: str, lead_ids: LeadIds, stories: list[Story], catalogue: Catalogue
) -> pa.Table:
    """One row per handoff of a ledger: what must be found."""
    truth = ledger.table("truth")
    width = max(len(s.expected) for s in stories)
    key = truth["story"] * width + truth["expected"]
    flat: dict[int, tuple[str, str, str, tuple[str, ...]]] = {
        n * width + e: (s.name, x.opened_by, x.outcome, x.findings)
        for n, s in enumerate(stories) for e, x in enumerate(s.expected)
    }  # fmt: skip
    slots = [flat.get(i, ("", "", "", ())) for i in range(len(stories) * width)]
    findings = pa.array([list(slot[3]) for slot in slots], pa.list_(pa.string()))
    layers = [catalogue.first_broken_layer(slot[3]) for slot in slots]
    columns: dict[str, pa.Array] = {
        "source_system": pa.repeat(source_system, len(key)),
        "lead_id": lead_ids(truth["lead"]),
        "archetype": c.words([slot[0] for slot in slots], key),
        "handoff_number": pa.array(truth["number"]),
        "opened_by": c.words([slot[1] for slot in slots], key),
        "outcome": c.words([slot[2] for slot in slots], key),
        "speed_to_lead_minutes": _minutes(truth["speed_to_lead_minutes"]),
        "first_broken_layer": c.words(layers, key),
        "findings": findings.take(pa.array(key)),
    }
    columns |= {name: c.iso(truth[name]) for name in INSTANTS}
    columns |= {name: _minutes(truth[name]) for name in MINUTES}
    return pa.table(columns)


def _minutes(values: np.ndarray) -> pa.Array:
    return pa.array(values, mask=np.isnan(values))


__all__ = ["CHUNK", "NULL_INSTANT", "Catalogue", "Plan", "chunks", "plan", "truth_rows", "world"]
