"""Business time on whole arrays: how many open seconds lie between two instants, and the way back.

The demo's truth rests on this module alone; it shares nothing with the project's SQL. Instants are int64
seconds
since 1970 (UTC). A calendar is a sorted list of open segments in UTC, so a daylight-saving day has its true
length.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Instants = NDArray[np.int64]
"""Seconds since 1970, UTC."""
Numbers = NDArray[np.int64]
"""Codes, positions and counts."""


@dataclass(frozen=True)
class OpenHours:
    """One row of the calendars policy: a weekday's opening (minutes of the local day) and the row's
    validity."""

    timezone: str
    weekday: int
    opens: int
    closes: int
    valid_from: date | None
    valid_to: date | None

    def holds_on(self, day: date) -> bool:
        """Whether the row opens that local day (holidays aside)."""
        return (
            day.isoweekday() == self.weekday
            and (self.valid_from is None or day >= self.valid_from)
            and (self.valid_to is None or day < self.valid_to)
        )


def _utc_seconds(day: date, minute: int, zone: ZoneInfo) -> int:
    """The instant of a local wall-clock minute (1440 is the next midnight); a skipped local time moves
    forward."""
    local = datetime.combine(
        day + timedelta(days=minute // 1440), time(minute % 1440 // 60, minute % 60), tzinfo=zone
    )
    return int(local.astimezone(UTC).timestamp())


class Calendar:
    """Open time of one team between two days."""

    def __init__(
        self, hours: Sequence[OpenHours], holidays: frozenset[date], first: date, last: date
    ) -> None:
        """Lay out every open segment from `first` to `last` (local days, both included)."""
        segments: list[tuple[int, int]] = []
        for offset in range((last - first).days + 1):
            day = first + timedelta(days=offset)
            if day in holidays:
                continue
            for row in hours:
                if row.holds_on(day):
                    zone = ZoneInfo(row.timezone)
                    segments.append((_utc_seconds(day, row.opens, zone), _utc_seconds(day, row.closes, zone)))
        if not segments:
            raise ValueError("a calendar needs at least one open segment")
        merged: list[tuple[int, int]] = []
        for start, end in sorted(segments):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        self.starts: Instants = np.array([s for s, _ in merged], dtype=np.int64)
        self.ends: Instants = np.array([e for _, e in merged], dtype=np.int64)
        lengths = self.ends - self.starts
        self._before: Instants = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)
        self._after: Instants = self._before + lengths

    def elapsed(self, at: Instants) -> Instants:
        """Open seconds from the start of the calendar to each instant."""
        i = np.searchsorted(self.starts, at, side="right") - 1
        inside = np.minimum(at, self.ends[i]) - self.starts[i]
        return np.where(i < 0, 0, self._before[i] + inside).astype(np.int64)

    def between(self, start: Instants, end: Instants) -> Instants:
        """Open seconds from start to end (0 where end is not after start)."""
        passed: Instants = np.maximum(self.elapsed(end) - self.elapsed(start), 0)
        return passed

    def forward(self, start: Instants, seconds: Instants) -> Instants:
        """The earliest instant that lies `seconds` (> 0) of open time after start."""
        total = self.elapsed(start) + seconds
        i = np.searchsorted(self._after, total, side="left")
        if np.any(i >= len(self.starts)):
            raise ValueError("the calendar ends before the instant asked for")
        return np.where(seconds <= 0, start, self.starts[i] + total - self._before[i]).astype(np.int64)

    def back(self, end: Instants, seconds: Instants) -> Instants:
        """The latest instant from which `seconds` (> 0) of open time pass until end."""
        total = self.elapsed(end) - seconds
        i = np.searchsorted(self._before, total, side="right") - 1
        if np.any(total < 0):
            raise ValueError("the calendar starts after the instant asked for")
        return np.where(seconds <= 0, end, self.starts[i] + total - self._before[i]).astype(np.int64)


class Calendars:
    """Several calendars, each lead using its own (by number)."""

    def __init__(self, calendars: Sequence[Calendar]) -> None:
        """Number the calendars in the order given."""
        self._calendars = list(calendars)

    def _each(self, which: Numbers, name: str, first: Instants, second: Instants) -> Instants:
        result = np.zeros(len(which), dtype=np.int64)
        for number in np.unique(which):
            mask = which == number
            result[mask] = getattr(self._calendars[number], name)(first[mask], second[mask])
        return result

    def between(self, which: Numbers, start: Instants, end: Instants) -> Instants:
        """Open seconds from start to end, each in its own calendar."""
        return self._each(which, "between", start, end)

    def forward(self, which: Numbers, start: Instants, seconds: Instants) -> Instants:
        """The earliest instants that lie `seconds` of open time after start."""
        return self._each(which, "forward", start, seconds)

    def back(self, which: Numbers, end: Instants, seconds: Instants) -> Instants:
        """The latest instants from which `seconds` of open time pass until end."""
        return self._each(which, "back", end, seconds)
