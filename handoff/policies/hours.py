"""When the business is open, as schedules: the calendar `default` of the policies in force."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from handoff.config import SHIPPED_POLICIES
from handoff.policies.catalogue import POLICIES
from handoff.policies.reading import Row, read_sheet

CALENDAR = "default"
# Quiet hours everywhere, and clear of the hours that clocks are changed at.
NIGHT = "30 3 * * *"
EVERY_HOUR = ("0 * * * *",)


@dataclass(frozen=True)
class Hours:
    """Cron strings of each full hour in business hours, and of the night; in one IANA zone."""

    hourly: tuple[str, ...]
    nightly: str
    timezone: str


def business_hours(policies: Path | None, today: date) -> Hours:
    """Return the schedules that the calendar in force today asks for.

    ``policies`` is the user's folder, or None for the shipped one. A calendar without an opening runs every
    hour in UTC: a run too many harms nobody.
    """
    own = policies / "calendars.csv" if policies else None
    path = own if own and own.is_file() else SHIPPED_POLICIES / "calendars.csv"
    rows = [row for row in read_sheet(POLICIES["calendars"], path).rows if _is_in_force(row, today)]
    if not rows:
        return Hours(EVERY_HOUR, NIGHT, "UTC")
    days_by_time: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        # Cron's week starts with Sunday as 0, the policy's with Monday as 1.
        days_by_time[_times(row["opens_at"], row["closes_at"])].add(int(row["weekday"]) % 7)
    crons = (f"{times} * * {','.join(map(str, sorted(days)))}" for times, days in days_by_time.items())
    return Hours(tuple(sorted(crons)), NIGHT, rows[0]["timezone"])


def _is_in_force(row: Row, today: date) -> bool:
    day = today.isoformat()
    return (
        row["calendar_id"] == CALENDAR
        and (row["valid_from"] or day) <= day
        and (not row["valid_to"] or day < row["valid_to"])
    )


def _times(opens_at: str, closes_at: str) -> str:
    """Minute and hours of a cron: each full hour from the opening to the closing."""
    opening, closing = (int(text[:-3]) * 60 + int(text[-2:]) for text in (opens_at, closes_at))
    first, last = -(-opening // 60), min(closing // 60, 23)
    if first > last:
        # Open for less than the way to the next full hour.
        return f"{opening % 60} {opening // 60}"
    return f"0 {first}" if first == last else f"0 {first}-{last}"
