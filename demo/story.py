# ruff: noqa: ANN401 - keyword arguments are the fields of the dataclasses named
"""The language in which the demo's stories are told: what happens to a lead, in order, and what must be
found.

    story("first_action_late", "The rep calls a minute after the first action was due.")
        .arrives().mql().owned_by(REP).call(due(+1)).accepted().converted()
        .handoff("mql", "converted", "first_action_late")

Every step says when it happens, counted from the step before it (or from an earlier one, `.since("mql")`).
One story
is played for thousands of leads at once; what differs between them is only how long things took and who did
them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Literal


class Role(Enum):
    """Who does or owns something; each lead's story gets its own people for these parts."""

    REP = "rep"
    TEAMMATE = "teammate"
    SECOND_TEAMMATE = "second_teammate"
    STRANGER = "stranger"  # a rep of another sales team
    LEAVER = "leaver"  # a rep of the team, deactivated by today
    MOVER = "mover"  # changed teams in June
    UNLISTED_REP = "unlisted_rep"  # missing from owner_map, the CRM knows the team
    QUEUE = "queue"  # the team's own
    DESERTED_QUEUE = "deserted_queue"
    UNESCALATED_QUEUE = "unescalated_queue"
    UNLISTED_QUEUE = "unlisted_queue"
    GROUP_QUEUE = "group_queue"
    MARKETER = "marketer"
    ROBOT = "robot"  # the integration user
    NOBODY = "nobody"  # no owner; where a CRM demands one, the integration user

    @property
    def is_sales(self) -> bool:
        """Whether a sales user plays it."""
        return self in _SALES

    @property
    def is_queue(self) -> bool:
        """Whether it is a queue."""
        return self.value.endswith("queue")


REP, TEAMMATE, SECOND_TEAMMATE, STRANGER = Role.REP, Role.TEAMMATE, Role.SECOND_TEAMMATE, Role.STRANGER
LEAVER, MOVER, UNLISTED_REP, MARKETER = Role.LEAVER, Role.MOVER, Role.UNLISTED_REP, Role.MARKETER
QUEUE, DESERTED_QUEUE, UNESCALATED_QUEUE = Role.QUEUE, Role.DESERTED_QUEUE, Role.UNESCALATED_QUEUE
UNLISTED_QUEUE, GROUP_QUEUE, ROBOT, NOBODY = Role.UNLISTED_QUEUE, Role.GROUP_QUEUE, Role.ROBOT, Role.NOBODY
_SALES = {REP, TEAMMATE, SECOND_TEAMMATE, STRANGER, LEAVER, MOVER, UNLISTED_REP}

Unit = Literal[
    "together", "anytime", "pinned", "wall", "business", "allowance", "due", "due_share", "queue_wait",
    "after_today",
]  # fmt: skip


@dataclass(frozen=True)
class When:
    """How long after its base a step happens; low and high in seconds (of `unit`), `base` a step's name."""

    unit: Unit
    low: float = 0
    high: float = 0
    allowance: str = ""
    base: str | None = None

    def since(self, step: str) -> When:
        """The same, counted from an earlier step (`mql`, `call`, `twin.mql` …: the latest of that name)."""
        return replace(self, base=step)


def _span(unit: Unit, scale: int, low: float, high: float | None) -> When:
    return When(unit, low * scale, (low if high is None else high) * scale)


def seconds(low: float, high: float | None = None) -> When:
    """Wall-clock seconds after the base, anything between low and high."""
    return _span("wall", 1, low, high)


def minutes(low: float, high: float | None = None) -> When:
    """Wall-clock minutes after the base."""
    return _span("wall", 60, low, high)


def hours(low: float, high: float | None = None) -> When:
    """Wall-clock hours after the base."""
    return _span("wall", 3600, low, high)


def days(low: float, high: float | None = None) -> When:
    """Days of 24 hours after the base."""
    return _span("wall", 86400, low, high)


def business(low: float, high: float | None = None) -> When:
    """Business minutes after the base, in the calendar in force there."""
    return _span("business", 60, low, high)


def allowance(name: str, low: float = 0, high: float | None = None) -> When:
    """That allowance's business minutes, plus low to high minutes."""
    return replace(_span("allowance", 60, low, high), allowance=name)


def due(low: float = 0, high: float | None = None) -> When:
    """The first action's due time (counted from human ownership), plus low to high business minutes."""
    return replace(_span("due", 60, low, high), base="owned")


def in_time(low: float = 0.05, high: float = 0.9) -> When:
    """Somewhere inside the first-action allowance, counted from the base."""
    return When("due_share", low, high)


def queue_wait(low: float = 0, high: float | None = None) -> When:
    """The longest wait that the policy allows in this queue, plus low to high business minutes."""
    return _span("queue_wait", 60, low, high)


def pinned(earliest: str, latest: str | None = None) -> When:
    """Between two instants of UTC, as `2026-03-27 15:00`."""
    first, last = (
        datetime.fromisoformat(t).replace(tzinfo=UTC).timestamp() for t in (earliest, latest or earliest)
    )
    return When("pinned", first, last)


ANYTIME = When("anytime")
TOGETHER = When("together")
AFTER_TODAY = When("after_today")
"""Logged after as_of, before the landing: not yet so. Only the last steps of a story may be after today."""

Kind = Literal[
    "created", "stage", "status", "owner", "activity", "form", "campaign", "opportunity", "won", "converted",
    "merged", "deleted", "stamp",
]  # fmt: skip


@dataclass(frozen=True)
class Activity:
    """What kind of touch; `source` in canonical words (manual, integration, sequence, list, workflow)."""

    type: Literal["call", "email", "meeting", "message", "task"]
    by: Role
    created_by: Role
    connected: bool = False
    inbound: bool = False
    source: str = "manual"
    body: bool = False
    day_level: bool = False
    planned: bool = False
    due_days: int | None = None  # days from today to a task's due date or a meeting's start
    is_impossible: bool = False  # dated long before any CRM

    @property
    def is_automated(self) -> bool:
        """Whether a robot performed it, or its source says so."""
        return self._happened and (self.by is ROBOT or self.source in ("sequence", "list", "workflow"))

    @property
    def is_human(self) -> bool:
        """Whether it is a human sales activity."""
        answered = not self.inbound or (self.type == "call" and self.connected)
        return self.by.is_sales and self._happened and not self.is_automated and answered

    @property
    def _happened(self) -> bool:
        return not (self.planned or self.is_impossible)


@dataclass(frozen=True)
class Step:
    """One event of one lead. `value` is the new stage or status, `owner` the new owner."""

    kind: Kind
    lead: int
    when: When
    name: str
    by: Role
    value: str = ""
    owner: Role = NOBODY
    activity: Activity | None = None
    other_lead: int = -1


@dataclass
class Profile:
    """What a lead's record says, where the story cares; everything else is drawn from the segments.

    source: any, campaign (one that expects a campaign and a form), generic, a name, or None for blank.
    campaign, landing_page, form: as_expected by the source, always, or None.
    contact: both, email, phone, none or junk. email: company, free, or placeholder.
    is_submitted: whether the form submission is a record of its own (where the CRM has such records).
    fit: good, scored (no grade), best, poor or None. intent: good, best, poor, unknown (to the policy) or
    None.
    geography: own (of the team), other (another team's), hawaii, none (nobody's) or blank.
    """

    source: str | None = "any"
    campaign: str | None = "as_expected"
    landing_page: str | None = "as_expected"
    form: str | None = "as_expected"
    contact: str = "both"
    email: str = "company"
    fit: str | None = "good"
    intent: str | None = "good"
    qualification: bool = True
    is_submitted: bool = True
    geography: str = "own"
    same_person: int = -1
    created_by: Role = ROBOT
    first_stage: str = "inquiry"
    first_status: str = "new"
    first_owner: Role = NOBODY
    reason: str | None = None
    note: bool = False


ACCOUNT_MATCHES = ("domain", "link", "free_mail", "name")


@dataclass(frozen=True)
class Account:
    """A company that was in the CRM before the lead.

    age_days: between which ages it was created (negative: after the lead).
    customer: won (an opportunity was won back then), won_later (only after all this), since (a customer_since
    date), typed (today's account type says so and nothing else) or None.
    matches: domain (the lead's mail domain), link (the CRM's own link alone), free_mail (a free-mail domain)
    or name (the company's name alone).
    """

    lead: int
    owner: Role
    age_days: tuple[int, int] = (60, 900)
    customer: str | None = None
    matches: str = "domain"


@dataclass(frozen=True)
class Expected:
    """One handoff that must be found, with every finding it must carry."""

    lead: int
    opened_by: str
    outcome: str
    findings: tuple[str, ...]


Crm = Literal["salesforce", "hubspot", "canonical", "plain", "bare"]
"""plain is a Salesforce org without custom fields, bare a canonical export without any history."""
EVERY_CRM: tuple[Crm, ...] = ("salesforce", "hubspot", "canonical")
OFFICE_TEAMS = ("sales_emea", "sales_amer", "sales_apac", "sales_partner")
"""Every sales team but the desk, whose clock never stops."""


@dataclass
class Story:
    """A lead's story (or that of a few leads that belong together), told step by step."""

    name: str
    about: str
    near: tuple[str, ...] = ()
    only: tuple[Crm, ...] = EVERY_CRM
    teams: tuple[str, ...] = ()
    least: int = 1
    most: int | None = None
    steps: list[Step] = field(default_factory=list)
    profiles: list[Profile] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    expected: list[Expected] = field(default_factory=list)
    today: When | None = None
    settle: When | None = None
    _lead: int = -1

    # -- who it is about ------------------------------------------------------------------------------------

    def arrives(
        self,
        when: When = ANYTIME,
        key: str = "lead",
        stage: str = "inquiry",
        status: str = "new",
        owner: Role = NOBODY,
        by: Role = ROBOT,
        **profile: Any,
    ) -> Story:
        """A lead is created; a second call with another key brings in another lead."""
        self.keys.append(key)
        self._lead = len(self.keys) - 1
        if self.only in (("plain",), ("bare",)):
            # Neither records fit or intent, so no policy can ask for them.
            profile |= {"fit": None, "intent": None}
        self.profiles.append(
            Profile(first_stage=stage, first_status=status, first_owner=owner, created_by=by, **profile)
        )
        return self._step("created", when, "created", by, value=stage, owner=owner)

    def of(self, key: str) -> Story:
        """What follows happens to that lead."""
        self._lead = self.keys.index(key)
        return self

    def account(self, owner: Role, **details: Any) -> Story:
        """The lead's company was in the CRM before."""
        self.accounts.append(Account(self._lead, owner, **details))
        return self

    # -- what happens ---------------------------------------------------------------------------------------

    def _step(self, kind: Kind, when: When, name: str, by: Role, **more: Any) -> Story:
        self.steps.append(Step(kind, self._lead, when, name, by, **more))
        return self

    def stage(self, value: str, when: When = TOGETHER, by: Role = ROBOT) -> Story:
        """The lifecycle stage changes."""
        return self._step("stage", when, "stage", by, value=value)

    def status(self, value: str, when: When = TOGETHER, by: Role = REP) -> Story:
        """The lead status changes."""
        return self._step("status", when, "status", by, value=value)

    def mql(self, when: When | None = None) -> Story:
        """Marketing declares it sales-ready."""
        return self._step("stage", when or hours(1, 60), "mql", ROBOT, value="mql")

    def owned_by(self, owner: Role, when: When | None = None, by: Role = ROBOT) -> Story:
        """The owner changes; later steps may count from `owned`, `queued` or `unowned`."""
        name = "owned" if owner.is_sales else "queued" if owner.is_queue else "unowned"
        return self._step("owner", when or minutes(1, 15), name, by, owner=owner)

    def accepted(self, when: When | None = None, by: Role = REP) -> Story:
        """Sales accepts: status and stage say so at once."""
        self._step("status", when or minutes(4, 40), "accepted", by, value="accepted")
        return self._step("stage", TOGETHER, "sal", by, value="sal")

    def accepted_stamp(self, when: When) -> Story:
        """Only a stamp says that sales accepted it."""
        return self._step("stamp", when, "accepted", REP)

    def sql(self, when: When | None = None) -> Story:
        """Sales qualifies."""
        return self._step("stage", when or business(60, 900), "sql", ROBOT, value="sql")

    def converted(
        self,
        when: When | None = None,
        by: Role = REP,
        stage: str | None = "opportunity",
        with_opportunity: bool = True,
    ) -> Story:
        """Converted: the flag and the status, usually with an opportunity and the stage moving along."""
        self._step("status", when or business(60, 1500), "status", by, value="converted")
        if with_opportunity:
            self._step("opportunity", TOGETHER, "opportunity", by)
        if stage:
            self._step("stage", TOGETHER, "stage", ROBOT, value=stage)
        return self._step("converted", TOGETHER, "converted", by)

    def converts(self, when: When | None = None, by: Role = REP) -> Story:
        """Accepted, qualified, converted: the happy end."""
        return self.sql().converted(when, by)

    def opportunity(self, when: When, by: Role = REP) -> Story:
        """An opportunity is linked, and nothing else happens."""
        return self._step("opportunity", when, "opportunity", by)

    def won(self, when: When | None = None) -> Story:
        """Its opportunity is won."""
        return self._step("won", when or days(10, 40), "won", REP)

    def rejected(
        self, reason: str | None = "any_quality", when: When | None = None, by: Role = REP,
        note: bool = False,
        stage: str | None = "disqualified",
    ) -> Story:  # fmt: skip
        """Sales rejects; reason any_quality, timing, unmapped, a canonical reason, or None for blank."""
        self._step("status", when or business(60, 900), "rejected", by, value="rejected")
        if stage:
            self._step("stage", TOGETHER, "stage", ROBOT, value=stage)
        profile = self.profiles[self._lead]
        profile.reason, profile.note = reason, note
        return self

    def recycled(self, when: When | None = None, by: Role = REP, stage: str | None = "recycled") -> Story:
        """Back to nurture."""
        self._step("status", when or business(60, 900), "recycled", by, value="recycled")
        if stage:
            self._step("stage", TOGETHER, "stage", ROBOT, value=stage)
        return self

    def merged_into(self, key: str, when: When) -> Story:
        """The current lead is merged into another one."""
        return self._step("merged", when, "merged", REP, other_lead=self.keys.index(key))

    def deleted(self, when: When) -> Story:
        """The record is deleted."""
        return self._step("deleted", when, "deleted", REP)

    def form(self, when: When) -> Story:
        """A form submission, a record of its own."""
        return self._step("form", when, "form", ROBOT)

    def campaign(self, when: When) -> Story:
        """A campaign response, a record of its own."""
        return self._step("campaign", when, "campaign", ROBOT)

    def _activity(
        self, kind: str, when: When | None, by: Role, created_by: Role | None, **details: Any
    ) -> Story:
        activity = Activity(type=kind, by=by, created_by=created_by or by, **details)  # type: ignore[arg-type]
        name = "touch" if activity.is_human else "other activity"
        return self._step("activity", when or in_time(), name, by, activity=activity)

    def call(self, when: When | None = None, by: Role = REP, **details: Any) -> Story:
        """A call (connected=True where a conversation took place, inbound=True where the lead rang)."""
        return self._activity("call", when, by, None, **details)

    def email(self, when: When | None = None, by: Role = REP, **details: Any) -> Story:
        """An email."""
        return self._activity("email", when, by, None, **details)

    def message(self, when: When | None = None, by: Role = REP, **details: Any) -> Story:
        """A message by chat or text."""
        return self._activity("message", when, by, None, **details)

    def task(
        self, when: When | None = None, by: Role = REP, created_by: Role | None = None, **details: Any
    ) -> Story:
        """A completed task."""
        return self._activity("task", when, by, created_by, **details)

    def meeting(self, when: When | None = None, by: Role = REP, in_days: int = -1) -> Story:
        """A meeting is booked; it starts some days from today (negative: two days after the booking)."""
        return self._activity("meeting", when, by, None, due_days=in_days)

    def next_task(self, when: When, in_days: int = 5, by: Role = REP) -> Story:
        """A task is planned for so many days from today, and still open."""
        return self._activity("task", when, by, None, planned=True, due_days=in_days)

    def sequence(self, when: When, **details: Any) -> Story:
        """A sequence sends an email in the rep's name."""
        return self._activity("email", when, REP, None, source="sequence", **details)

    def robot_mail(self, when: When) -> Story:
        """The integration user logs an email."""
        return self._activity("email", when, ROBOT, None)

    # -- what today is, and what must be found --------------------------------------------------------------

    def until_today(self, when: When) -> Story:
        """Today (as_of) is exactly so long after a step; without it the story ended before today."""
        self.today = when
        return self

    def settled(self, when: When) -> Story:
        """At least so long has passed since the last step."""
        self.settle = when
        return self

    def handoff(self, opened_by: str, outcome: str, *findings: str, of: str | None = None) -> Story:
        """A handoff that must be found (of the current lead), with its complete set of findings."""
        lead = self._lead if of is None else self.keys.index(of)
        self.expected.append(Expected(lead, opened_by, outcome, tuple(sorted(findings))))
        return self

    @property
    def fires(self) -> frozenset[str]:
        """Every finding that the story fires."""
        return frozenset(code for handoff in self.expected for code in handoff.findings)


_REGISTRY: dict[str, Story] = {}


def story(
    name: str,
    about: str,
    near: str | Iterable[str] = (),
    only: tuple[Crm, ...] = EVERY_CRM,
    teams: tuple[str, ...] = (),
    least: int = 1,
    most: int | None = None,
) -> Story:
    """Begin a story. `near` names findings that it just misses; `least` and `most` bound its copies.

    Raises ValueError if the name is taken.
    """
    if name in _REGISTRY:
        raise ValueError(f"two stories are named {name}")
    told = Story(name, about, (near,) if isinstance(near, str) else tuple(near), only, teams, least, most)
    _REGISTRY[name] = told
    return told


def told_stories() -> list[Story]:
    """Every story, in the order told."""
    return list(_REGISTRY.values())
