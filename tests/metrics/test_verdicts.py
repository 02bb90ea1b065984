"""What is said of worlds whose truth is known: nothing where nothing is wrong, else whose fault it is."""

from __future__ import annotations

import pandas as pd
import pytest

from .conftest import Build
from .decomposition import EFFECTS, split
from .worlds import World, draw, expected

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


@pytest.mark.parametrize("planted", PLANTED)
def test_planted_truths_are_found_with_their_size(build: Build, planted: str) -> None:
    world, verdicts = PLANTED[planted]
    mart = judged(build, world, 50_000, seed=7)
    accepted = mart[mart["symptom"] == "low_sales_acceptance"]
    for dimension, verdict in verdicts.items():
        rows = accepted[(accepted["dimension"] == dimension) & (accepted["member"] == f"{dimension} 0")]
        assert rows["is_significant"].all()
        assert set(rows["verdict"]) == {verdict}, rows.to_string()
        truth = dict(zip(EFFECTS, map(float, split(*expected(world, dimension))), strict=True))
        for row in rows.to_dict("records"):
            assert row["contribution"] == pytest.approx(truth[FACTORS[row["factor"]]], abs=0.02)


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
