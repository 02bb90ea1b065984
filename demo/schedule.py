"""When everything happens: an instant for each moment of a story and each lead, in business time too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from demo.business_time import Instants, Numbers
from demo.people import Copies, Person
from demo.policies import Policies
from demo.story import When
from demo.timeline import Timeline

DAY = 86400
_DRAWS = 20


def instant(text: str) -> int:
    """Seconds since 1970 of an ISO 8601 instant (UTC where it names no offset)."""
    at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp())


@dataclass(frozen=True)
class World:
    """When the demo plays: the first arrival, today (as_of) and the policies in force."""

    starts: int
    as_of: int
    policies: Policies


class Scheduler:
    """Finds instants for stories in one world."""

    def __init__(self, world: World) -> None:
        """Use that world's days and policies."""
        self.world = world

    def _length_bound(self, when: When) -> float:
        """Seconds that a step can take at most, closed hours included."""
        if when.unit in ("wall", "together", "anytime", "pinned"):
            return when.high if when.unit == "wall" else 0.0
        open_seconds = when.high
        if when.unit == "allowance":
            # No allowance grew over the demo's months, so that of its first day is the longest.
            early = np.array([self.world.starts], dtype=np.int64)
            open_seconds += 60 * float(self.world.policies.allowance(when.allowance, early)[0])
        elif when.unit in ("due", "due_share", "queue_wait"):
            open_seconds = (open_seconds if when.unit != "due_share" else 0) + 480 * 60
        return open_seconds * 4.1 + 4.5 * DAY

    def _latest_arrival(self, timeline: Timeline) -> int:
        ends: list[float] = []
        for number, moment in enumerate(timeline.moments):
            start = 0.0 if number == 0 else ends[moment.base]
            ends.append(start + self._length_bound(moment.when))
        settle = timeline.story.settle
        rest = self._length_bound(settle) if settle else 3600.0
        return int(self.world.as_of - max(ends) - rest)

    def _arrivals(self, timeline: Timeline, copies: Copies) -> Instants:
        when = timeline.moments[0].when
        if when.unit == "pinned":
            return copies.rng.integers(int(when.low), int(when.high) + 1, copies.count)
        latest = self._latest_arrival(timeline)
        if latest <= self.world.starts:
            raise ValueError(f"{timeline.story.name} does not fit between the first arrival and today")
        return draw_arrivals(copies.rng, copies.count, self.world.starts, latest)

    def calendar(self, timeline: Timeline, copies: Copies, moment: int, lead: int, at: Instants) -> Numbers:
        """The calendar in force for a lead after all events of a moment."""
        owner = copies.of(timeline.owners[moment][lead])
        return self.world.policies.calendar_of(owner, at)

    def _open_minutes(
        self,
        timeline: Timeline,
        copies: Copies,
        people: list[Person],
        when: When,
        base: int,
        lead: int,
        at: Instants,
    ) -> NDArray[np.float64]:
        """Business minutes of a policy-bound step, where the clock starts at `at`."""
        policies = self.world.policies
        owner = copies.of(timeline.owners[base][lead])
        if when.unit == "allowance":
            return policies.allowance(when.allowance, at)
        if when.unit == "queue_wait":
            return policies.queue_wait(owner, at)
        person = people[lead]
        return policies.first_action(person.intent_tier, person.fit_band, policies.team_of(owner, at), at)

    def _after(
        self,
        timeline: Timeline,
        copies: Copies,
        people: list[Person],
        when: When,
        base: int,
        lead: int,
        start: Instants,
    ) -> Instants:
        rng, count = copies.rng, copies.count
        if when.unit == "wall":
            return start + rng.integers(int(when.low), int(when.high) + 1, count)
        if when.unit == "business":
            length = rng.integers(int(when.low), int(when.high) + 1, count)
        else:
            minutes = self._open_minutes(timeline, copies, people, when, base, lead, start)
            if when.unit == "due_share":
                length = np.maximum(
                    (minutes * 60 * rng.uniform(when.low, when.high, count)).astype(np.int64), 60
                )
            else:
                length = (minutes * 60).astype(np.int64) + rng.integers(
                    int(when.low), int(when.high) + 1, count
                )
        calendar = self.calendar(timeline, copies, base, lead, start)
        return self.world.policies.calendars.forward(calendar, start, length)

    def _anchored_arrivals(
        self, timeline: Timeline, copies: Copies, people: list[Person]
    ) -> tuple[Instants, list[Instants]]:
        """Arrivals such that today is exactly so long after the anchor, and the lengths of the steps up to
        it."""
        today = timeline.story.today
        assert today is not None
        lengths: list[Instants] = []
        moments = timeline.moments[1 : timeline.anchor + 1]
        for number, moment in enumerate(moments, start=1):
            if moment.when.unit != "wall" or moment.base != number - 1:
                raise ValueError(f"{timeline.story.name}: only wall-clock steps may come before {today.base}")
            lengths.append(copies.rng.integers(int(moment.when.low), int(moment.when.high) + 1, copies.count))
        lead = timeline.moments[timeline.anchor].steps[0].lead
        now = np.full(copies.count, self.world.as_of, dtype=np.int64)
        anchor = now
        if today.unit == "wall":
            anchor = now - copies.rng.integers(int(today.low), int(today.high) + 1, copies.count)
        else:
            minutes = np.zeros(copies.count)
            if today.unit != "business":
                minutes = self._open_minutes(timeline, copies, people, today, timeline.anchor, lead, now)
            length = (minutes * 60).astype(np.int64) + copies.rng.integers(
                int(today.low), int(today.high) + 1, copies.count
            )
            calendar = self.calendar(timeline, copies, timeline.anchor, lead, now)
            anchor = self.world.policies.calendars.back(calendar, now, length)
            if today.unit != "business":
                then = self._open_minutes(timeline, copies, people, today, timeline.anchor, lead, anchor)
                if np.any(then != minutes):
                    raise ValueError(
                        f"{timeline.story.name}: the policy changed between {today.base} and today"
                    )
        return anchor - sum(lengths, np.zeros(copies.count, dtype=np.int64)), lengths

    def instants(self, timeline: Timeline, copies: Copies, people: list[Person]) -> list[Instants]:
        """The instant of every moment, for every copy.

        Of millions of copies a few may run into holidays that turn the order of two steps around: those are
        drawn again.

        Raises:
            ValueError: steps out of order in more than three and more than one of a hundred copies, or later
                than today.
        """
        at = self._drawn(timeline, copies, people)
        for _ in range(_DRAWS):
            is_amiss = _out_of_order(at)
            if is_amiss.sum() > max(3, copies.count // 100):
                break
            if not is_amiss.any():
                if np.any(at[timeline.lived - 1] > self.world.as_of):
                    raise ValueError(f"{timeline.story.name}: it runs past today")
                return at
            again = self._drawn(timeline, copies, people)
            at = [np.where(is_amiss, new, old) for old, new in zip(at, again, strict=True)]
        number = next(n for n in range(1, len(at)) if np.any(at[n] <= at[n - 1]))
        step = timeline.moments[number].steps[0]
        raise ValueError(f"{timeline.story.name}: step {step.name} is not after the one before it")

    def _drawn(self, timeline: Timeline, copies: Copies, people: list[Person]) -> list[Instants]:
        lengths: list[Instants] = []
        if timeline.story.today is not None:
            first, lengths = self._anchored_arrivals(timeline, copies, people)
        else:
            first = self._arrivals(timeline, copies)
        at = [first]
        for number, moment in enumerate(timeline.moments[1:], start=1):
            if moment.when.unit == "after_today":
                at.append(np.maximum(at[-1], self.world.as_of) + 600)
            elif number <= len(lengths):
                at.append(at[-1] + lengths[number - 1])
            else:
                base, clock = moment.base, moment.clock
                at.append(self._after(timeline, copies, people, moment.when, base, clock, at[base]))
        return at


def _out_of_order(at: list[Instants]) -> NDArray[np.bool_]:
    """The copies of which a moment is not later than the one before it."""
    is_amiss = np.zeros(len(at[0]), dtype=np.bool_)
    for before, after in pairwise(at):
        is_amiss |= after <= before
    return is_amiss


def draw_arrivals(rng: np.random.Generator, count: int, first: int, last: int) -> Instants:
    """Instants between first and last: more on working days and in office hours, slowly growing in number."""
    result = np.empty(0, dtype=np.int64)
    while len(result) < count:
        size = 4 * (count - len(result)) + 16
        at = rng.integers(first, last + 1, size)
        weekday, hour = (at // DAY + 3) % 7, at % DAY // 3600
        keep = np.where(weekday < 5, 1.0, 0.3) * np.where((hour >= 7) & (hour < 20), 1.0, 0.35)
        keep = keep * (0.75 + 0.25 * (at - first) / max(last - first, 1))
        result = np.concatenate([result, at[rng.random(size) < keep]])
    return result[:count]
