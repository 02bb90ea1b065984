"""Instants, days and business time.

A `Moment` is what the log knows about a point in time: the instant, whether it is only a day, and whether
it was
inferred. Only a precise moment may start or end a minute clock.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DATE_ONLY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
EPOCH = re.compile(r"^\d{9,16}(\.\d+)?$")
EARLIEST_POSSIBLE = datetime(1990, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Moment:
    """A point in time in UTC; a day-level moment stands at the start of its day and remembers that day."""

    at: datetime
    day: date | None = None
    inferred: bool = False

    @property
    def is_day(self) -> bool:
        """Whether only the day is known."""
        return self.day is not None

    @property
    def is_precise(self) -> bool:
        """Whether a minute clock may start or end here."""
        return self.day is None and not self.inferred

    @property
    def utc_day(self) -> date:
        """The day that effective-dated policies are read at (validity days are UTC days)."""
        return self.day if self.day is not None else self.at.astimezone(UTC).date()


@dataclass(frozen=True)
class Hours:
    """One row of a calendar: local opening hours of one weekday (1 = Monday), valid over [valid_from,
    valid_to).
    """

    zone: ZoneInfo
    weekday: int
    opens: time
    closes: time | None  # None is 24:00
    valid_from: date | None
    valid_to: date | None

    def is_in_force(self, local_day: date) -> bool:
        """Whether the row holds on a local day."""
        return is_valid_on(self.valid_from, self.valid_to, local_day)


def is_valid_on(valid_from: date | None, valid_to: date | None, day: date) -> bool:
    """Validity of an effective-dated row: from inclusive, to exclusive, blank unbounded."""
    return (valid_from is None or valid_from <= day) and (valid_to is None or day < valid_to)


def local_instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The UTC instant of a wall time; a time skipped by daylight saving is taken forward by the skip."""
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


@dataclass(frozen=True)
class Calendar:
    """Working hours of a team."""

    hours: Sequence[Hours]
    holidays: frozenset[date]

    def zone_at(self, instant: datetime) -> ZoneInfo:
        """The time zone in force at an instant."""
        for row in self.hours:
            if row.is_in_force(instant.astimezone(row.zone).date()):
                return row.zone
        return self.hours[0].zone if self.hours else ZoneInfo("UTC")

    def _shifts_from(self, start: datetime, last: datetime) -> list[tuple[datetime, datetime]]:
        shifts: list[tuple[datetime, datetime]] = []
        for row in self.hours:
            day = start.astimezone(row.zone).date() - timedelta(days=1)
            final = last.astimezone(row.zone).date() + timedelta(days=1)
            while day <= final:
                if day.isoweekday() == row.weekday and row.is_in_force(day) and day not in self.holidays:
                    opens = local_instant(day, row.opens, row.zone)
                    if row.closes is None:
                        closes = local_instant(day + timedelta(days=1), time(0), row.zone)
                    else:
                        closes = local_instant(day, row.closes, row.zone)
                    if closes > opens:
                        shifts.append((opens, closes))
                day += timedelta(days=1)
        return merge(shifts)

    def minutes(self, start: datetime, end: datetime) -> float:
        """Business minutes between two instants (0 when end is not after start)."""
        if end <= start:
            return 0.0
        seconds = 0.0
        for opens, closes in self._shifts_from(start, end):
            low, high = max(opens, start), min(closes, end)
            if high > low:
                seconds += (high - low).total_seconds()
        return seconds / 60

    def due(self, start: datetime, minutes: float) -> datetime | None:
        """The first instant at which `minutes` of business time have passed; None if that never happens."""
        left = minutes * 60
        if left <= 0:
            return start
        for opens, closes in self._shifts_forward(start):
            low = max(opens, start)
            if closes <= low:
                continue
            length = (closes - low).total_seconds()
            if length >= left:
                return low + timedelta(seconds=left)
            left -= length
        return None

    def _shifts_forward(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        reached = start - timedelta(days=2)
        for chunk in range(60):
            until = start + timedelta(days=30 * (chunk + 1))
            for opens, closes in self._shifts_from(reached, until):
                # Chunks overlap by a day on either side: hand out only what is new.
                if closes > reached and opens < until:
                    yield max(opens, reached), min(closes, until)
            reached = until


def merge(shifts: list[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Join overlapping and touching intervals, so that no minute is counted twice."""
    joined: list[tuple[datetime, datetime]] = []
    for opens, closes in sorted(shifts):
        if joined and opens <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], closes))
        else:
            joined.append((opens, closes))
    return joined


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Midnight of a day in a zone, as UTC."""
    return local_instant(day, time(0), zone)


def parse_moment(text: str | None, naive_zone: ZoneInfo, day_calendar: Calendar) -> Moment | None:
    """Read ISO with or without offset, a bare date, or an epoch in seconds or milliseconds; None if it is
    neither.
    """
    value = (text or "").strip()
    if not value:
        return None
    if EPOCH.match(value):
        number = float(value)
        return Moment(datetime.fromtimestamp(number / 1000 if number >= 1e11 else number, UTC))
    try:
        if DATE_ONLY.match(value):
            day = date.fromisoformat(value)
            noon = datetime.combine(day, time(12), tzinfo=UTC)
            return Moment(start_of_day(day, day_calendar.zone_at(noon)), day)
        parsed = datetime.fromisoformat(value.replace(" UTC", "+00:00"))
    except ValueError:
        return None
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=naive_zone)
    return Moment(parsed.astimezone(UTC))
