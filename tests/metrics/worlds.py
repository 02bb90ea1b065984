"""Made-up CRMs whose truth is known: what makes handoffs succeed, and which segments differ in what."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from .decomposition import Floats, Side
from .facts import metric_facts

Ints = npt.NDArray[np.int64]

FIT = ["high", "medium", "low", "(none)"]
INTENT = ["high", "medium", "low", "(none)"]
# Segments in which nothing ever differs: they are drawn apart from everything else.
BYSTANDERS = {"channel": 6, "form": 12, "owner": 60, "queue": 5, "territory": 4}
CAMPAIGNS, TEAMS = 30, 6


@dataclass(frozen=True)
class World:
    """The laws of one CRM. Arrays are probabilities; the last axis of fit and intent is the level.

    poor_campaign: the shift of the first campaign's fit and intent towards low ones (0: none); late_team: by
    how much less often the first team acts in time; bias: how much harsher the first team judges alike leads;
    routed: the share of the poor campaign's leads that go to the first team beside its share by lot.
    """

    poor_campaign: float = 0.0
    late_team: float = 0.0
    bias: float = 0.0
    routed: float = 0.0
    campaign_shares: Floats = field(default_factory=lambda: _falling(CAMPAIGNS, 0.04))
    team_shares: Floats = field(default_factory=lambda: _falling(TEAMS, 0.1))

    def fit(self, campaign: Ints) -> Floats:
        """Probability of each fit level, by campaign."""
        return self._levels(np.array([0.35, 0.35, 0.25, 0.05]), campaign)

    def intent(self, campaign: Ints) -> Floats:
        """Probability of each intent level, by campaign."""
        return self._levels(np.array([0.3, 0.4, 0.25, 0.05]), campaign)

    def _levels(self, shares: Floats, campaign: Ints) -> Floats:
        tilt = np.where(campaign[..., None] == 0, self.poor_campaign, 0.0)
        tilted = shares * np.exp(tilt * np.array([-1.0, 0.0, 1.0, 0.0]))
        return np.asarray(tilted / tilted.sum(-1, keepdims=True))

    def team(self, campaign: Ints) -> Floats:
        """Probability of each team, by campaign."""
        first = np.eye(TEAMS)[0]
        routed = np.where(campaign[..., None] == 0, self.routed, 0.0)
        return np.asarray(routed * first + (1 - routed) * self.team_shares)

    def acted(self, team: Ints, intent: Ints) -> Floats:
        """Probability of an action in time; sales runs after high intent first."""
        chance = np.array([0.9, 0.82, 0.75, 0.78])[intent]
        return np.asarray(chance - np.where(team == 0, self.late_team, 0.0))

    def succeeds(self, team: Ints, fit: Ints, intent: Ints, process: Ints, base: float) -> Floats:
        """Probability that it is accepted, or another good end; process: context, owned, acted as 4, 2, 1."""
        score = np.array([0.9, 0.2, -1.0, -0.4])[fit] + np.array([0.7, 0.1, -0.7, -0.3])[intent]
        score = score + np.where(process & 1, 0.6, -0.8) + np.where(process & 2, 0.1, -0.4)
        score = score + np.where(process & 4, 0.1, -0.2) - np.where(team == 0, self.bias, 0.0) + base
        return np.asarray(1 / (1 + np.exp(-score)))


def _falling(members: int, steepness: float) -> Floats:
    shares = np.exp(-steepness * np.arange(members))
    return np.asarray(shares / shares.sum())


CONTEXT, OWNED = 0.85, 0.92
# How easily each end is reached, as the base of World.succeeds; and how many rejections are for quality.
ACCEPTANCE, NO_REJECTION, OPPORTUNITY = 0.3, 1.2, -0.3
FOR_QUALITY = 0.4


def draw(world: World, rows: int, seed: int) -> pd.DataFrame:
    """Handoffs of a world as rows of int_metric_facts, all of them due."""
    rng = np.random.default_rng(seed)
    campaign = rng.choice(CAMPAIGNS, rows, p=world.campaign_shares)
    team = _pick(rng, world.team(campaign))
    fit, intent = _pick(rng, world.fit(campaign)), _pick(rng, world.intent(campaign))
    context, owned = rng.random(rows) < CONTEXT, rng.random(rows) < OWNED
    acted = rng.random(rows) < world.acted(team, intent)
    process = context * 4 + owned * 2 + acted * 1

    def ends_well(base: float) -> npt.NDArray[np.bool_]:
        return np.asarray(rng.random(rows) < world.succeeds(team, fit, intent, process, base))

    accepted, rejected = ends_well(ACCEPTANCE), ~ends_well(NO_REJECTION)
    slices = {name: _names(name, size)[rng.integers(0, size, rows)] for name, size in BYSTANDERS.items()}
    return metric_facts(
        rows,
        campaign=_names("campaign", CAMPAIGNS)[campaign],
        team=_names("team", TEAMS)[team],
        fit_band=np.array(FIT)[fit],
        intent_tier=np.array(INTENT)[intent],
        context_completeness_rate=context.astype(int),
        owner_assignment_sla_rate=owned.astype(int),
        first_action_sla_rate=acted.astype(int),
        mql_to_sal_rate=accepted.astype(int),
        disqualification_rate=rejected.astype(int),
        quality_rejection_rate=(rejected & (rng.random(rows) < FOR_QUALITY)).astype(int),
        opportunity_creation_rate=pd.Series(ends_well(OPPORTUNITY).astype(int)).where(accepted),
        **slices,
    )


def _names(dimension: str, members: int) -> npt.NDArray[np.str_]:
    return np.array([f"{dimension} {number}" for number in range(members)])


def _pick(rng: np.random.Generator, chances: Floats) -> Ints:
    return np.asarray((rng.random(len(chances))[:, None] > chances.cumsum(-1)).sum(-1))


def expected(world: World, dimension: str, symptom: str) -> tuple[Side, Side]:
    """The world itself, not a draw of it: the share behind a symptom of all but the first segment of a
    dimension, and of the first, as shares of handoffs and of those that met it by profile (one), quality cell
    and process cell.
    """
    axes = np.meshgrid(
        *(np.arange(size) for size in (CAMPAIGNS, TEAMS, len(FIT), len(INTENT), 8)), indexing="ij"
    )
    campaign, team, fit, intent, process = axes
    chance = world.campaign_shares[campaign]
    chance = chance * np.take_along_axis(world.team(campaign), team[..., None], -1)[..., 0]
    chance = chance * np.take_along_axis(world.fit(campaign), fit[..., None], -1)[..., 0]
    chance = chance * np.take_along_axis(world.intent(campaign), intent[..., None], -1)[..., 0]
    acted = world.acted(team, intent)
    chance = chance * np.where(process & 1, acted, 1 - acted)
    chance = chance * np.where(process & 2, OWNED, 1 - OWNED) * np.where(process & 4, CONTEXT, 1 - CONTEXT)

    def ends_well(base: float) -> Floats:
        return world.succeeds(team, fit, intent, process, base)

    if symptom == "few_opportunities":
        chance = chance * ends_well(ACCEPTANCE)
    met = {
        "low_sales_acceptance": ends_well(ACCEPTANCE),
        "low_first_action_rate": np.where(process & 1, 1.0, 0.0),
        "high_disqualification": 1 - ends_well(NO_REJECTION),
        "few_opportunities": ends_well(OPPORTUNITY),
        "many_quality_rejections": (1 - ends_well(NO_REJECTION)) * FOR_QUALITY,
    }
    hits = chance * met[symptom]
    is_segment = {"campaign": campaign, "team": team}[dimension] == 0

    def side(mask: npt.NDArray[np.bool_]) -> Side:
        def cells(values: Floats) -> Floats:
            summed = np.where(mask, values, 0.0).sum((0, 1))
            return np.asarray(summed.reshape(1, len(FIT) * len(INTENT), 8))

        return Side(cells(chance), cells(hits))

    return side(~is_segment), side(is_segment)
