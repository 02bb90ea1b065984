"""What is said of worlds whose truth is known: nothing where nothing is wrong, else whose fault it is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from .conftest import Build
from .decomposition import EFFECTS, split
from .worlds import World, draw, expected

SYMPTOMS = (
    "low_sales_acceptance",
    "low_first_action_rate",
    "high_disqualification",
    "few_opportunities",
    "many_quality_rejections",
)
CHAIN = ("int_symptom_cells", "int_rate_gaps", "fct_rate_gap_contributions")
FACTORS = dict(zip(("lead_quality_mix", "process_mix", "rate_effect"), EFFECTS, strict=True))


def judged(build: Build, world: World, rows: int, seed: int) -> pd.DataFrame:
    return build(*CHAIN, int_metric_facts=draw(world, rows, seed))


def test_where_nothing_is_wrong_the_report_stays_silent(build: Build) -> None:
    """40 runs over 20,000 handoffs that fare alike in every one of some 120 segments."""
    named = []
    for seed in range(40):
        # Who is tested does not depend on how finely a gap is split; fewer cells are quicker.
        facts = draw(World(), 20_000, seed).assign(intent_tier="high", context_completeness_rate=1)
        mart = build(*CHAIN, int_metric_facts=facts)
        assert mart["p_value"].notna().sum() / 3 > 400
        named.append(mart[mart["is_significant"]][["dimension", "member", "symptom"]].drop_duplicates())
        assert (mart.loc[~mart["is_significant"], "verdict"] == "not_enough_data").all()
    noisy = [segments for segments in named if len(segments)]
    assert len(noisy) <= 0.05 * len(named), pd.concat(noisy)


PLANTED = {
    "a campaign with poorer leads": (World(poor_campaign=1.0), {"campaign": "lead_quality"}),
    "a team that acts late": (World(late_team=0.4), {"team": "process_quality"}),
    "both, apart": (
        World(poor_campaign=1.0, late_team=0.4),
        {"campaign": "lead_quality", "team": "process_quality"},
    ),
    "both, at the same leads": (World(poor_campaign=0.7, late_team=0.5, routed=0.7), {"campaign": "both"}),
    "a team that judges alike leads harder": (World(bias=0.8), {"team": "unexplained"}),
}


# What the planted truth means for first actions. Sales acts on low intent later, in every segment: that
# a campaign of poorer leads waits longer is in its leads and in the action. Judging harder delays nothing.
FIRST_ACTION = {
    "lead_quality": "both",
    "process_quality": "process_quality",
    "both": "process_quality",
    "unexplained": "not_enough_data",
}


@pytest.mark.parametrize("planted", PLANTED)
def test_planted_truths_are_found_with_their_size(build: Build, planted: str) -> None:
    world, verdicts = PLANTED[planted]
    mart = judged(build, world, 50_000, seed=7)
    for dimension, verdict in verdicts.items():
        segment = mart[(mart["dimension"] == dimension) & (mart["member"] == f"{dimension} 0")]
        assert set(segment["symptom"]) == set(SYMPTOMS)
        for symptom, rows in segment.groupby("symptom"):
            truth = dict(
                zip(EFFECTS, map(float, split(*expected(world, dimension, str(symptom)))), strict=True)
            )
            for row in rows.to_dict("records"):
                assert row["contribution"] == pytest.approx(truth[FACTORS[row["factor"]]], abs=0.02), row
            told = FIRST_ACTION[verdict] if symptom == "low_first_action_rate" else verdict
            assert set(rows["verdict"]) == {told}, rows.to_string()
            assert rows["is_significant"].all() == (told != "not_enough_data")


def young_campaign(seed: int) -> pd.DataFrame:
    """20,000 handoffs of half a year that all fare alike: 3 in 10 are rejected within a week, the others
    recycled within two months. The first campaign is three weeks old; the outcome allowance is two months.
    """
    rng = np.random.default_rng(seed)
    facts = draw(World(), 20_000, seed)
    is_young = facts["campaign"] == "campaign 0"
    age = np.where(is_young, rng.uniform(0, 21, len(facts)), rng.uniform(0, 180, len(facts)))
    is_rejected = rng.random(len(facts)) < 0.3
    lasted = np.where(is_rejected, rng.uniform(0, 7, len(facts)), rng.uniform(20, 60, len(facts)))
    rejected = np.where(lasted <= age, is_rejected.astype(int), -1)
    return facts.assign(
        disqualification_rate=pd.array(rejected, dtype="Int64"),
        quality_rejection_rate=pd.array(rejected, dtype="Int64"),
        has_outlived_outcome=age > 60,
    )


def test_a_campaign_is_not_worse_for_being_young(build: Build) -> None:
    """Of its handoffs only the quick ends are known, and rejections are quick."""
    facts = young_campaign(seed=4)
    mart = build(*CHAIN, int_metric_facts=facts)
    assert not mart["is_significant"].any(), mart[mart["is_significant"]].to_string()
    heedless = build(*CHAIN, int_metric_facts=facts.assign(has_outlived_outcome=True))
    accused = heedless[heedless["is_significant"]]
    assert ("campaign", "campaign 0") in set(zip(accused["dimension"], accused["member"], strict=True))


def test_having_had_no_owner_team_or_queue_is_no_segment(build: Build) -> None:
    """It is what became of a handoff, and goes with every bad end; no campaign is how one may come."""
    facts = draw(World(), 20_000, seed=5)
    is_unowned = np.arange(len(facts)) < 500
    lacking = {
        name: facts[name].mask(is_unowned, "(none)") for name in ("owner", "team", "queue", "campaign")
    }
    facts = facts.assign(**lacking, mql_to_sal_rate=facts["mql_to_sal_rate"].mask(is_unowned, 0))
    mart = build(*CHAIN, int_metric_facts=facts)
    assert set(mart.loc[mart["member"] == "(none)", "dimension"]) == {"campaign"}
    named = mart[mart["is_significant"]]
    assert set(zip(named["dimension"], named["member"], strict=True)) == {("campaign", "(none)")}


def test_only_the_planted_segments_are_named(build: Build) -> None:
    """The bystanders have nothing to do with it, and are not drawn into it."""
    mart = judged(build, World(poor_campaign=1.0, late_team=0.4), 50_000, seed=8)
    named = mart[mart["is_significant"]]
    segments = set(zip(named["dimension"], named["member"], strict=True))
    assert segments == {("campaign", "campaign 0"), ("team", "team 0")}


def test_a_verdict_reads_as_sentences(build: Build) -> None:
    mart = judged(build, World(late_team=0.4), 50_000, seed=7)
    mart = mart[(mart["dimension"] == "team") & (mart["symptom"] == "low_sales_acceptance")]
    rows = {row["member"]: row for row in mart.to_dict("records")}
    assert rows["team 0"]["verdict_in_words"].startswith("Sales accepts ")
    assert "with how they are handled" in rows["team 0"]["verdict_in_words"]
    assert "are acted on in time, elsewhere" in rows["team 0"]["verdict_in_words"]
    assert "response" in rows["team 0"]["what_to_inspect"]
    assert rows["team 1"]["verdict_in_words"].endswith("Nothing amiss.")
