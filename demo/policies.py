"""The policies the demo's truth depends on, read from the very CSV files that it ships beside its landing."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from demo import roster
from demo.business_time import Calendar, Calendars, Instants, Numbers, OpenHours

DEMO_POLICIES = Path(__file__).parent / "policies"
SHIPPED_POLICIES = Path(__file__).parent.parent / "seeds"
# Far enough on both sides of any demo that no clock runs off the calendar.
HORIZON = (date(2025, 6, 1), date(2027, 6, 30))

Minutes = NDArray[np.float64]


def read_policy(name: str) -> Iterator[dict[str, str]]:
    """The rows of one policy: the demo's own file, else the shipped one."""
    own = DEMO_POLICIES / f"{name}.csv"
    path = own if own.exists() else SHIPPED_POLICIES / f"{name}.csv"
    with path.open(newline="", encoding="utf-8") as handle:
        yield from csv.DictReader(handle)


def day_start(day: str) -> int | None:
    """Seconds since 1970 of a policy day's start (UTC), or None where it is blank."""
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()) if day else None


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _minute(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def _in_force(row: dict[str, str], at: Instants) -> NDArray[np.bool_]:
    """Where an effective-dated row holds: its days are UTC days, valid_to excluded."""
    start, end = day_start(row["valid_from"]), day_start(row["valid_to"])
    holds = np.ones(len(at), dtype=bool)
    if start is not None:
        holds &= at >= start
    if end is not None:
        holds &= at < end
    return holds


@dataclass(frozen=True)
class Team:
    """A team as the policies know it; `calendar` numbers a calendar."""

    team_id: str
    function: str
    calendar: int
    territory: str


class Policies:
    """All policy look-ups, on whole arrays. Owners are roster numbers (-1 is nobody), instants UTC
    seconds."""

    @cached_property
    def calendar_ids(self) -> list[str]:
        """The calendars by number."""
        return list(dict.fromkeys(row["calendar_id"] for row in read_policy("calendars")))

    @cached_property
    def default_calendar(self) -> int:
        """The number of the calendar `default`."""
        return self.calendar_ids.index("default")

    @cached_property
    def calendars(self) -> Calendars:
        """Every calendar over the demo's horizon."""
        hours: dict[str, list[OpenHours]] = {name: [] for name in self.calendar_ids}
        for row in read_policy("calendars"):
            hours[row["calendar_id"]].append(
                OpenHours(
                    row["timezone"], int(row["weekday"]), _minute(row["opens_at"]), _minute(row["closes_at"]),
                    _day(row["valid_from"]), _day(row["valid_to"]),
                )
            )  # fmt: skip
        holidays: dict[str, set[date]] = {name: set() for name in self.calendar_ids}
        for row in read_policy("holidays"):
            holidays[row["calendar_id"]].add(date.fromisoformat(row["day"]))
        return Calendars([Calendar(hours[n], frozenset(holidays[n]), *HORIZON) for n in self.calendar_ids])

    @cached_property
    def teams(self) -> list[Team]:
        """The teams by number."""
        return [
            Team(
                row["team_id"], row["function"],
                self.calendar_ids.index(row["calendar_id"]) if row["calendar_id"] else self.default_calendar,
                row["territory"],
            )
            for row in read_policy("teams")
        ]  # fmt: skip

    @cached_property
    def team_numbers(self) -> dict[str, int]:
        """Team id to number."""
        return {team.team_id: number for number, team in enumerate(self.teams)}

    @cached_property
    def _memberships(self) -> list[tuple[Numbers, int, int | None, int | None]]:
        """Team number of each owner (-1 where the row says nothing) with the row set's validity."""
        by_key = {str(o.email or o.name).lower(): i for i, o in enumerate(roster.OWNERS)}
        rows = [(by_key[r["owner_key"].lower()], r) for r in read_policy("owner_map")]
        result = []
        for owner, row in rows:
            one = np.full(len(roster.OWNERS), -1, dtype=np.int64)
            one[owner] = self.team_numbers[row["team_id"]]
            result.append((one, owner, day_start(row["valid_from"]), day_start(row["valid_to"])))
        return result

    @cached_property
    def _team_spans(self) -> tuple[Numbers, Numbers, Instants]:
        """Each owner's team before and after his only change, and when that was (one change at most)."""
        count = len(roster.OWNERS)
        names = {name.lower(): team for team, name in roster.TEAM_NAMES.items()}
        crm = [self.team_numbers.get(names.get((o.crm_team or "").lower(), ""), -1) for o in roster.OWNERS]
        before, after = np.array(crm, dtype=np.int64), np.array(crm, dtype=np.int64)
        change = np.zeros(count, dtype=np.int64)
        for one, owner, start, end in self._memberships:
            if start is None:
                before[owner] = one[owner]
            if end is None:
                after[owner] = one[owner]
            if start is not None:
                change[owner] = start
        return before, after, change

    def team_of(self, owner: Numbers, at: Instants) -> Numbers:
        """The number of each owner's team at that instant; -1 for nobody's."""
        before, after, change = self._team_spans
        team = np.where(at < change[owner], before[owner], after[owner])
        return np.where(owner < 0, -1, team)

    def calendar_of(self, owner: Numbers, at: Instants) -> Numbers:
        """The calendar of the sales user or queue that owns a lead at that instant, else `default`."""
        team = self.team_of(owner, at)
        own = np.array([t.calendar for t in self.teams], dtype=np.int64)
        is_queue = np.array([o.is_queue for o in roster.OWNERS])
        is_sales = np.array([t.function == "sales" for t in self.teams])
        counts = (team >= 0) & (is_sales[team] | is_queue[owner])
        return np.where(counts, own[team], self.default_calendar)

    def allowance(self, name: str, at: Instants) -> Minutes:
        """Business minutes of an allowance in force when its clock starts."""
        minutes = np.full(len(at), np.nan)
        for row in read_policy("allowances"):
            if row["allowance"] == name:
                minutes[_in_force(row, at)] = float(row["business_minutes"])
        if np.isnan(minutes).any():
            raise ValueError(f"no allowance {name} in force")
        return minutes

    def queue_wait(self, queue: Numbers, at: Instants) -> Minutes:
        """Business minutes that a lead may wait in its queue."""
        minutes = self.allowance("queue_wait", at)
        for row in read_policy("queue_policy"):
            if row["max_wait_minutes"]:
                mine = queue == roster.INDEX[row["queue_key"]]
                minutes[mine & _in_force(row, at)] = float(row["max_wait_minutes"])
        return minutes

    def first_action(
        self, intent_tier: NDArray[np.str_], fit_band: NDArray[np.str_], team: Numbers, at: Instants
    ) -> Minutes:
        """Business minutes to the first action: the SLA row with most conditions, then team, intent, fit;
        else the allowance."""
        minutes, best = self.allowance("first_action", at), np.full(len(at), -1)
        for row in read_policy("sla_policy"):
            matches = _in_force(row, at)
            if row["intent_tier"]:
                matches &= intent_tier == row["intent_tier"]
            if row["fit_band"]:
                matches &= fit_band == row["fit_band"]
            if row["team_id"]:
                matches &= team == self.team_numbers[row["team_id"]]
            named = [bool(row[c]) for c in ("team_id", "intent_tier", "fit_band")]
            rank = sum(named) * 8 + named[0] * 4 + named[1] * 2 + named[2]
            wins = matches & (rank > best)
            minutes[wins], best[wins] = float(row["first_action_minutes"]), rank
        return minutes
