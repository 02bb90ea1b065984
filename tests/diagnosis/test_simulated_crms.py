"""Simulated CRMs, of which the truth is known: the diagnosis finds all of it, exactly, and nothing else."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

import pytest

from demo.policies import SHIPPED_POLICIES
from demo.story import told_stories
from demo.world import INSTANTS, MINUTES
from tests.diagnosis.conftest import PLAYS, STORIES, BuiltWorld

pytestmark = pytest.mark.slow

WORDS = ("opened_by", "outcome", "first_broken_layer")
MINUTE_TOLERANCE = 0.001
Key = tuple[str, str, int]
Fired = set[tuple[str, str, int]]


def catalogue() -> list[str]:
    """Every finding of the shipped catalogue."""
    with (SHIPPED_POLICIES / "findings.csv").open(newline="", encoding="utf-8") as handle:
        return [row["code"] for row in csv.DictReader(handle)]


def key_of(row: dict[str, Any]) -> Key:
    return str(row["source_system"]), str(row["lead_id"]), int(row["handoff_number"])


def as_told(row: dict[str, Any]) -> dict[str, Any]:
    """A handoff of the truth, instants as the warehouse has them."""

    def instant(text: str | None) -> datetime | None:
        return None if text is None else datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None)

    return (
        {name: row[name] for name in WORDS}
        | {name: instant(row[name]) for name in INSTANTS}
        | {name: None if row[name] is None else float(row[name]) for name in MINUTES}
    )


@pytest.fixture(scope="module")
def worlds(stories: BuiltWorld, simulation: BuiltWorld) -> tuple[BuiltWorld, ...]:
    return stories, simulation


@pytest.fixture(scope="module")
def told(worlds: tuple[BuiltWorld, ...]) -> dict[Key, dict[str, Any]]:
    return {key_of(row): row for one in worlds for row in one.world.truth}


@pytest.fixture(scope="module")
def found(worlds: tuple[BuiltWorld, ...]) -> dict[Key, dict[str, Any]]:
    columns = ("source_system", "lead_id", "handoff_number", *WORDS, *INSTANTS, *MINUTES)
    query = f"select {', '.join(columns)} from marts.fct_handoffs"
    rows = [row for one in worlds for row in one.built.rows(query)]
    named = [dict(zip(columns, row, strict=True)) for row in rows]
    found = {key_of(row): {name: row[name] for name in columns[3:]} for row in named}
    assert len(found) == len(rows), "a handoff has two rows"
    return found


@pytest.fixture(scope="module")
def fired(worlds: tuple[BuiltWorld, ...]) -> dict[str, Fired]:
    """The handoffs that each finding fired on."""
    query = "select finding_code, source_system, lead_id, handoff_number from marts.fct_handoff_findings"
    rows = [row for one in worlds for row in one.built.rows(query)]
    by_code: dict[str, Fired] = defaultdict(set)
    for code, *key in rows:
        by_code[code].add((str(key[0]), str(key[1]), int(key[2])))
    assert sum(map(len, by_code.values())) == len(rows), "a finding has two rows"
    return by_code


def test_every_source_has_handoffs(told: dict[Key, dict[str, Any]]) -> None:
    plays = (STORIES, *PLAYS)
    assert {key[0] for key in told} == {f"{crm}_{play.seed}" for play in plays for crm in play.crms}


def test_every_handoff_is_found_and_no_other(
    told: dict[Key, dict[str, Any]], found: dict[Key, dict[str, Any]]
) -> None:
    missed = [(told[key]["archetype"], key) for key in sorted(told.keys() - found.keys())]
    invented = [(key, found[key]) for key in sorted(found.keys() - told.keys())]
    assert (missed, invented) == ([], [])


def test_openings_closings_milestones_and_minutes_are_exact(
    told: dict[Key, dict[str, Any]], found: dict[Key, dict[str, Any]]
) -> None:
    differences = []
    for key in sorted(told.keys() & found.keys()):
        for name, value in as_told(told[key]).items():
            got = found[key][name]
            if isinstance(value, float) and got is not None:
                got = pytest.approx(got, abs=MINUTE_TOLERANCE)
            if value != got:
                differences.append((told[key]["archetype"], key, name, value, found[key][name]))
    assert differences == []


@pytest.mark.parametrize("code", catalogue())
def test_precision_and_recall_are_1(
    code: str, told: dict[Key, dict[str, Any]], fired: dict[str, Fired]
) -> None:
    expected = {key for key, row in told.items() if code in row["findings"]}
    assert expected, f"no simulated handoff has {code}"
    missed = [(told[key]["archetype"], key) for key in sorted(expected - fired[code])]
    spurious = [(told.get(key, {}).get("archetype"), key) for key in sorted(fired[code] - expected)]
    assert (missed, spurious) == ([], [])


@pytest.mark.parametrize("code", catalogue())
def test_near_misses_stay_silent(code: str, told: dict[Key, dict[str, Any]], fired: dict[str, Fired]) -> None:
    stories = {story.name for story in told_stories() if code in story.near}
    just_missed = {key for key, row in told.items() if row["archetype"] in stories}
    assert just_missed, f"no simulated handoff just misses {code}"
    assert sorted((told[key]["archetype"], key) for key in just_missed & fired[code]) == []


def test_nothing_is_found_that_the_catalogue_does_not_know(fired: dict[str, Fired]) -> None:
    assert set(fired) == set(catalogue())
