"""Section 1: the event log of every lead.

A `Track` is the history of one field of one lead (stage, status, owner); the `LeadLog` puts the tracks,
activities, touches, opportunities, conversion, merge and deletion into one order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Generic, TypeVar

from .clock import Moment, start_of_day
from .people import People
from .policies import Policies, Stage, norm
from .world import Activity, Change, Lead, Opportunity, Source, Touch

T = TypeVar("T")

RANKS = {
    "created": 0,
    "stage_changed": 1,
    "status_changed": 2,
    "owner_changed": 3,
    "activity": 4,
    "form_submitted": 5,
    "campaign_responded": 6,
    "opportunity_created": 7,
    "opportunity_closed": 8,
    "converted": 9,
    "merged": 10,
    "deleted": 11,
}


@dataclass(frozen=True)
class StageValue:
    """A lifecycle stage as the CRM wrote it and as the map reads it (None: blank or not mapped)."""

    raw: str | None
    stage: Stage | None


@dataclass(frozen=True)
class StatusValue:
    """A lead status as the CRM wrote it and as the map reads it."""

    raw: str | None
    group: str | None
    is_vague: bool


@dataclass(frozen=True)
class Step(Generic[T]):
    """One change of a field."""

    at: Moment
    step_id: str
    old: T | None
    new: T
    actor: str | None
    by_automation: bool
    provenance: str


@dataclass
class Track(Generic[T]):
    """The history of one field of one lead, up to as_of. `initial` None means: not known what it was at
    creation.
    """

    initial: T | None
    initial_is_inferred: bool
    steps: list[Step[T]]

    def at(self, instant: datetime) -> T | None:
        """The value after all changes of an instant."""
        return self._last([step for step in self.steps if step.at.at <= instant])

    def before(self, instant: datetime) -> T | None:
        """The value just before an instant."""
        return self._last([step for step in self.steps if step.at.at < instant])

    def _last(self, steps: Sequence[Step[T]]) -> T | None:
        return steps[-1].new if steps else self.initial

    def step_at(self, instant: datetime) -> Step[T] | None:
        """The change that set the value in force after all changes of an instant; None where it is the
        initial one.
        """
        steps = [step for step in self.steps if step.at.at <= instant]
        return steps[-1] if steps else None

    def between(self, start: datetime, end: datetime) -> list[Step[T]]:
        """Changes from start to end, both included."""
        return [step for step in self.steps if start <= step.at.at <= end]


@dataclass(frozen=True)
class Event:
    """One event of the log."""

    at: Moment
    kind: str
    source_id: str
    stage: Step[StageValue] | None = None
    status: Step[StatusValue] | None = None
    activity: Activity | None = None
    opportunity: Opportunity | None = None

    @property
    def order(self) -> tuple[datetime, int]:
        """Instant, then rank of the kind; ties keep the order in which a track or the source id put them."""
        return self.at.at, RANKS[self.kind]


@dataclass
class LeadLog:
    """Everything that happened to one lead by as_of."""

    lead: Lead
    stages: Track[StageValue]
    statuses: Track[StatusValue]
    owners: Track[str]
    reasons: Track[str] | None
    activities: list[Activity]
    planned: list[Activity]
    touches: list[Touch]
    forms: list[Touch]
    opportunities: list[Opportunity]
    converted: Moment | None
    merged: Moment | None
    deleted: Moment | None
    events: list[Event] = field(default_factory=list)

    @property
    def is_merged(self) -> bool:
        """Whether the record was merged into another one by as_of."""
        return self.merged is not None


@dataclass
class World:
    """One source, its policies and the logs of its leads."""

    source: Source
    policies: Policies
    as_of: datetime
    people: People
    horizons: dict[str, datetime]
    logs: dict[str, LeadLog]

    @property
    def name(self) -> str:
        """The source system."""
        return self.source.name

    def has_history(self, name: str) -> bool:
        """Whether the source logs changes of a field at all."""
        return name in self.horizons

    @property
    def records_qualification(self) -> bool:
        """Whether the source records a lifecycle stage or an MQL date; else being a lead declares it."""
        present = self.source.present
        return "lifecycle_stage" in present or "mql_at" in present or self.has_history("lifecycle_stage")

    def is_outreach(self, activity: Activity) -> bool:
        """A call, email, meeting, message or completed task that happened; not what the lead wrote."""
        if activity.at is None or activity.kind not in {"call", "email", "meeting", "message", "task"}:
            return False
        if activity.direction == "inbound" and activity.kind in {"email", "message"}:
            return False
        # An inbound call is one when somebody answered it.
        return activity.direction != "inbound" or activity.kind != "call" or self.is_connected(activity)

    def is_sales_activity(self, activity: Activity) -> bool:
        """Outreach performed by a sales user, and not automated."""
        if activity.at is None or not self.is_outreach(activity) or self.is_automated(activity):
            return False
        return self.is_sales_user(activity.performer, activity.at)

    def is_automated(self, activity: Activity) -> bool:
        """The performer is an automation user, or the source says so."""
        return activity.is_automated_source or self.people.is_automation(activity.performer)

    def is_automated_touch(self, activity: Activity) -> bool:
        """Automated outreach."""
        return self.is_outreach(activity) and self.is_automated(activity)

    def is_connected(self, activity: Activity) -> bool:
        """Whether the outcome says that a conversation took place."""
        return self.policies.is_connected(self.name, activity.outcome)

    def is_sales_user(self, owner_id: str | None, moment: Moment) -> bool:
        """Whether an id is a user of a sales team at a moment."""
        return self.people.kind(self.people.find(owner_id), moment) == "sales_user"


def chained(
    changes: Sequence[Change], state: str | None, after: Sequence[str | None] | None = None
) -> list[Change]:
    """Changes of one field at one instant: chained old to new where old values exist, else by source id.

    Where a circle begins, what stood before them decides: `state`, or, where nothing is known before them,
    the first of `after`: values they may begin with.
    """
    ordered = sorted(changes, key=lambda change: change.change_id)
    if len(ordered) < 2 or not all(change.has_old for change in ordered):
        return ordered
    starts = [*([state] if after is None else after), *[change.old for change in ordered]]
    for start in starts:
        chain = _chain(ordered, start)
        if chain is not None:
            return chain
    return ordered


def _chain(left: Sequence[Change], state: str | None) -> list[Change] | None:
    if not left:
        return []
    for number, change in enumerate(left):
        if norm(change.old) == norm(state):
            rest = _chain([*left[:number], *left[number + 1 :]], change.new)
            if rest is not None:
                return [change, *rest]
    return None


def ordered_changes(changes: Iterable[Change]) -> list[Change]:
    """All changes of one field of one lead in the order of the log."""
    by_instant: dict[datetime, list[Change]] = defaultdict(list)
    for change in changes:
        by_instant[change.at.at].append(change)
    ordered: list[Change] = []
    instants = sorted(by_instant)
    for number, instant in enumerate(instants):
        if ordered:
            ordered += chained(by_instant[instant], ordered[-1].new)
            continue
        # A circle ends where it began, and what comes next begins there.
        following = by_instant[instants[number + 1]] if number + 1 < len(instants) else []
        may_follow = {norm(change.old) for change in following}
        starts = [change.old for change in sorted(by_instant[instant], key=lambda change: change.change_id)]
        starts.sort(key=lambda old: norm(old) not in may_follow)
        ordered += chained(by_instant[instant], None, starts)
    return ordered


def logged_track(changes: Sequence[Change], as_of: datetime) -> tuple[str | None, list[Step[str | None]]]:
    """(initial raw value, real changes up to as_of) of a field that the log covers."""
    ordered = ordered_changes(changes)
    initial = ordered[0].old if ordered[0].has_old else None
    steps: list[Step[str | None]] = []
    state = initial
    for change in ordered:
        old = change.old if change.has_old else state
        # A row that repeats the value (a sync writing what was there) moved nothing.
        if norm(old) != norm(change.new) and change.at.at <= as_of:
            steps.append(
                Step(
                    change.at,
                    change.change_id,
                    old,
                    change.new,
                    change.actor,
                    change.by_automation,
                    "history",
                )
            )
        state = change.new
    return initial, steps


def last_modification(lead: Lead, as_of: datetime) -> Moment:
    """Where today's value is put when nothing else dates it: the last modification, else as_of; always
    inferred.
    """
    updated = lead.stamp["updated_at"]
    return Moment(updated.at if updated else as_of, updated.day if updated else None, inferred=True)


class LogBuilder:
    """Builds the logs of one source."""

    def __init__(self, source: Source, policies: Policies, as_of: datetime) -> None:
        """Index the source."""
        self.source = source
        self.policies = policies
        self.as_of = as_of
        self.changes: dict[tuple[str, str], list[Change]] = defaultdict(list)
        self.horizons: dict[str, datetime] = {}
        for change in source.changes:
            self.changes[change.lead_id, change.field].append(change)
            known = self.horizons.get(change.field)
            self.horizons[change.field] = min(known, change.at.at) if known else change.at.at
        since = source.creations_logged_since
        if since is not None:
            self.horizons = {name: min(known, since) for name, known in self.horizons.items()}
        self.activities = by_lead(source.activities)
        self.touches = by_lead(source.campaign_members)
        self.forms = by_lead(source.form_submissions)
        self.opportunities: dict[str, list[Opportunity]] = defaultdict(list)
        for opportunity in source.opportunities:
            # Without a creation date it existed, at the latest, when it was closed.
            existed = opportunity.created or (
                opportunity.closed and replace(opportunity.closed, inferred=True)
            )
            for lead_id in opportunity.lead_ids:
                self.opportunities[lead_id].append(replace(opportunity, created=existed))
        self.losers = self._losers()

    def has_happened(self, moment: Moment | None) -> bool:
        """What lies after as_of has not happened yet."""
        return moment is not None and moment.at <= self.as_of

    def merged_at(self, lead: Lead) -> Moment | None:
        """When a lead was merged into another one: its own stamp, else the last modification (inferred)."""
        if lead.text["merged_into_id"] in (None, lead.lead_id):
            return None
        moment = lead.stamp["merged_at"] or last_modification(lead, self.as_of)
        return moment if self.has_happened(moment) else None

    def _losers(self) -> dict[str, list[str]]:
        """Every lead that was merged, directly or on the way, into each survivor."""
        losers: dict[str, list[str]] = defaultdict(list)
        for lead in self.source.leads.values():
            seen, current = {lead.lead_id}, lead
            while self.merged_at(current) is not None:
                survivor = current.text["merged_into_id"] or ""
                if survivor in seen or survivor not in self.source.leads:
                    break
                seen.add(survivor)
                losers[survivor].append(lead.lead_id)
                current = self.source.leads[survivor]
        return losers

    # -- tracks -----------------------------------------------------------------------------------------

    def raw_track(self, lead: Lead, name: str) -> tuple[str | None, list[Step[str | None]]] | None:
        """The logged history of a field; None where the source logs none. Without a change today's value
        always held.
        """
        if name not in self.horizons:
            return None
        changes = self.changes.get((lead.lead_id, name))
        return logged_track(changes, self.as_of) if changes else (lead.text.get(name), [])

    def stage_value(self, raw: str | None) -> StageValue:
        """A raw stage, read."""
        return StageValue(raw, self.policies.stage(self.source.name, raw))

    def status_value(self, raw: str | None) -> StatusValue:
        """A raw status, read."""
        status = self.policies.status(self.source.name, raw)
        return StatusValue(raw, status.group, status.is_vague)

    def stages(self, lead: Lead) -> Track[StageValue]:
        """The lifecycle stage: the log, else its stamps, else today's value at the last modification."""
        logged = self.raw_track(lead, "lifecycle_stage")
        if logged is not None:
            return Track(
                self.stage_value(logged[0]),
                False,
                [
                    Step(
                        step.at,
                        step.step_id,
                        self.stage_value(step.old),
                        self.stage_value(step.new),
                        step.actor,
                        step.by_automation,
                        step.provenance,
                    )
                    for step in logged[1]
                ],
            )
        # An org's own MQL date goes before HubSpot's: `mql_at` holds the one that counts.
        stamps = [
            (moment, self.stage_value(raw))
            for raw, moment in lead.stage_dates.items()
            if raw != "marketingqualifiedlead"
        ]
        if lead.stamp["mql_at"] is not None:
            stamps.append((lead.stamp["mql_at"], StageValue("mql", self.policies.stages.get("mql"))))
        today = self.stage_value(lead.text["lifecycle_stage"])
        if today.raw is None:
            return self._stamped(stamps)
        name = today.stage.name if today.stage is not None else None
        own = lead.stage_dates.get(norm(today.raw))
        if own is None and name in {"mql", "sal"}:
            own = lead.stamp["mql_at" if name == "mql" else "accepted_at"]
        others = [
            moment
            for moment, value in stamps
            if norm(value.raw) != norm(today.raw) and not (name == "mql" and value.raw == "mql")
        ]
        if own is None or any(moment.at > own.at for moment in others):
            # Gone back to, at a time that nothing tells.
            own = self._at_last(lead, [moment for moment, _ in stamps])
        stamps = [(moment, value) for moment, value in stamps if moment != own or moment in others]
        return self._stamped(stamps, (own, today))

    def statuses(self, lead: Lead) -> Track[StatusValue]:
        """The lead status: the log, else today's value at its stamp or at the last modification."""
        logged = self.raw_track(lead, "status")
        if logged is not None:
            return Track(
                self.status_value(logged[0]),
                False,
                [
                    Step(
                        step.at,
                        step.step_id,
                        self.status_value(step.old),
                        self.status_value(step.new),
                        step.actor,
                        step.by_automation,
                        step.provenance,
                    )
                    for step in logged[1]
                ],
            )
        today = self.status_value(lead.text["status"])
        if today.raw is None:
            return Track(None, False, [])
        stamp = {"accepted": lead.stamp["accepted_at"], "converted": self.conversion_stamp(lead)}.get(
            today.group or ""
        )
        return self._stamped([(stamp or last_modification(lead, self.as_of), today)])

    def owners(self, lead: Lead) -> Track[str]:
        """The owner: the log, else today's owner since the assignment stamp, else since creation
        (inferred).
        """
        logged = self.raw_track(lead, "owner_id")
        if logged is not None:
            return Track(
                logged[0] or "",
                False,
                [
                    Step(s.at, s.step_id, s.old or "", s.new or "", s.actor, s.by_automation, s.provenance)
                    for s in logged[1]
                ],
            )
        today = lead.text["owner_id"] or ""
        assigned = lead.stamp["assigned_at"]
        if assigned is None or not today:
            return Track(today, bool(today), [])
        steps = (
            [Step(assigned, "", None, today, None, False, "record")] if self.has_happened(assigned) else []
        )
        return Track("", False, steps)

    def reasons(self, lead: Lead) -> Track[str] | None:
        """The rejection reason where the source logs it, else None (then today's reason is all there is)."""
        logged = self.raw_track(lead, "rejection_reason")
        if logged is None:
            return None
        return Track(
            logged[0] or "",
            False,
            [
                Step(s.at, s.step_id, s.old or "", s.new or "", s.actor, False, s.provenance)
                for s in logged[1]
            ],
        )

    def _at_last(self, lead: Lead, stamps: Sequence[Moment]) -> Moment:
        """The last modification, but never before a stamp of the same field: today's value is the last
        one.
        """
        modified = last_modification(lead, self.as_of)
        latest = max([modified, *stamps], key=lambda moment: moment.at)
        return Moment(latest.at, latest.day, inferred=True)

    def _stamped(self, stamps: Sequence[tuple[Moment, T]], today: tuple[Moment, T] | None = None) -> Track[T]:
        """A track of dated values whose value before the first one is not known. Of what began at one
        moment today's value is the last.
        """
        steps: list[Step[T]] = []
        state: T | None = None
        dated = sorted(stamps, key=lambda pair: (pair[0].at, stage_rank(pair[1])))
        if today is not None:
            dated = sorted([*dated, today], key=lambda pair: pair[0].at)
        for moment, value in dated:
            if self.has_happened(moment):
                provenance = "inferred" if moment.inferred else "record"
                steps.append(Step(moment, "", state, value, None, False, provenance))
                state = value
        return Track(None, False, steps)

    # -- the log ----------------------------------------------------------------------------------------

    def conversion_stamp(self, lead: Lead) -> Moment | None:
        """The log of the conversion, else its date; a mere date is that day's status, else opportunity."""
        logged = self.changes.get((lead.lead_id, "converted"))
        if logged:
            return min((change.at for change in logged), key=lambda moment: moment.at)
        stamp = lead.stamp["converted_at"]
        if stamp is None or stamp.day is None:
            return stamp
        statuses = [
            change.at
            for change in self.changes.get((lead.lead_id, "status"), [])
            if self.policies.status(self.source.name, change.new).group == "converted"
        ]
        created = [item.created for item in self.opportunities.get(lead.lead_id, []) if item.created]
        # A log of the conversion goes before a date written in another zone, and may lie after as_of.
        for moments, days in (
            (statuses, 0),
            (statuses, 1),
            ([moment for moment in created if self.has_happened(moment)], 0),
        ):
            near = [
                moment
                for moment in moments
                if moment.day is None and abs((self.policies.local_day(moment.at) - stamp.day).days) <= days
            ]
            if near:
                return min(near, key=lambda moment: moment.at)
        return stamp

    def converted_at(self, lead: Lead) -> Moment | None:
        """When the converted flag was set: its change, else its date, else the last modification
        (inferred).
        """
        changes = ordered_changes(
            change
            for change in self.changes.get((lead.lead_id, "converted"), [])
            if self.has_happened(change.at)
        )
        if changes:
            return self.not_before_creation(lead, changes[0].at)
        stamp = self.conversion_stamp(lead)
        is_converted = lead.is_converted if lead.is_converted is not None else stamp is not None
        if not is_converted:
            return None
        moment = self.not_before_creation(lead, stamp or last_modification(lead, self.as_of))
        return moment if self.has_happened(moment) else None

    def not_before_creation(self, lead: Lead, moment: Moment) -> Moment:
        """No lead is converted before it exists; of a date, not before the day on which it began to."""
        if lead.created is None or self.is_since_creation(lead, moment):
            return moment
        if moment.day is None:
            return replace(lead.created, inferred=moment.inferred)
        day = lead.created.day or self.policies.local_day(lead.created.at)
        return Moment(
            start_of_day(day, self.policies.default_calendar.zone_at(lead.created.at)), day, moment.inferred
        )

    def deleted_at(self, lead: Lead) -> Moment | None:
        """When a lead was deleted (not merged): its stamp, else the last modification (inferred)."""
        if not lead.is_deleted or lead.text["merged_into_id"] not in (None, lead.lead_id):
            return None
        moment = lead.stamp["deleted_at"] or last_modification(lead, self.as_of)
        return moment if self.has_happened(moment) else None

    def is_since_creation(self, lead: Lead, moment: Moment) -> bool:
        """Nothing dated before the lead's creation counts; a day counts from the day of the creation on."""
        if lead.created is None:
            return True
        if moment.is_day and moment.day is not None:
            return moment.day >= (lead.created.day or self.policies.local_day(lead.created.at))
        return moment.at >= lead.created.at

    def build(self, lead: Lead) -> LeadLog:
        """The log of one lead; a survivor has what its losers brought."""
        family = [lead.lead_id, *self.losers.get(lead.lead_id, [])]
        # One call that hangs on both records of a person is one call.
        known = {
            activity.activity_id: activity
            for member in family
            for activity in self.activities.get(member, [])
        }
        activities = [
            activity
            for activity in known.values()
            if activity.at is not None
            and self.has_happened(activity.at)
            and self.is_since_creation(lead, activity.at)
        ]
        # What is still to come is a next step, whenever it was booked.
        planned = [
            activity for activity in known.values() if activity.is_open_task or activity.starts is not None
        ]
        log = LeadLog(
            lead,
            self.stages(lead),
            self.statuses(lead),
            self.owners(lead),
            self.reasons(lead),
            activities,
            planned,
            [touch for member in family for touch in self.touches.get(member, [])],
            [form for member in family for form in self.forms.get(member, [])],
            [
                item
                for item in self.opportunities.get(lead.lead_id, [])
                if item.created is None or self.has_happened(item.created)
            ],
            self.converted_at(lead),
            self.merged_at(lead),
            self.deleted_at(lead),
        )
        log.events = self.events(log)
        return log

    def events(self, log: LeadLog) -> list[Event]:
        """All events of a lead in order: instant, then rank, then source id (field changes in their
        chain).
        """
        events: list[Event] = []
        if log.lead.created is not None and self.has_happened(log.lead.created):
            events.append(Event(log.lead.created, "created", log.lead.lead_id))
        events += [Event(step.at, "stage_changed", step.step_id, stage=step) for step in log.stages.steps]
        events += [Event(step.at, "status_changed", step.step_id, status=step) for step in log.statuses.steps]
        events += [Event(step.at, "owner_changed", step.step_id) for step in log.owners.steps]
        for activity in sorted(log.activities, key=lambda item: item.activity_id):
            if activity.at is not None:
                events.append(Event(activity.at, "activity", activity.activity_id, activity=activity))
        for opportunity in sorted(log.opportunities, key=lambda item: item.opportunity_id):
            if opportunity.created is not None:
                events.append(
                    Event(
                        opportunity.created,
                        "opportunity_created",
                        opportunity.opportunity_id,
                        opportunity=opportunity,
                    )
                )
        for kind, moment in (("converted", log.converted), ("merged", log.merged), ("deleted", log.deleted)):
            if moment is not None:
                events.append(Event(moment, kind, log.lead.lead_id))
        return sorted(events, key=lambda event: event.order)


def stage_rank(value: object) -> int:
    """Stages stamped at one instant stand in the order of their ranks."""
    return value.stage.rank if isinstance(value, StageValue) and value.stage is not None else 0


Item = TypeVar("Item", Activity, Touch)


def by_lead(items: Iterable[Item]) -> dict[str, list[Item]]:
    """Items grouped by their lead."""
    grouped: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        grouped[item.lead_id].append(item)
    return grouped


def build_world(source: Source, policies: Policies, as_of: datetime) -> World:
    """The event logs of one source as of an instant; leads created later do not exist yet."""
    builder = LogBuilder(source, policies, as_of)
    logs = {
        lead.lead_id: builder.build(lead)
        for lead in source.leads.values()
        if lead.created is None or builder.has_happened(lead.created)
    }
    return World(source, policies, as_of, People(source, policies), builder.horizons, logs)
