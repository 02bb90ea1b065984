"""The demo writes the same CRM on every run, as many leads as asked for; every finding has its story."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from zlib import crc32

import duckdb
import numpy as np
import pytest

from demo import config
from demo.cli import FLAVOURS, write_demo
from demo.people import cast, draw_person
from demo.policies import SHIPPED_POLICIES
from demo.schedule import Scheduler, instant
from demo.story import REP, Story, minutes, told_stories
from demo.timeline import lay_out
from demo.world import plan, world

LEADS = 1500


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small demo CRM in every layout."""
    out = tmp_path_factory.mktemp("demo")
    write_demo(out, leads=LEADS, seed=3, crms=list(FLAVOURS))
    return out


def catalogue() -> list[str]:
    """Every finding of the shipped catalogue."""
    with (SHIPPED_POLICIES / "findings.csv").open(newline="", encoding="utf-8") as handle:
        return [row["code"] for row in csv.DictReader(handle)]


def truth(out: Path) -> Iterator[dict[str, object]]:
    """The truth's rows."""
    for line in (out / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def checksums(out: Path) -> dict[str, str]:
    """A checksum of every file, by path."""
    files = [path for path in out.rglob("*") if path.is_file()]
    return {str(p.relative_to(out)): sha256(p.read_bytes()).hexdigest() for p in files}


def test_the_same_seed_writes_the_same_bytes(demo: Path, tmp_path: Path) -> None:
    write_demo(tmp_path, leads=LEADS, seed=3, crms=list(FLAVOURS))
    assert checksums(tmp_path) == checksums(demo)


def test_another_seed_writes_another_crm(demo: Path, tmp_path: Path) -> None:
    write_demo(tmp_path, leads=LEADS, seed=4, crms=["canonical"])
    own = checksums(tmp_path)
    assert own["landing/demo_canonical/leads.csv"] != checksums(demo)["landing/demo_canonical/leads.csv"]


@pytest.mark.parametrize(
    ("source", "query"),
    [
        ("demo_salesforce", "select count(distinct id) from '{}/lead.parquet'"),
        ("demo_hubspot", "select count(distinct id) from read_json('{}/contacts.jsonl.gz')"),
        ("demo_canonical", "select count(distinct lead_id) from read_csv('{}/leads.csv')"),
    ],
)
def test_as_many_leads_as_asked_for(demo: Path, source: str, query: str) -> None:
    found = duckdb.sql(query.format(demo / "landing" / source)).fetchone()
    assert found == (LEADS,)


def test_truth_names_leads_that_are_there(demo: Path) -> None:
    queries = {
        "demo_salesforce": "select id from '{}/lead.parquet'",
        "demo_hubspot": "select id::varchar from read_json('{}/contacts.jsonl.gz')",
        "demo_canonical": "select lead_id from read_csv('{}/leads.csv')",
    }
    for source, query in queries.items():
        there = {row[0] for row in duckdb.sql(query.format(demo / "landing" / source)).fetchall()}
        named = {row["lead_id"] for row in truth(demo) if row["source_system"] == source}
        assert named and named <= there


def test_speed_to_lead_is_the_sum_of_its_parts(demo: Path) -> None:
    measured = [row for row in truth(demo) if row["speed_to_lead_minutes"] is not None]
    assert len(measured) > LEADS
    for row in measured:
        parts = [row[f"{part}_minutes"] or 0.0 for part in ("routing", "queue", "human")]
        assert sum(parts) == pytest.approx(row["speed_to_lead_minutes"])  # type: ignore[arg-type]


def test_milestones_lie_in_the_window(demo: Path) -> None:
    milestones = ("assigned_at", "human_owned_at", "first_human_activity_at", "accepted_at", "connected_at")
    for row in truth(demo):
        for name in milestones:
            if row[name] is not None:
                assert row["opened_at"] <= row[name]  # type: ignore[operator]
                assert row["closed_at"] is None or row[name] <= row["closed_at"]  # type: ignore[operator]


def test_findings_are_of_the_catalogue() -> None:
    known = set(catalogue())
    for story in told_stories():
        assert story.fires <= known, story.name
        assert set(story.near) <= known, story.name
        # A near miss that fires what it should just miss would prove nothing.
        assert not set(story.near) & story.fires, story.name


@pytest.mark.parametrize("code", catalogue())
def test_every_finding_has_a_story_and_a_near_miss(code: str) -> None:
    assert any(code in story.fires for story in told_stories()), f"no story fires {code}"
    assert any(code in story.near for story in told_stories()), f"no story just misses {code}"


def test_a_story_told_fifty_thousand_times_keeps_its_order() -> None:
    # Some one of 20,000 runs into a holiday of one team and not of another: the first draw has three such.
    stage = world(instant(config.AS_OF), instant(config.STARTS))
    (told,) = (p.timeline for p in plan(100_000, "salesforce") if p.timeline.story.name == "decision_late")
    copies = cast(told, 50_000, np.random.default_rng([1, crc32(b"decision_late"), 0]))
    people = [draw_person(told, profile, copies) for profile in told.story.profiles]
    at = Scheduler(stage).instants(told, copies, people)
    assert all(np.all(before < after) for before, after in pairwise(at))


def test_a_story_that_cannot_happen_is_named() -> None:
    impossible = Story("impossible", "Called before it was owned.")
    steps = impossible.arrives().mql().owned_by(REP).status("working", minutes(50, 90))
    steps.call(minutes(1, 2).since("mql")).handoff("mql", "open")
    told = lay_out(impossible)
    copies = cast(told, 100, np.random.default_rng(1))
    people = [draw_person(told, profile, copies) for profile in told.story.profiles]
    stage = world(instant(config.AS_OF), instant(config.STARTS))
    with pytest.raises(ValueError, match=r"impossible: step .* is not after the one before it"):
        Scheduler(stage).instants(told, copies, people)
