"""The reference must say exactly what the sample world's own truth says.

It is the yardstick of the SQL, so it is itself held against the one answer that neither of them wrote.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.reference.evaluate import evaluate_source
from tests.reference.handoffs import Handoff
from tests.reference.landings import read_landing
from tests.reference.policies import read_policies
from tests.reference.world import Reader

DATA = os.environ.get("HANDOFF_REAL_DATA")
AS_OF = datetime(2026, 1, 14, 16, 15, tzinfo=UTC)
LANDED_AT = datetime(2026, 1, 14, 17, 15, tzinfo=UTC)

pytestmark = pytest.mark.skipif(
    DATA is None, reason="HANDOFF_REAL_DATA is not set: the sample world is not here"
)


def seen(handoff: Handoff) -> dict[str, Any]:
    """A handoff in the words of truth.json."""

    def instant(moment: datetime | None) -> str | None:
        return moment.isoformat(timespec="seconds") if moment is not None else None

    speed = handoff.minutes["speed_to_lead_minutes"]
    return {
        "opened_by": handoff.opened_by,
        "outcome": handoff.outcome,
        "first_broken_layer": handoff.first_broken_layer,
        "findings": sorted(handoff.findings),
        "opened_at": instant(handoff.opened.at),
        "first_human_activity_at": instant(handoff.first_human.at if handoff.first_human else None),
        "accepted_at": instant(handoff.accepted.at if handoff.accepted else None),
        "speed_to_lead_minutes": round(speed, 1) if speed is not None else None,
    }


def told(row: dict[str, Any]) -> dict[str, Any]:
    """A line of truth.json in the same form."""
    told_row = {key: row[key] for key in ("opened_by", "outcome", "first_broken_layer")}
    for key in ("opened_at", "first_human_activity_at", "accepted_at"):
        told_row[key] = datetime.fromisoformat(row[key]).isoformat(timespec="seconds") if row[key] else None
    speed = row["speed_to_lead_minutes"]
    told_row["speed_to_lead_minutes"] = round(speed, 1) if speed is not None else None
    return {**told_row, "findings": sorted(row["findings"])}


@pytest.mark.parametrize("name", ["oracle_canon", "oracle_bare", "oracle_sf", "oracle_plain", "oracle_hs"])
def test_every_handoff_and_finding_agrees(name: str) -> None:
    """Same handoffs, same openings and outcomes, same milestones, same speed, same findings."""
    world = Path(DATA or "") / "sample_world"
    policies = read_policies(world / "policies")
    reader = Reader(policies, ZoneInfo("UTC"), LANDED_AT)
    source = read_landing(name, world / "landing" / name, reader)
    handoffs = evaluate_source(source, policies, AS_OF).handoffs
    lines = map(json.loads, (world / "truth.json").read_text().splitlines())
    truth = {
        (row["lead_id"], row["handoff_number"]): told(row) for row in lines if row["source_system"] == name
    }
    assert truth
    assert {(item.log.lead.lead_id, item.number): seen(item) for item in handoffs} == truth
