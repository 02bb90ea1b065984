"""From a source to its handoffs, layers and findings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .coverage import Coverage
from .events import World, build_world
from .findings import RULES, Context, examine
from .handoffs import Handoff, handoffs_of
from .layers import judge
from .policies import Policies
from .world import Source


@dataclass
class Evaluation:
    """All that the reference says about one source."""

    world: World
    coverage: Coverage
    handoffs: list[Handoff]


def catalogue_of(policies: Policies) -> dict[str, tuple[str, str]]:
    """(layer, severity) of every finding; raises ValueError where rules and catalogue are not the same
    set.
    """
    catalogue = {row["code"]: (row["layer"], row["severity"]) for row in policies.tables["findings"]}
    if set(catalogue) != set(RULES):
        raise ValueError(f"rules and catalogue differ: {sorted(set(catalogue) ^ set(RULES))}")
    return catalogue


def evaluate_source(source: Source, policies: Policies, as_of: datetime) -> Evaluation:
    """Every handoff of a source as of an instant, with milestones, layers and findings."""
    world = build_world(source, policies, as_of)
    coverage = Coverage(world)
    coverage.forget_after_outcome()
    by_lead = {lead_id: handoffs_of(world, log) for lead_id, log in world.logs.items()}
    context = Context(world, coverage, by_lead)
    catalogue = catalogue_of(policies)
    layer_of = {code: layer for code, (layer, _) in catalogue.items()}
    handoffs = [handoff for handoffs in by_lead.values() for handoff in handoffs]
    for handoff in handoffs:
        handoff.findings = examine(context, handoff, layer_of)
        judge(context, handoff, catalogue)
    return Evaluation(world, context.coverage, handoffs)
