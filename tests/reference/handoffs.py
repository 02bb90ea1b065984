"""Section 2: the handoffs of a lead, their milestones and their clocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from .clock import Calendar, Moment, start_of_day
from .events import Event, LeadLog, StageValue, StatusValue, Step, World
from .people import Person
from .policies import Team
from .world import Activity

OPENING_ORDER = ("mql", "created", "status_reopened", "sales_action")
CLOSING_ORDER = ("rejected", "recycled", "converted", "merged", "deleted")
ACCEPTED_STAGES = {"sal", "sql"}


@dataclass(frozen=True)
class Ownership:
    """Who owned the lead from `start` until the next ownership of the window."""

    start: Moment
    owner_id: str
    kind: str
    person: Person | None
    team: Team | None


@dataclass
class Handoff:
    """One handoff with all that is derived from its window."""

    log: LeadLog
    number: int
    opened: Moment
    opened_by: str
    opening: Event
    closed: Moment | None = None
    outcome: str = "open"
    next_opened: Moment | None = None
    is_last: bool = True
    # Milestones.
    qualified: Moment | None = None
    assigned: Moment | None = None
    human_owned: Moment | None = None
    first_action_allowed: float | None = None
    first_action_due: datetime | None = None
    first_human: Moment | None = None
    first_automated: Moment | None = None
    connected: Moment | None = None
    accepted: Moment | None = None
    first_worked: Moment | None = None
    rejected: Moment | None = None
    recycled: Moment | None = None
    opportunity_created: Moment | None = None
    won: Moment | None = None
    # What the findings read.
    is_owner_inferred: bool = False
    ownerships: list[Ownership] = field(default_factory=list)
    human_activities: list[Activity] = field(default_factory=list)
    automated_activities: list[Activity] = field(default_factory=list)
    minutes: dict[str, float | None] = field(default_factory=dict)
    reassignments: int = 0
    findings: set[str] = field(default_factory=set)
    layers: dict[str, str] = field(default_factory=dict)
    first_broken_layer: str | None = None

    @property
    def first_sales_owner(self) -> Ownership | None:
        """The ownership by which a sales user first had the lead."""
        return next((item for item in self.ownerships if item.kind == "sales_user"), None)


class Clockwork:
    """Minute clocks and allowances of one lead."""

    def __init__(self, world: World, log: LeadLog) -> None:
        """Clocks run on the calendar of whoever owns the lead when they start."""
        self.world = world
        self.log = log

    def owner_team(self, moment: Moment) -> Team | None:
        """The team of the sales user or queue that owns the lead after all events of an instant."""
        created = self.log.lead.created
        if created is not None and moment.at < created.at and self.log.owners.step_at(moment.at) is None:
            # Nobody owned the lead before it existed.
            return None
        person = self.world.people.find(self.log.owners.at(moment.at))
        if self.world.people.kind(person, moment) in {"sales_user", "queue"}:
            return self.world.people.team(person, moment)
        return None

    def calendar(self, start: Moment) -> Calendar:
        """The calendar of an interval that starts at a moment."""
        return self.world.policies.calendar(self.owner_team(start))

    def minutes(self, start: Moment, end: datetime) -> float:
        """Business minutes from a moment to an instant."""
        return self.calendar(start).minutes(start.at, end)

    def allowance_start(self, start: Moment) -> Moment | None:
        """Where an allowance starts to run: the end of the day for a day-level moment, nowhere for an
        inferred one.
        """
        if start.inferred:
            return None
        if start.day is None:
            return start
        zone = self.world.policies.default_calendar.zone_at(start.at)
        return Moment(start_of_day(start.day + timedelta(days=1), zone))

    def is_past(self, start: Moment, end: Moment, allowed: float | str) -> bool:
        """Whether strictly more business minutes than allowed lie between two moments that a clock may
        use.
        """
        began = self.allowance_start(start)
        if began is None or not end.is_precise:
            return False
        if isinstance(allowed, str):
            allowed = self.world.policies.allowance(allowed, began.utc_day)
        return self.minutes(began, end.at) > allowed

    def due(self, start: Moment, allowed: float) -> datetime | None:
        """When an allowance that starts at a moment has been used up."""
        began = self.allowance_start(start)
        return None if began is None else self.calendar(began).due(began.at, allowed)


class Finder:
    """Walks one lead's log and cuts it into handoffs."""

    def __init__(self, world: World, log: LeadLog) -> None:
        """Nothing is open and nothing was ever opened."""
        self.world = world
        self.log = log
        self.handoffs: list[Handoff] = []

    @property
    def last(self) -> Handoff | None:
        """The handoff opened last."""
        return self.handoffs[-1] if self.handoffs else None

    def find(self) -> list[Handoff]:
        """All handoffs of the lead, in order."""
        events = self.log.events
        gone = min((m.at for m in (self.log.merged, self.log.deleted) if m is not None), default=None)
        position = 0
        while position < len(events):
            # A merged or deleted record is handed off no more; those two stand last at their instant.
            if gone is not None and events[position].at.at > gone:
                break
            found = self.first_opening(position)
            if found is None:
                position += 1
                continue
            position, opened_by = found
            event = events[position]
            handoff = Handoff(self.log, len(self.handoffs) + 1, event.at, opened_by, event)
            if self.last is not None:
                self.last.next_opened, self.last.is_last = event.at, False
            self.handoffs.append(handoff)
            self.close(handoff, events[position:])
            if handoff.closed is None:
                break
            position += sum(1 for later in events[position:] if later.at.at <= handoff.closed.at)
        return self.handoffs

    def first_opening(self, position: int) -> tuple[int, str] | None:
        """(position, rule) of what opens at the instant of an event; of one instant the first in the list
        of rules.
        """
        events = self.log.events
        found: list[tuple[int, int]] = []
        for later in range(position, len(events)):
            if events[later].at.at != events[position].at.at:
                break
            opened_by = self.opens(events[later])
            if opened_by is not None:
                found.append((OPENING_ORDER.index(opened_by), later))
        if not found:
            return None
        rule, first = min(found)
        return first, OPENING_ORDER[rule]

    # -- opening ----------------------------------------------------------------------------------------

    def opens(self, event: Event) -> str | None:
        """By what rule an event opens a handoff while none is open."""
        opened_by: str | None = None
        if event.kind == "created":
            opened_by = self.opens_at_creation()
        elif event.kind == "stage_changed" and event.stage is not None:
            opened_by = "mql" if self.becomes_sales_ready(event.stage) else None
        elif event.kind == "status_changed" and event.status is not None:
            opened_by = self.opens_by_status(event.status)
        elif event.kind == "activity" and event.activity is not None and not self.handoffs:
            is_work = not self.log.is_merged and self.world.is_sales_activity(event.activity)
            opened_by = "sales_action" if is_work else None
        if opened_by == "sales_action" and event.at.day is not None and self.opens_otherwise(event):
            return None
        return opened_by

    def opens_otherwise(self, event: Event) -> bool:
        """Whether, on the day of a sales action known by day only, an event with an instant would open one.

        Nobody can say that the action came before it.
        """
        return any(
            other.at.day is None
            and other.at.at >= event.at.at
            and self.world.policies.local_day(other.at.at) == event.at.day
            and self.opens(other) is not None
            for other in self.log.events
        )

    @staticmethod
    def becomes_sales_ready(step: Step[StageValue]) -> bool:
        """The stage becomes sales-ready and was not before."""
        was_ready = step.old is not None and step.old.stage is not None and step.old.stage.is_sales_ready
        return step.new.stage is not None and step.new.stage.is_sales_ready and not was_ready

    def opens_at_creation(self) -> str | None:
        """`created` counts as entering the initial stage and status."""
        initial = self.log.stages.initial
        if initial is not None and initial.stage is not None and initial.stage.is_sales_ready:
            return "mql"
        if not self.world.records_qualification:
            return "created"
        status = self.log.statuses.initial
        creator = self.log.lead.text["created_by"]
        created = self.log.lead.created
        if (
            self.handoffs
            or status is None
            or created is None
            or status.group not in {"accepted", "working", "rejected"}
        ):
            return None
        return "sales_action" if creator is None or self.world.is_sales_user(creator, created) else None

    def opens_by_status(self, step: Step[StatusValue]) -> str | None:
        """status_reopened after a rejection or a recycling; sales_action where no handoff ever opened."""
        group = step.new.group
        if step.old is not None and step.old.group == group:
            return None
        if self.last is not None:
            reopens = self.last.outcome in {"rejected", "recycled"} and group in {"accepted", "working"}
            return "status_reopened" if reopens else None
        if group not in {"accepted", "working", "rejected"}:
            return None
        # An automation or an import is a known actor that is not sales, whoever's name it runs under.
        if step.by_automation:
            return None
        return "sales_action" if step.actor is None or self.world.is_sales_user(step.actor, step.at) else None

    # -- closing ----------------------------------------------------------------------------------------

    def close(self, handoff: Handoff, events: Sequence[Event]) -> None:
        """Close at the first closing event from the opening on; of one instant the first in the list of
        outcomes.
        """
        candidates: list[tuple[Moment, str]] = []
        for event in events:
            for outcome in self.closes(event):
                candidates.append((event.at, outcome))
        if candidates:
            first = min(moment.at for moment, _ in candidates)
            at_first = [(moment, outcome) for moment, outcome in candidates if moment.at == first]
            handoff.outcome = min((outcome for _, outcome in at_first), key=CLOSING_ORDER.index)
            # The end is known as well as any of the events that bring this outcome at its instant.
            handoff.closed = min(
                (moment for moment, outcome in at_first if outcome == handoff.outcome),
                key=lambda moment: (moment.inferred, moment.is_day),
            )

    def closes(self, event: Event) -> list[str]:
        """The outcomes that an event brings about."""
        outcomes: list[str] = []
        stage: StageValue | None = None
        status: StatusValue | None = None
        if event.kind == "created":
            stage, status = self.log.stages.initial, self.log.statuses.initial
        elif event.stage is not None:
            stage = event.stage.new
        elif event.status is not None:
            status = event.status.new
        elif event.kind == "opportunity_created":
            outcomes.append("converted")
        elif event.kind in {"converted", "merged", "deleted"}:
            outcomes.append(event.kind)
        if stage is not None and stage.stage is not None:
            outcomes += {"disqualified": ["rejected"], "recycled": ["recycled"]}.get(stage.stage.name, [])
        if status is not None and status.group in {"rejected", "recycled", "converted"}:
            outcomes.append(status.group)
        return outcomes


class Measurer:
    """Fills in the milestones and minutes of a handoff."""

    def __init__(self, world: World, handoff: Handoff) -> None:
        """The window ends at the close, else at as_of; both ends belong to it."""
        self.world = world
        self.handoff = handoff
        self.log = handoff.log
        self.clocks = Clockwork(world, handoff.log)
        self.start = handoff.opened.at
        self.end = handoff.closed.at if handoff.closed is not None else world.as_of

    def in_window(self, moment: Moment | None) -> bool:
        """Inside the window; a day counts where it touches the window."""
        if moment is None:
            return False
        if moment.day is not None:
            opened, closed = self.handoff.opened, self.handoff.closed
            first = opened.day or self.world.policies.local_day(opened.at)
            last = (closed.day if closed else None) or self.world.policies.local_day(self.end)
            return first <= moment.day <= last
        return self.start <= moment.at <= self.end

    def in_span(self, moment: Moment | None) -> bool:
        """Inside the span, which runs to just before the next opening."""
        if moment is None or moment.at < self.start or moment.at > self.world.as_of:
            return False
        return self.handoff.next_opened is None or moment.at < self.handoff.next_opened.at

    def measure(self) -> None:
        """Everything, in the order in which one thing needs another."""
        self.ownership()
        self.activities()
        self.decisions()
        self.first_action_due()
        self.all_minutes()

    def ownership(self) -> None:
        """Who owned the lead in the window, instant by instant after all events of each."""
        owners = self.log.owners
        step = owners.step_at(self.start)
        since = self.handoff.opened
        if step is not None and step.at.day is not None:
            # An owner known by day only, on the day of the opening: whether before or after it cannot be
            # said.
            opening_day = since.day or self.world.policies.local_day(since.at)
            if step.at.day == opening_day:
                since = Moment(since.at, opening_day, since.inferred)
        changes: dict[datetime, tuple[Moment, str]] = {}
        created = self.log.lead.created
        first_owner = owners.at(self.start) or ""
        if created is not None and self.start < created.at <= self.end and step is None:
            # Opened by a day that stands before the creation: nobody owned the lead before it existed.
            # Whoever owns it today may have taken it later.
            is_inferred = created.inferred or owners.initial_is_inferred
            changes[created.at] = (replace(created, inferred=is_inferred), first_owner)
            first_owner = ""
        for change in owners.steps:
            if self.start < change.at.at <= self.end:
                changes[change.at.at] = (change.at, change.new)
        for moment, owner_id in [(since, first_owner), *changes.values()]:
            person = self.world.people.find(owner_id)
            kind = self.world.people.kind(person, moment)
            self.handoff.ownerships.append(
                Ownership(moment, owner_id, kind, person, self.world.people.team(person, moment))
            )
        for item in self.handoff.ownerships:
            if item.kind in {"sales_user", "queue"} and self.handoff.assigned is None:
                self.handoff.assigned = item.start
            if item.kind == "sales_user" and self.handoff.human_owned is None:
                self.handoff.human_owned = item.start
        # Of whatever kind he is: where today's value alone names him, no minutes can be told.
        self.handoff.is_owner_inferred = owners.initial_is_inferred and any(
            item.owner_id for item in self.handoff.ownerships
        )
        for change in owners.between(self.start, self.end):
            if change.old != change.new and change.old is not None:
                both = all(self.world.is_sales_user(owner, change.at) for owner in (change.old, change.new))
                self.handoff.reassignments += both

    def activities(self) -> None:
        """Activities in the window. A merged record has none: they count for the survivor."""
        if self.log.is_merged:
            return
        happened = [item for item in self.log.activities if self.in_window(item.at)]
        happened.sort(key=lambda item: (moment_of(item).at, item.activity_id))
        self.handoff.human_activities = [item for item in happened if self.world.is_sales_activity(item)]
        self.handoff.automated_activities = [item for item in happened if self.world.is_automated_touch(item)]
        self.handoff.first_human = first_instant(self.handoff.human_activities)
        timed = [item for item in self.handoff.automated_activities if not moment_of(item).is_day]
        self.handoff.first_automated = first_instant(timed)
        self.handoff.connected = first_instant(
            [
                item
                for item in self.handoff.human_activities
                if self.world.is_connected(item) and not moment_of(item).is_day
            ]
        )

    def decisions(self) -> None:
        """What sales and marketing said in the window, and what became of it in the span."""
        handoff = self.handoff
        stages = self.log.stages.between(self.start, self.end)
        statuses = self.log.statuses.between(self.start, self.end)
        created_at = self.log.lead.created
        if handoff.opening.kind == "created" and handoff.opened_by == "mql":
            handoff.qualified = handoff.opened
        ready = [step.at for step in stages if Finder.becomes_sales_ready(step)]

        accepted: list[tuple[Moment, str]] = []
        worked: list[Moment] = []
        # `created` counts as entering the initial stage and status, and may stand in the window.
        if created_at is not None and self.start <= created_at.at <= self.end:
            stage, status = self.log.stages.initial, self.log.statuses.initial
            if stage is not None and stage.stage is not None and stage.stage.is_sales_ready:
                ready.append(created_at)
            if (stage is not None and stage.stage is not None and stage.stage.name in ACCEPTED_STAGES) or (
                status is not None and status.group == "accepted"
            ):
                accepted.append((created_at, "history"))
            if status is not None and status.group in {"accepted", "working"}:
                worked.append(created_at)
        handoff.qualified = handoff.qualified or min(ready, key=lambda moment: moment.at, default=None)
        for step in stages:
            was = step.old.stage.name if step.old is not None and step.old.stage is not None else None
            now = step.new.stage.name if step.new.stage is not None else None
            if now in ACCEPTED_STAGES and now != was:
                accepted.append((step.at, step.provenance))
        for turn in statuses:
            was = turn.old.group if turn.old is not None else None
            if turn.new.group == "accepted" and was != "accepted":
                accepted.append((turn.at, turn.provenance))
            if turn.new.group in {"accepted", "working"}:
                worked.append(turn.at)
        handoff.accepted = self.first_acceptance(accepted)
        handoff.first_worked = min(worked, key=lambda moment: moment.at, default=None)
        if handoff.outcome == "rejected":
            handoff.rejected = handoff.closed
        if handoff.outcome == "recycled":
            handoff.recycled = handoff.closed
        created = [
            item.created for item in self.log.opportunities if item.created and self.in_span(item.created)
        ]
        handoff.opportunity_created = min(created, key=lambda moment: moment.at, default=None)
        won = [
            max(item.closed, item.created, key=lambda moment: moment.at)
            for item in self.log.opportunities
            if item.is_won
            and item.created
            and self.in_span(item.created)
            and item.closed
            and item.closed.at <= self.world.as_of
            and (self.handoff.next_opened is None or item.closed.at < self.handoff.next_opened.at)
        ]
        handoff.won = min(won, key=lambda moment: moment.at, default=None)

    def first_acceptance(self, found: Sequence[tuple[Moment, str]]) -> Moment | None:
        """History first; an acceptance stamp counts where the history shows none in the window; inferred
        ones last.
        """
        by_history = [moment for moment, provenance in found if provenance == "history"]
        if by_history:
            return min(by_history, key=lambda moment: moment.at)
        stamp = self.log.lead.stamp["accepted_at"]
        stamped = [moment for moment, provenance in found if provenance == "record"]
        if stamp is not None and self.in_window(stamp):
            stamped.append(stamp)
        if stamped:
            return min(stamped, key=lambda moment: moment.at)
        return min((moment for moment, _ in found), key=lambda moment: moment.at, default=None)

    def first_action_due(self) -> None:
        """The first-action clock starts when a sales user first owns the lead, and is not restarted."""
        handoff = self.handoff
        owner = handoff.first_sales_owner
        if owner is None or handoff.is_owner_inferred:
            return
        handoff.first_action_allowed = minutes = self.first_action_minutes()
        handoff.first_action_due = None if minutes is None else self.clocks.due(owner.start, minutes)

    def first_action_minutes(self) -> float | None:
        """What the SLA row in force when the clock starts allows."""
        owner = self.handoff.first_sales_owner
        began = self.clocks.allowance_start(owner.start) if owner is not None else None
        if owner is None or began is None:
            return None
        policies, lead = self.world.policies, self.log.lead
        fit = policies.fit(lead.text["fit_grade"], lead.fit_score)
        intent = policies.intent(lead.text["intent_signal"])
        return policies.first_action_minutes(
            intent[0] if intent else None, fit.band if fit else None, owner.team, began.utc_day
        )

    def all_minutes(self) -> None:
        """Routing, queue and human minutes, each clipped at the first human activity, and their sum."""
        handoff = self.handoff
        legs = {
            "routing": (handoff.opened, handoff.assigned),
            "queue": (handoff.assigned, handoff.human_owned),
            "human": (handoff.human_owned, handoff.first_human),
        }
        for kind in ("", "_elapsed"):
            for leg, (start, end) in legs.items():
                handoff.minutes[f"{leg}{kind}_minutes"] = self.leg(start, end, is_elapsed=bool(kind))
            handoff.minutes[f"speed_to_lead{kind}_minutes"] = self.speed(kind, legs)

    def leg(self, start: Moment | None, end: Moment | None, *, is_elapsed: bool) -> float | None:
        """Minutes of one part; None where it has not ended, or where an end of it is not an instant."""
        stops = [moment for moment in (end, self.handoff.first_human) if moment is not None]
        if start is None or not stops or self.handoff.is_owner_inferred:
            return None
        stop = min(stops, key=lambda moment: moment.at)
        if not start.is_precise or not stop.is_precise:
            return None
        if stop.at <= start.at:
            return 0.0
        return (
            (stop.at - start.at).total_seconds() / 60 if is_elapsed else self.clocks.minutes(start, stop.at)
        )

    def speed(self, kind: str, legs: dict[str, tuple[Moment | None, Moment | None]]) -> float | None:
        """The sum of the parts, None without a human activity and where a part cannot be measured."""
        if self.handoff.first_human is None:
            return None
        total = 0.0
        for leg, (start, _) in legs.items():
            minutes = self.handoff.minutes[f"{leg}{kind}_minutes"]
            if minutes is None and start is not None:
                return None
            total += minutes or 0.0
        return total


def moment_of(activity: Activity) -> Moment:
    """When an activity that happened did."""
    if activity.at is None:
        raise ValueError(f"{activity.activity_id} has not happened")
    return activity.at


def first_instant(activities: Sequence[Activity]) -> Moment | None:
    """The instant of the first of some activities in order; None when only its day is known."""
    if not activities:
        return None
    first = moment_of(activities[0])
    return None if first.is_day else first


def handoffs_of(world: World, log: LeadLog) -> list[Handoff]:
    """The measured handoffs of one lead."""
    handoffs = Finder(world, log).find()
    for handoff in handoffs:
        Measurer(world, handoff).measure()
    return handoffs
