"""What must hold of every CRM whatsoever. Each example is a whole CRM, run through the project's own SQL.

HANDOFF_EXAMPLES=100 draws so many fresh examples of each; without it they are few and the same on every run.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from demo.world import MINUTES
from tests.diagnosis.build import Workshop
from tests.diagnosis.nasty import (
    AS_OF,
    Bench,
    Nasty,
    Rows,
    reordered,
    shifted,
    with_later_events,
)
from tests.reference.compare import INSTANTS as MILESTONES

pytestmark = pytest.mark.slow

EXAMPLES = int(os.environ.get("HANDOFF_EXAMPLES", "0"))
every_crm = settings(
    max_examples=EXAMPLES or 6,
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
# A CRM is as many leads as there are seeds, beside those that are always there.
crms = st.lists(st.integers(min_value=1000, max_value=2**32), min_size=10, max_size=80, unique=True)
seeds = st.integers(min_value=0, max_value=2**32)
WHAT_CLOSED = (
    "opened_by",
    "outcome",
    *MILESTONES,
    *MINUTES,
    *(name.replace("_minutes", "_elapsed_minutes") for name in MINUTES),
)


@pytest.fixture(scope="session")
def bench(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """The project's SQL, ready to run on any rows."""
    nasty = Nasty(tmp_path_factory.mktemp("nasty"))
    return Bench(workshop.build("nasty", nasty.world.sources, nasty.world.policies), nasty)


def differences(told: Rows, got: Rows) -> list[Any]:
    """Where two sets of rows differ."""
    alone = [("only before", key) for key in told.keys() - got.keys()]
    alone += [("only after", key) for key in got.keys() - told.keys()]
    return alone + [
        (key, name, value, got[key][name])
        for key in told.keys() & got.keys()
        for name, value in told[key].items()
        if not same(value, got[key][name])
    ]


def same(told: object, got: object) -> bool:
    """Equal; minutes up to what adding them in another order does."""
    if isinstance(told, float) and isinstance(got, float):
        return abs(told - got) < 1e-6
    return told == got


@every_crm
@given(leads=crms, order=seeds)
def test_the_order_of_the_input_never_matters(bench: Bench, leads: list[int], order: int) -> None:
    tables = bench.nasty.tables(leads)
    found = bench.diagnose({"one": tables, "two": reordered(tables, order)})
    for mart in (found.handoffs, found.findings, found.events):
        assert mart["one"]
        assert differences(mart["one"], mart["two"]) == []


@every_crm
@given(leads=crms, kinds=seeds, hours=st.sampled_from([0, 1, 30, 24 * 9]))
def test_a_later_event_never_changes_a_closed_handoff(
    bench: Bench, leads: list[int], kinds: int, hours: int
) -> None:
    later = bench.nasty.tables(leads)
    at = AS_OF - timedelta(hours=hours)
    added = with_later_events(later, bench.nasty.roster, at, kinds)
    found = bench.diagnose({"one": bench.nasty.tables(leads), "two": later}).handoffs
    changed = []
    compared = 0
    for key, row in found["one"].items():
        if row["closed_at"] is None or row["closed_at"] >= at.replace(tzinfo=None):
            continue
        compared += 1
        # A deal is won, and may be opened, after the close: those two are read up to the next opening.
        is_deal = added.get(key[0]) == "opportunity"
        for name in WHAT_CLOSED:
            if is_deal and name in ("opportunity_created_at", "won_at"):
                continue
            got = found["two"].get(key, {}).get(name, "no such handoff")
            if not same(row[name], got):
                changed.append((key, added.get(key[0]), name, row[name], got))
    assert changed == []
    assert compared and set(added.values()) >= {"activity", "status", "lifecycle_stage", "owner_id"}


@every_crm
@given(leads=crms)
def test_speed_to_lead_is_the_sum_of_its_parts(bench: Bench, leads: list[int]) -> None:
    handoffs = bench.diagnose({"one": bench.nasty.tables(leads)}).handoffs["one"]
    measured = 0
    for key, row in handoffs.items():
        for kind in ("", "_elapsed"):
            parts = [row[f"{leg}{kind}_minutes"] for leg in ("routing", "queue", "human")]
            speed = row[f"speed_to_lead{kind}_minutes"]
            assert all(part is None or part >= 0 for part in parts), key
            if speed is None:
                continue
            measured += 1
            assert row["first_human_activity_at"] is not None, key
            assert speed == pytest.approx(sum(part or 0.0 for part in parts)), key
        if row["speed_to_lead_minutes"] is not None:
            passed = (row["first_human_activity_at"] - row["opened_at"]).total_seconds() / 60
            assert row["speed_to_lead_elapsed_minutes"] == pytest.approx(passed), key
            assert row["speed_to_lead_minutes"] <= passed + 1e-6, key
    assert measured


@every_crm
@given(leads=crms, weeks=st.sampled_from([-60, -7, -1, 1, 2, 9]))
def test_shifting_everything_by_whole_weeks_shifts_the_results_alike(
    bench: Bench, leads: list[int], weeks: int
) -> None:
    by = timedelta(weeks=weeks)
    tables = bench.nasty.tables(leads)
    before = bench.diagnose({"one": tables})
    after = bench.diagnose_shifted({"one": shifted(tables, weeks)}, weeks)
    for mart in ("handoffs", "findings", "events"):
        told: Rows = {
            key: {
                # A finding's evidence names instants in words.
                name: value + by if isinstance(value, datetime) else value
                for name, value in row.items()
                if name != "evidence"
            }
            for key, row in getattr(before, mart)["one"].items()
        }
        got = {
            key: {name: value for name, value in row.items() if name != "evidence"}
            for key, row in getattr(after, mart)["one"].items()
        }
        assert told
        assert differences(told, got) == []
