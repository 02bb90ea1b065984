"""The demo's truth counts business minutes with its own helper: hold it against counting every single minute.

If the helper were wrong, the truth would be, and every test that trusts the truth would prove nothing.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from demo.business_time import Calendar, OpenHours

FIRST, LAST = date(2026, 3, 1), date(2026, 4, 30)


def hours(
    zone: str, days: range, opens: int, closes: int, valid: tuple[str, str] = ("", "")
) -> list[OpenHours]:
    """The same hours on several weekdays."""
    start, end = (date.fromisoformat(day) if day else None for day in valid)
    return [OpenHours(zone, weekday, opens, closes, start, end) for weekday in days]


# Each one alone has a reason to go wrong: a skipped hour, a repeated hour, a lunch break, a changed schedule,
# holidays at both ends of a weekend, a night shift over midnight.
CALENDARS = {
    "berlin_spring": (hours("Europe/Berlin", range(1, 6), 510, 1050), set()),
    "sydney_autumn_with_lunch": (
        hours("Australia/Sydney", range(1, 7), 540, 750) + hours("Australia/Sydney", range(1, 6), 795, 1080),
        set(),
    ),
    "round_the_clock": (hours("Europe/London", range(1, 8), 0, 1440), set()),
    "two_schedules": (
        hours("America/Chicago", range(1, 6), 480, 1020, ("", "2026-03-17"))
        + hours("America/Chicago", range(1, 6), 600, 1140, ("2026-03-17", "")),
        set(),
    ),
    "easter": (
        hours("Europe/London", range(1, 6), 540, 1050),
        {date(2026, 4, 3), date(2026, 4, 6)},
    ),
    "half_past_offset": (hours("Asia/Kolkata", range(1, 6), 570, 1110), set()),
}


def open_minutes(rows: list[OpenHours], holidays: set[date]) -> set[int]:
    """Every open minute, found by asking each minute of the two months what its local clock shows."""
    found: set[int] = set()
    zone = ZoneInfo(rows[0].timezone)
    at = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC) - timedelta(days=1)
    end = datetime(LAST.year, LAST.month, LAST.day, tzinfo=UTC) + timedelta(days=2)
    while at < end:
        local = at.astimezone(zone)
        minute = local.hour * 60 + local.minute
        if FIRST <= local.date() <= LAST and local.date() not in holidays:
            for row in rows:
                starts = row.valid_from is None or local.date() >= row.valid_from
                ends = row.valid_to is None or local.date() < row.valid_to
                if local.isoweekday() == row.weekday and starts and ends and row.opens <= minute < row.closes:
                    found.add(int(at.timestamp()) // 60)
        at += timedelta(minutes=1)
    return found


@pytest.mark.parametrize("name", CALENDARS)
def test_between_equals_counting_every_minute(name: str) -> None:
    rows, holidays = CALENDARS[name]
    calendar = Calendar(rows, frozenset(holidays), FIRST, LAST)
    opened = open_minutes(rows, holidays)
    rng = np.random.default_rng(7)
    low = int(datetime(2026, 3, 2, tzinfo=UTC).timestamp()) // 60
    high = int(datetime(2026, 4, 29, tzinfo=UTC).timestamp()) // 60
    pairs = np.sort(rng.integers(low, high, (60, 2)), axis=1)
    counted = [sum(minute in opened for minute in range(start, end)) for start, end in pairs]
    assert (calendar.between(pairs[:, 0] * 60, pairs[:, 1] * 60) / 60).tolist() == counted


@pytest.mark.parametrize("name", CALENDARS)
def test_forward_and_back_are_the_way_back(name: str) -> None:
    rows, holidays = CALENDARS[name]
    calendar = Calendar(rows, frozenset(holidays), FIRST, LAST)
    rng = np.random.default_rng(8)
    start = rng.integers(
        int(datetime(2026, 3, 10, tzinfo=UTC).timestamp()),
        int(datetime(2026, 4, 10, tzinfo=UTC).timestamp()),
        200,
    )
    seconds = rng.integers(1, 40 * 3600, 200)
    there = calendar.forward(start, seconds)
    assert (calendar.between(start, there) == seconds).all()
    # The earliest such instant: a second before, less had passed.
    assert (calendar.between(start, there - 1) == seconds - 1).all()
    back = calendar.back(start, seconds[:1].repeat(200) // 3)
    assert (calendar.between(back, start) == seconds[0] // 3).all()


def test_seconds_count_inside_a_minute() -> None:
    calendar = Calendar(hours("UTC", range(1, 6), 540, 1020), frozenset(), FIRST, LAST)
    nine = int(datetime(2026, 3, 4, 9, tzinfo=UTC).timestamp())
    assert calendar.between(np.array([nine - 90]), np.array([nine + 45])).tolist() == [45]


def test_a_daylight_saving_day_has_its_true_length() -> None:
    calendar = Calendar(CALENDARS["round_the_clock"][0], frozenset(), FIRST, LAST)
    day = [int(datetime(2026, 3, d, tzinfo=ZoneInfo("Europe/London")).timestamp()) for d in (28, 29, 30)]
    assert calendar.between(np.array(day[:2]), np.array(day[1:])).tolist() == [24 * 3600, 23 * 3600]
