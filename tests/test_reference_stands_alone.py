"""The yardstick is checked by hand where a mistake in it would hide the same mistake in the SQL."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.reference.clock import Calendar, Hours, Moment, parse_moment
from tests.reference.compare import read_world
from tests.reference.events import chained
from tests.reference.findings import RULES
from tests.reference.random_world import SHAPES, make_world
from tests.reference.world import Change

BERLIN = ZoneInfo("Europe/Berlin")


def office(*, holidays: frozenset[date] = frozenset(), until: date | None = None) -> Calendar:
    """Nine to five in Berlin, Monday to Friday; ten to four from `until` on."""
    hours = [Hours(BERLIN, day, time(9), time(17), None, until) for day in range(1, 6)]
    if until is not None:
        hours += [Hours(BERLIN, day, time(10), time(16), until, None) for day in range(1, 6)]
    return Calendar(hours, holidays)


ROUND_THE_CLOCK = Calendar(
    [Hours(BERLIN, day, time(0), None, None, None) for day in range(1, 8)], frozenset()
)


def at(text: str) -> datetime:
    """A wall time in Berlin, as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("calendar", "start", "end", "minutes"),
    [
        (
            office(),
            "2025-10-24T16:30",
            "2025-10-27T09:30",
            60,
        ),  # a weekend, with daylight saving ending in it
        (ROUND_THE_CLOCK, "2025-10-26T00:00", "2025-10-27T00:00", 25 * 60),
        (ROUND_THE_CLOCK, "2026-03-29T00:00", "2026-03-30T00:00", 23 * 60),
        (office(holidays=frozenset({date(2025, 10, 3)})), "2025-10-02T16:00", "2025-10-06T10:00", 120),
        (office(until=date(2025, 10, 7)), "2025-10-06T09:00", "2025-10-08T09:00", 8 * 60 + 6 * 60),
        (office(), "2025-10-06T18:00", "2025-10-06T23:00", 0),
        (office(), "2025-10-06T12:00", "2025-10-06T11:00", 0),
    ],
)
def test_business_minutes(calendar: Calendar, start: str, end: str, minutes: float) -> None:
    """Weekends, nights, holidays, changed hours, days of 23 and 25 hours."""
    assert calendar.minutes(at(start), at(end)) == minutes


def test_due_is_the_first_instant_at_which_the_allowance_is_used_up() -> None:
    """A whole day's allowance that starts at night is due at the close, not at the next opening."""
    assert office().due(at("2025-10-05T20:00"), 480) == at("2025-10-06T17:00")
    assert office().due(at("2025-10-06T16:59"), 2) == at("2025-10-07T09:01")
    assert Calendar([], frozenset()).due(at("2025-10-06T09:00"), 1) is None


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2025-10-06T09:00:00+02:00", "2025-10-06T07:00:00"),
        ("2025-10-06 09:00:00", "2025-10-06T07:00:00"),
        ("1759734000", "2025-10-06T07:00:00"),
        ("1759734000000", "2025-10-06T07:00:00"),
    ],
)
def test_instants_in_every_form(text: str, instant: str) -> None:
    """Offset, naive in the source's zone, epoch in seconds and milliseconds."""
    moment = parse_moment(text, BERLIN, office())
    assert moment == Moment(datetime.fromisoformat(instant).replace(tzinfo=UTC))


def test_a_bare_date_is_a_day_of_the_default_calendar() -> None:
    """It stands at the start of its day there, and says that it is only a day."""
    moment = parse_moment("2025-10-06", ZoneInfo("America/New_York"), office())
    assert moment == Moment(at("2025-10-06T00:00"), date(2025, 10, 6))
    assert moment is not None and not moment.is_precise


def test_changes_of_one_instant_are_chained() -> None:
    """Old to new, whatever the ids say, also when the chain comes back to where it began."""
    instant = Moment(at("2025-10-06T12:00"))

    def change(name: str, old: str, new: str) -> Change:
        return Change(name, "lead", "status", old, new, instant, None)

    there, back = change("2", "SQL", "SAL"), change("1", "SAL", "sql ")
    assert chained([back, there], "SQL") == [there, back]
    first, second, third = change("c", "A", "B"), change("b", "B", "A"), change("a", "A", "C")
    assert chained([first, second, third], "A") == [first, second, third]


def test_random_worlds_are_the_same_again_and_leave_no_finding_untried(tmp_path: Path) -> None:
    """One seed is one world; over all shapes every rule fires somewhere, and none everywhere."""
    for folder in ("one", "two"):
        make_world(11, tmp_path / folder, 60, list(SHAPES))
    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.*"))
    assert all(
        (tmp_path / "one" / path).read_bytes() == (tmp_path / "two" / path).read_bytes() for path in files
    )

    handoffs = [handoff for told in read_world(tmp_path / "one", set()).values() for handoff in told.handoffs]
    fired = {code: sum(code in handoff.findings for handoff in handoffs) for code in RULES}
    assert all(0 < times < len(handoffs) for times in fired.values()), fired
    for handoff in handoffs:
        if handoff.closed is not None:
            assert handoff.opened.at <= handoff.closed.at
        if handoff.next_opened is not None:
            assert handoff.closed is not None and handoff.closed.at < handoff.next_opened.at
        parts = [handoff.minutes[f"{leg}_minutes"] for leg in ("routing", "queue", "human")]
        speed = handoff.minutes["speed_to_lead_minutes"]
        assert all(part is None or part >= 0 for part in parts)
        assert speed is None or speed == pytest.approx(sum(part or 0 for part in parts))
        if handoff.human_owned is not None and handoff.assigned is not None:
            assert handoff.assigned.at <= handoff.human_owned.at
