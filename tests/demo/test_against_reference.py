"""Two independent readings of the specification agree on every story: the demo's truth and the reference."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from demo import config
from demo.cli import write_demo
from demo.policies import DEMO_POLICIES, SHIPPED_POLICIES
from tests.reference.evaluate import evaluate_source
from tests.reference.policies import read_policies
from tests.reference.world import Reader, read_canonical, read_folder

INSTANTS = {
    "opened_at": "opened",
    "closed_at": "closed",
    "assigned_at": "assigned",
    "human_owned_at": "human_owned",
    "first_action_due_at": "first_action_due",
    "first_human_activity_at": "first_human",
    "first_automated_activity_at": "first_automated",
    "connected_at": "connected",
    "accepted_at": "accepted",
    "first_worked_at": "first_worked",
    "rejected_at": "rejected",
    "recycled_at": "recycled",
    "opportunity_created_at": "opportunity_created",
}
MINUTES = ("routing_minutes", "queue_minutes", "human_minutes", "speed_to_lead_minutes")
Row = dict[str, Any]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every story three times, with the policies that hold for it."""
    out = tmp_path_factory.mktemp("stories")
    write_demo(out, seed=11, crms=["canonical", "bare"], copies=3)
    shutil.copytree(SHIPPED_POLICIES, out / "all_policies")
    shutil.copytree(DEMO_POLICIES, out / "all_policies", dirs_exist_ok=True)
    return out


def told(out: Path, source: str) -> dict[tuple[str, int], Row]:
    """What the demo says, by lead and handoff."""
    rows = [json.loads(line) for line in (out / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
    return {(r["lead_id"], r["handoff_number"]): r for r in rows if r["source_system"] == source}


def found(out: Path, source: str) -> dict[tuple[str, int], Row]:
    """What the reference says, in the same form."""
    policies = read_policies(out / "all_policies")
    reader = Reader(policies, ZoneInfo("UTC"), datetime.now(UTC))
    crm = read_canonical(source, read_folder(out / "landing" / source), reader)
    as_of = datetime.fromisoformat(config.AS_OF.replace("Z", "+00:00"))
    result: dict[tuple[str, int], Row] = {}
    for handoff in evaluate_source(crm, policies, as_of).handoffs:
        row: Row = {
            "opened_by": handoff.opened_by,
            "outcome": handoff.outcome,
            "findings": sorted(handoff.findings),
            "first_broken_layer": handoff.first_broken_layer,
        }
        for name, attribute in INSTANTS.items():
            moment = getattr(handoff, attribute)
            row[name] = _iso(getattr(moment, "at", moment))
        for name in MINUTES:
            minutes = handoff.minutes[name]
            row[name] = None if minutes is None else pytest.approx(minutes, abs=0.001)
        result[handoff.log.lead.lead_id, handoff.number] = row
    return result


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


@pytest.mark.parametrize("source", ["demo_canonical", "demo_bare"])
def test_the_reference_finds_what_the_stories_tell(demo: Path, source: str) -> None:
    expected, actual = told(demo, source), found(demo, source)
    assert expected
    archetype = {lead: row["archetype"] for (lead, _), row in expected.items()}
    differences = [
        (archetype.get(key[0], "a lead without handoff"), key, name, expected[key][name], actual[key][name])
        for key in expected.keys() & actual.keys()
        for name in actual[key]
        if expected[key][name] != actual[key][name]
    ]
    assert differences == []
    assert expected.keys() == actual.keys()
