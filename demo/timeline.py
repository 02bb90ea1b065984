"""Reads a story the way the spec reads a lead: where handoffs open and close, and which step is which
milestone.

A story's steps come in a fixed order, so this is done once per story; only the instants differ between its
leads.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from demo.story import NOBODY, Role, Step, Story, When

SALES_READY = {"mql", "sal", "sql"}
STATUS_GROUP: dict[str, str | None] = {
    "": "new", "new": "new", "accepted": "accepted", "working": "working", "vague": "working", "unmapped":
    None,
    "recycled": "recycled", "rejected": "rejected", "converted": "converted", "open": "new",
}  # fmt: skip
# Events of one instant count in this order.
RANK = ["created", "stage", "status", "owner", "activity", "form", "campaign", "opportunity", "won",
        "converted", "merged", "deleted", "stamp"]  # fmt: skip
OUTCOMES = ["rejected", "recycled", "converted", "merged", "deleted"]


@dataclass
class Moment:
    """Everything that happens at one instant of a story."""

    when: When
    base: int  # the moment that `when` counts from; -1 for the first
    clock: int  # the lead whose owner and urgency set the clock
    steps: list[Step]


@dataclass
class Handoff:
    """One handoff of a story's lead; every milestone is the number of a moment, -1 where it never came."""

    lead: int
    number: int
    opened_by: str
    opened: int
    closed: int = -1
    outcome: str = "open"
    assigned: int = -1
    human_owned: int = -1
    first_human: int = -1
    is_first_human_day_level: bool = False
    is_owner_inferred: bool = False
    first_automated: int = -1
    connected: int = -1
    accepted: int = -1
    first_worked: int = -1
    rejected: int = -1
    recycled: int = -1
    opportunity: int = -1
    findings: tuple[str, ...] = ()


@dataclass
class Timeline:
    """A story laid out: its moments in order, who owns each lead after each moment, and its handoffs."""

    story: Story
    moments: list[Moment]
    owners: list[list[Role]]  # per moment, per lead, after all events of that moment
    handoffs: list[Handoff] = field(default_factory=list)
    anchor: int = -1  # the moment that `until_today` counts from

    @property
    def lived(self) -> int:
        """How many of the moments lie before today."""
        return sum(moment.when.unit != "after_today" for moment in self.moments)

    @property
    def leads(self) -> int:
        """How many leads the story is about."""
        return len(self.story.keys)


def _moments(story: Story) -> tuple[list[Moment], dict[str, int]]:
    moments: list[Moment] = []
    names: dict[str, int] = {}
    for step in story.steps:
        if step.when.unit == "together" and moments:
            moments[-1].steps.append(step)
        else:
            base, clock = len(moments) - 1, step.lead
            if step.when.base is not None:
                base = _resolve(story, step.lead, step.when.base, names)
                if "." in step.when.base:
                    clock = story.keys.index(step.when.base.split(".")[0])
            moments.append(Moment(step.when, base, clock, [step]))
        here = len(moments) - 1
        names[f"{story.keys[step.lead]}.{step.name}"] = here
    return moments, names


def _resolve(story: Story, lead: int, name: str, names: dict[str, int]) -> int:
    key = name if "." in name else f"{story.keys[lead]}.{name}"
    if key not in names:
        raise ValueError(f"{story.name}: no step {key} yet")
    return names[key]


def _owners(story: Story, moments: list[Moment]) -> list[list[Role]]:
    now = [NOBODY] * len(story.keys)
    result = []
    for moment in moments:
        for step in moment.steps:
            if step.kind in ("created", "owner"):
                now[step.lead] = step.owner
        result.append(list(now))
    return result


def _events(story: Story, moments: list[Moment], lead: int) -> list[list[Step]]:
    """What counts for that lead at each moment, in order; the merged record's activities count for the
    survivor."""
    losers = {s.lead for s in story.steps if s.kind == "merged" and s.other_lead == lead}
    is_loser = any(s.kind == "merged" and s.lead == lead for s in story.steps)
    born = next(
        n for n, m in enumerate(moments) if any(s.kind == "created" and s.lead == lead for s in m.steps)
    )
    result = []
    for number, moment in enumerate(moments):
        mine = [s for s in moment.steps if s.lead == lead and not (is_loser and s.kind == "activity")]
        if number >= born:
            mine += [s for s in moment.steps if s.lead in losers and s.kind == "activity"]
        result.append(sorted(mine, key=lambda s: RANK.index(s.kind)))
    return result


def _closing(step: Step) -> str | None:
    """The outcome that this event brings, if any."""
    if step.kind == "status" and STATUS_GROUP[step.value] in ("rejected", "recycled", "converted"):
        return STATUS_GROUP[step.value]
    if step.kind == "stage" and step.value in ("disqualified", "recycled"):
        return "rejected" if step.value == "disqualified" else "recycled"
    if step.kind in ("opportunity", "converted"):
        return "converted"
    return step.kind if step.kind in ("merged", "deleted") else None


def _segments(story: Story, events: list[list[Step]], lead: int) -> list[Handoff]:
    """Where the lead's handoffs open and close."""
    handoffs: list[Handoff] = []
    current: Handoff | None = None
    stage, group = "", "new"
    for number, steps in enumerate(events):
        closings = [c for c in map(_closing, steps) if c]
        for step in steps:
            opened_by = None
            entering = STATUS_GROUP[step.value] if step.kind == "status" else None
            if step.kind == "created":
                entering = STATUS_GROUP[story.profiles[lead].first_status]
            if step.kind == "created" and story.only == ("plain",):
                opened_by = "created"
            elif step.kind in ("created", "stage"):
                if step.value in SALES_READY and stage not in SALES_READY:
                    opened_by = "mql"
                stage = step.value
            if not opened_by and handoffs and handoffs[-1].outcome in ("rejected", "recycled"):
                if entering in ("accepted", "working") and entering != group:
                    opened_by = "status_reopened"
            elif not opened_by and not handoffs:
                is_touch = step.activity is not None and step.activity.is_human
                # An unknown hand may have been a rep's.
                is_sales = step.by.is_sales or step.by is NOBODY
                is_claim = entering in ("accepted", "working", "rejected") and is_sales
                if is_touch or (is_claim and step.kind in ("status", "created")):
                    opened_by = "sales_action"
            if step.kind in ("status", "created") and entering is not None:
                group = entering
            elif step.kind == "status":
                group = ""
            if opened_by and current is None and (not handoffs or number > handoffs[-1].closed):
                current = Handoff(lead, len(handoffs) + 1, opened_by, number)
        if current is not None and closings:
            current.closed, current.outcome = number, min(closings, key=OUTCOMES.index)
            handoffs.append(current)
            current = None
    return handoffs + ([current] if current else [])


def _milestones(handoff: Handoff, events: list[list[Step]], owners: list[list[Role]]) -> None:
    last = handoff.closed if handoff.closed >= 0 else len(events) - 1
    group, stage = _before(events, handoff.opened)
    for number in range(handoff.opened, last + 1):
        owner = owners[number][handoff.lead]
        if handoff.assigned < 0 and (owner.is_sales or owner.is_queue):
            handoff.assigned = number
        if handoff.human_owned < 0 and owner.is_sales:
            handoff.human_owned = number
        for step in events[number]:
            if step.kind in ("status", "created"):
                entered = STATUS_GROUP[step.value] if step.kind == "status" else "new"
                if entered != group:
                    _first(handoff, "accepted", number, entered == "accepted")
                    _first(handoff, "first_worked", number, entered in ("accepted", "working"))
                    _first(handoff, "rejected", number, entered == "rejected")
                    _first(handoff, "recycled", number, entered == "recycled")
                group = entered
            if step.kind in ("stage", "created") and step.value != stage:
                stage = step.value
                _first(handoff, "accepted", number, stage in ("sal", "sql"))
                _first(handoff, "rejected", number, stage == "disqualified")
                _first(handoff, "recycled", number, stage == "recycled")
            if step.activity is not None:
                if step.activity.is_human and handoff.first_human < 0:
                    handoff.first_human, handoff.is_first_human_day_level = number, step.activity.day_level
                _first(handoff, "first_automated", number, step.activity.is_automated)
                _first(handoff, "connected", number, step.activity.is_human and step.activity.connected)
            _first(handoff, "accepted", number, step.kind == "stamp")


def _before(events: list[list[Step]], opened: int) -> tuple[str | None, str]:
    """The status group and stage that the lead carried into its opening moment."""
    group: str | None = None
    stage = ""
    for steps in events[:opened]:
        for step in steps:
            if step.kind == "status":
                group = STATUS_GROUP[step.value]
            elif step.kind == "created":
                group, stage = "new", step.value
            elif step.kind == "stage":
                stage = step.value
    return group, stage


def _has(steps: list[Step], kind: str) -> bool:
    return any(step.kind == kind for step in steps)


def _first(handoff: Handoff, milestone: str, number: int, holds: bool) -> None:
    if holds and getattr(handoff, milestone) < 0:
        setattr(handoff, milestone, number)


def lay_out(story: Story) -> Timeline:
    """The story's timeline.

    Raises ValueError where what the story declares (its handoffs, openers and outcomes) is not what its
    steps say.
    """
    moments, names = _moments(story)
    timeline = Timeline(story, moments, _owners(story, moments))
    for lead in range(len(story.keys)):
        events = _events(story, moments[: timeline.lived], lead)
        found = _segments(story, events, lead)
        declared = [e for e in story.expected if e.lead == lead]
        shapes = [(h.opened_by, h.outcome) for h in found]
        if shapes != [(e.opened_by, e.outcome) for e in declared]:
            raise ValueError(
                f"{story.name}: {story.keys[lead]} declares {declared} but its steps say {shapes}"
            )
        for handoff, expected in zip(found, declared, strict=True):
            # An opportunity counts in the span: up to the next opening, after the closing too.
            ends = [h.opened for h in found if h.number == handoff.number + 1] or [len(events)]
            linked = (n for n in range(handoff.opened, ends[0]) if _has(events[n], "opportunity"))
            handoff.opportunity = next(linked, -1)
            _milestones(handoff, events, timeline.owners)
            # Where nothing is logged, an owner whom no stamp brought is only today's owner.
            owned = events[handoff.human_owned] if handoff.human_owned >= 0 else []
            is_brought = any(step.kind == "owner" for step in owned)
            handoff.is_owner_inferred = story.only == ("bare",) and bool(owned) and not is_brought
            handoff.findings = expected.findings
        timeline.handoffs += found
    if story.today is not None:
        timeline.anchor = _resolve(story, 0, story.today.base or story.steps[-1].name, names)
    return timeline
