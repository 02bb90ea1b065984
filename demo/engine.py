"""Plays a story for many leads at once: instants, people and records for each, and the truth about each
handoff."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from demo import roster, segments
from demo import vocabulary as v
from demo.business_time import Instants, Numbers
from demo.ledger import NULL_INSTANT, OWNER, STAGE, STATUS, Ledger
from demo.policies import Policies
from demo.story import ACCOUNT_MATCHES, NOBODY, Activity, Expected, Profile, Role, Step, When
from demo.timeline import Handoff, Moment, Timeline

DAY = 86400
# Nobody knows these of a lead whose record leaves them blank.
BLANK = -1
_TEAM_ORDER = list(segments.TEAM_SHARES)
_REPS = [[roster.INDEX[name] for name in roster.REPS[team]] for team in _TEAM_ORDER]
_NAMED_ROLES = {
    Role.MOVER: roster.MOVER, Role.UNLISTED_REP: roster.UNLISTED, Role.ROBOT: roster.ROBOT_OWNER.name,
    Role.DESERTED_QUEUE: "Old Web Queue", Role.UNESCALATED_QUEUE: "Partner Leads",
    Role.UNLISTED_QUEUE: "Trade Fair Leads", Role.GROUP_QUEUE: "Night Shift",
}  # fmt: skip


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


@dataclass
class Copies:
    """The leads for which one story is played, and who plays which part for each."""

    count: int
    rng: np.random.Generator
    team: Numbers  # positions in segments.TEAM_SHARES
    rep: Numbers  # position of the rep in his team
    _roles: dict[Role, Numbers] = field(default_factory=dict)

    def of(self, role: Role) -> Numbers:
        """The roster number of whoever plays that part, -1 for nobody."""
        if role not in self._roles:
            self._roles[role] = self._cast(role)
        return self._roles[role]

    def _mate(self, shift: int) -> Numbers:
        return _pick(_REPS, self.team, self.rep + shift)

    def _cast(self, role: Role) -> Numbers:
        mates = {Role.REP: 0, Role.TEAMMATE: 1, Role.SECOND_TEAMMATE: 2}
        if role in mates:
            return self._mate(mates[role])
        if role is NOBODY:
            return np.full(self.count, -1, dtype=np.int64)
        if role in _NAMED_ROLES:
            return np.full(self.count, roster.INDEX[_NAMED_ROLES[role]], dtype=np.int64)
        if role is Role.STRANGER:
            other = (self.team + 1) % len(_REPS)
            return _pick(_REPS, other, self.rng.integers(0, 1 << 30, self.count))
        if role is Role.MARKETER:
            pick = self.rng.integers(0, len(roster.MARKETERS), self.count)
            return np.array([roster.INDEX[name] for name in roster.MARKETERS], dtype=np.int64)[pick]
        by_team = roster.LEAVERS if role is Role.LEAVER else roster.TEAM_QUEUE
        return np.array([roster.INDEX[by_team[_TEAM_ORDER[t]]] for t in self.team], dtype=np.int64)


@dataclass
class Person:
    """What is known of each copy of one of the story's leads; codes are positions in the vocabulary."""

    source: Numbers
    country: Numbers  # positions in COUNTRY_LIST
    campaign: Numbers
    landing_page: Numbers
    form: Numbers
    fit_grade: Numbers
    fit_score: Numbers
    fit_band: NDArray[np.str_]
    intent: Numbers
    intent_tier: NDArray[np.str_]
    qualification: Numbers
    is_submitted: bool  # whether its form submission is a record of its own


COUNTRY_LIST: list[tuple[str, str | None]] = [*(c for group in v.COUNTRIES.values() for c in group), v.HAWAII]
_TERRITORY_OF_TEAM = {"sales_emea": "EMEA", "sales_amer": "AMER", "sales_apac": "APAC"}


class Player:
    """Plays stories into a ledger, numbering leads and accounts as it goes."""

    def __init__(self, world: World, ledger: Ledger, first_lead: int = 0, first_account: int = 0) -> None:
        """Begin numbering at the given numbers."""
        self.world = world
        self.ledger = ledger
        self.next_lead = first_lead
        self.next_account = first_account

    # -- time -----------------------------------------------------------------------------------------------

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

    def _calendar(self, timeline: Timeline, copies: Copies, moment: int, lead: int, at: Instants) -> Numbers:
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
        calendar = self._calendar(timeline, copies, base, lead, start)
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
            calendar = self._calendar(timeline, copies, timeline.anchor, lead, now)
            anchor = self.world.policies.calendars.back(calendar, now, length)
            if today.unit != "business":
                then = self._open_minutes(timeline, copies, people, today, timeline.anchor, lead, anchor)
                if np.any(then != minutes):
                    raise ValueError(
                        f"{timeline.story.name}: the policy changed between {today.base} and today"
                    )
        return anchor - sum(lengths, np.zeros(copies.count, dtype=np.int64)), lengths

    def _instants(self, timeline: Timeline, copies: Copies, people: list[Person]) -> list[Instants]:
        """The instant of every moment, for every copy."""
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
            if np.any(at[-1] <= at[-2]):
                raise ValueError(
                    f"{timeline.story.name}: step {moment.steps[0].name} is not after the one before it"
                )
        if np.any(at[timeline.lived - 1] > self.world.as_of):
            raise ValueError(f"{timeline.story.name}: it runs past today")
        return at

    # -- people ---------------------------------------------------------------------------------------------

    def _copies(self, timeline: Timeline, count: int, rng: np.random.Generator) -> Copies:
        story = timeline.story
        shares = {t: s for t, s in segments.TEAM_SHARES.items() if not story.teams or t in story.teams}
        chosen = segments.draw(rng, count, shares, segments.concentrations(_tags(timeline), "team"))
        team = np.array([_TEAM_ORDER.index(name) for name in shares], dtype=np.int64)[chosen]
        sizes = np.array([len(reps) for reps in _REPS])
        # The first reps of a team get more leads than the last.
        rep = (rng.random(count) ** 1.4 * sizes[team]).astype(np.int64)
        return Copies(count, rng, team, rep)

    def _person(self, timeline: Timeline, profile: Profile, copies: Copies) -> Person:
        rng, count, tags = copies.rng, copies.count, _tags(timeline)
        source = _draw_source(rng, count, profile.source, tags)
        expects_campaign = np.array([c for _, c, _ in v.SOURCES])[source] | (source < 0)
        expects_form = np.array([f for _, _, f in v.SOURCES])[source] | (source < 0)
        campaign = _draw_campaign(rng, source)
        if profile.campaign is None:
            campaign[:] = BLANK
        elif profile.campaign == "as_expected":
            campaign[~expects_campaign] = BLANK
        form = segments.draw(rng, count, segments.FORM_SHARES, segments.concentrations(tags, "form"))
        landing_page = form.copy()
        for attribute, codes in ((profile.form, form), (profile.landing_page, landing_page)):
            if attribute is None:
                codes[:] = BLANK
            elif attribute == "as_expected":
                codes[~expects_form] = BLANK
        grade, score, band = _draw_fit(rng, count, profile.fit)
        intent = _draw_intent(rng, count, profile.intent)
        qualification = rng.integers(0, len(v.QUALIFICATIONS), count)
        if not profile.qualification:
            qualification[:] = BLANK
        tiers = np.array([*v.INTENT_TIERS, ""])[intent]
        country = _draw_country(rng, copies.team, profile)
        return Person(
            source, country, campaign, landing_page, form, grade, score, band, intent, tiers, qualification,
            profile.is_submitted,
        )  # fmt: skip

    # -- playing --------------------------------------------------------------------------------------------

    def play(self, timeline: Timeline, story_number: int, count: int, rng: np.random.Generator) -> None:
        """Play the story `count` times: its leads, their events and their truth go into the ledger.

        Raises ValueError where a step would not come after the one before it, or would come after today.
        """
        story = timeline.story
        copies = self._copies(timeline, count, rng)
        people = [self._person(timeline, profile, copies) for profile in story.profiles]
        at = self._instants(timeline, copies, people)
        first = self.next_lead
        numbers = [first + key * count + np.arange(count, dtype=np.int64) for key in range(timeline.leads)]
        self.next_lead += count * timeline.leads
        accounts = self._add_accounts(timeline, copies, numbers, at)
        for key in range(timeline.leads):
            self._add_lead(timeline, copies, people[key], story_number, key, numbers, at, accounts)
        won = {s.lead: at[n] for n, m in enumerate(timeline.moments) for s in m.steps if s.kind == "won"}
        for moment, instants in zip(timeline.moments, at, strict=True):
            for step in moment.steps:
                self._add_records(step, copies, people, numbers, instants, won)
        for handoff in timeline.handoffs:
            self._add_truth(timeline, copies, people, story_number, handoff, numbers, at)

    def _add_accounts(
        self, timeline: Timeline, copies: Copies, numbers: list[Numbers], at: list[Instants]
    ) -> dict[int, Numbers]:
        """Accounts that were there before; returns the linked account of each lead that has a CRM link
        only."""
        links: dict[int, Numbers] = {}
        for account in timeline.story.accounts:
            mine = self.next_account + np.arange(copies.count, dtype=np.int64)
            self.next_account += copies.count
            born = _born(timeline, account.lead)
            age = copies.rng.integers(account.age_days[0] * DAY, account.age_days[1] * DAY + 1, copies.count)
            created = at[born] - age
            self.ledger.add(
                "accounts", number=mine, lead=numbers[account.lead], owner=copies.of(account.owner),
                created=created,
                matches=ACCOUNT_MATCHES.index(account.matches), is_customer=account.customer is not None,
                customer_since=created + 20 * DAY if account.customer == "since" else NULL_INSTANT,
            )  # fmt: skip
            if account.customer in ("won", "won_later"):
                won = created + 15 * DAY if account.customer == "won" else at[-1] + 2 * DAY
                self.ledger.add(
                    "opportunities", lead=np.full(copies.count, -1, dtype=np.int64), account=mine,
                    owner=copies.of(account.owner), at=created + 5 * DAY, won_at=won,
                )  # fmt: skip
            if account.matches == "link":
                links[account.lead] = mine
        return links

    def _add_lead(
        self, timeline: Timeline, copies: Copies, person: Person, story_number: int, key: int,
        numbers: list[Numbers], at: list[Instants], links: dict[int, Numbers],
    ) -> None:  # fmt: skip
        profile, count, rng = timeline.story.profiles[key], copies.count, copies.rng
        none = np.full(count, NULL_INSTANT, dtype=np.int64)
        stage, status, owner = profile.first_stage, profile.first_status, profile.first_owner
        when: dict[str, Instants] = {"mql": at[_born(timeline, key)]} if stage == "mql" else {}
        merged_into, updated = np.full(count, -1, dtype=np.int64), none
        for moment, instants in zip(timeline.moments, at, strict=True):
            for step in moment.steps:
                if step.lead != key:
                    continue
                if step.kind == "stage":
                    stage = step.value
                    if stage == "mql":
                        when.setdefault("mql", instants)
                elif step.kind == "status":
                    status = step.value
                elif step.kind == "owner":
                    owner = step.owner
                    if owner.is_sales or owner.is_queue:
                        when.setdefault("assigned", instants)
                elif step.kind == "merged":
                    merged_into = numbers[step.other_lead]
                if step.kind in (
                    "created",
                    "stage",
                    "status",
                    "owner",
                    "converted",
                    "merged",
                    "deleted",
                    "stamp",
                ):
                    when[step.kind] = updated = instants
        me = numbers[key]
        same = profile.same_person
        self.ledger.add(
            "leads", number=me, story=story_number, person=numbers[same] if same >= 0 else me,
            created=when["created"], created_by=copies.of(profile.created_by),
            has_email=profile.contact in ("both", "email"), has_phone=profile.contact in ("both", "phone"),
            has_junk=profile.contact == "junk", email_kind=("company", "free",
                                                            "placeholder").index(profile.email),
            country=person.country, source=person.source, campaign=person.campaign,
            landing_page=person.landing_page,
            form=person.form, fit_grade=person.fit_grade, fit_score=person.fit_score, intent=person.intent,
            qualification=person.qualification, reason=_reasons(rng, count, profile.reason),
            note=rng.integers(0, len(v.NOTES), count) if profile.note else np.full(count, BLANK),
            stage=v.STAGES.index(stage), status=v.STATUSES.index(status), owner=copies.of(owner),
            mql_at=when.get("mql", none), converted_at=when.get("converted", none),
            deleted_at=when.get("deleted", none),
            assigned_at=when.get("assigned", none), accepted_at=when.get("stamp", none),
            merged_into=merged_into, merged_at=when.get("merged", none), updated=updated,
            account=links.get(key, np.full(count, -1, dtype=np.int64)),
            first_stage=_code(v.STAGES, profile.first_stage), first_status=_code(v.STATUSES,
                                                                                 profile.first_status),
            first_owner=copies.of(profile.first_owner),
        )  # fmt: skip
        self._add_changes(timeline, copies, key, me, at)

    def _add_changes(
        self, timeline: Timeline, copies: Copies, key: int, me: Numbers, at: list[Instants]
    ) -> None:
        profile = timeline.story.profiles[key]
        stage, status, owner = profile.first_stage, profile.first_status, profile.first_owner
        for moment, instants in zip(timeline.moments, at, strict=True):
            for step in moment.steps:
                if step.lead != key or step.kind not in ("stage", "status", "owner"):
                    continue
                by = copies.of(step.by)
                if step.kind == "owner":
                    self.ledger.add("changes", lead=me, field=OWNER, old=copies.of(owner),
                                    new=copies.of(step.owner),
                                    at=instants, by=by)  # fmt: skip
                    owner = step.owner
                    continue
                field_code, words = (STAGE, v.STAGES) if step.kind == "stage" else (STATUS, v.STATUSES)
                old = stage if step.kind == "stage" else status
                self.ledger.add(
                    "changes", lead=me, field=field_code, old=words.index(old), new=words.index(step.value),
                    at=instants, by=by,
                )  # fmt: skip
                stage, status = (step.value, status) if step.kind == "stage" else (stage, step.value)

    def _add_records(
        self, step: Step, copies: Copies, people: list[Person], numbers: list[Numbers], at: Instants,
        won: dict[int, Instants],
    ) -> None:  # fmt: skip
        me, person = numbers[step.lead], people[step.lead]
        if step.activity is not None:
            self._add_activity(step.activity, copies, me, at)
        elif step.kind == "created":
            has_form = (person.form >= 0) & person.is_submitted
            has_campaign = person.campaign >= 0
            self.ledger.add("submissions", lead=me[has_form], form=person.form[has_form], at=at[has_form])
            self.ledger.add("members", lead=me[has_campaign], campaign=person.campaign[has_campaign],
                            at=at[has_campaign], is_on_lead=True)  # fmt: skip
        elif step.kind == "form":
            self.ledger.add(
                "submissions", lead=me, form=copies.rng.integers(0, len(v.FORMS), copies.count), at=at
            )
        elif step.kind == "campaign":
            campaign = _draw_campaign(copies.rng, person.source)
            self.ledger.add("members", lead=me, campaign=np.maximum(campaign, 0), at=at, is_on_lead=False)
        elif step.kind == "opportunity":
            self.ledger.add(
                "opportunities", lead=me, account=np.full(copies.count, -1, dtype=np.int64),
                owner=copies.of(step.by),
                at=at, won_at=won.get(step.lead, np.full(copies.count, NULL_INSTANT, dtype=np.int64)),
            )  # fmt: skip
        elif step.kind == "merged":
            self.ledger.add(
                "merges", loser=me, survivor=numbers[step.other_lead], at=at, by=copies.of(step.by)
            )

    def _add_activity(self, activity: Activity, copies: Copies, me: Numbers, at: Instants) -> None:
        starts_or_due = np.full(copies.count, NULL_INSTANT, dtype=np.int64)
        if activity.due_days is not None:
            today = self.world.as_of // DAY * DAY
            starts_or_due = np.full(copies.count, today + activity.due_days * DAY + 14 * 3600, dtype=np.int64)
            if activity.type == "meeting" and activity.due_days < 0:
                starts_or_due = at + 2 * DAY
        if activity.is_impossible:
            at = at - 41 * 365 * DAY
        created = at
        if activity.type == "task" and not activity.planned:
            created = at - copies.rng.integers(60, 600, copies.count)
        self.ledger.add(
            "activities", lead=me, type=v.ACTIVITY_TYPES.index(activity.type), owner=copies.of(activity.by),
            created_by=copies.of(activity.created_by), at=at, created=created, due=starts_or_due,
            is_planned=activity.planned, is_inbound=activity.inbound, is_connected=activity.connected,
            source=v.ACTIVITY_SOURCES.index(activity.source), is_day_level=activity.day_level,
            body=copies.rng.integers(0, len(v.BODIES),
                                     copies.count) if activity.body else np.full(copies.count, BLANK),
        )  # fmt: skip

    # -- the truth ------------------------------------------------------------------------------------------

    def _add_truth(
        self, timeline: Timeline, copies: Copies, people: list[Person], story_number: int, handoff: Handoff,
        numbers: list[Numbers], at: list[Instants],
    ) -> None:  # fmt: skip
        none = np.full(copies.count, NULL_INSTANT, dtype=np.int64)

        def when(moment: int) -> Instants:
            return at[moment] if moment >= 0 else none

        human = none if handoff.is_first_human_day_level else when(handoff.first_human)
        expected = timeline.story.expected.index(_expected(timeline, handoff))
        due = none
        if handoff.human_owned >= 0 and not handoff.is_owner_inferred:
            start = at[handoff.human_owned]
            owner = copies.of(timeline.owners[handoff.human_owned][handoff.lead])
            policies, person = self.world.policies, people[handoff.lead]
            team = policies.team_of(owner, start)
            minutes = policies.first_action(person.intent_tier, person.fit_band, team, start)
            calendar = policies.calendar_of(owner, start)
            due = policies.calendars.forward(calendar, start, (minutes * 60).astype(np.int64))
        clocks = self._clocks(timeline, copies, handoff, at)
        self.ledger.add(
            "truth", story=story_number, expected=expected, lead=numbers[handoff.lead], number=handoff.number,
            opened_at=at[handoff.opened], closed_at=when(handoff.closed), assigned_at=when(handoff.assigned),
            human_owned_at=when(handoff.human_owned), first_action_due_at=due, first_human_activity_at=human,
            first_automated_activity_at=when(handoff.first_automated), connected_at=when(handoff.connected),
            accepted_at=when(handoff.accepted), first_worked_at=when(handoff.first_worked),
            rejected_at=when(handoff.rejected), recycled_at=when(handoff.recycled),
            opportunity_created_at=when(handoff.opportunity), **clocks,
        )  # fmt: skip

    def _clocks(
        self, timeline: Timeline, copies: Copies, handoff: Handoff, at: list[Instants]
    ) -> dict[str, NDArray[np.float64]]:
        """Business minutes of the three clocks, each clipped at the first human activity; NaN where they
        never ran."""
        human = -1 if handoff.is_first_human_day_level or handoff.is_owner_inferred else handoff.first_human
        result: dict[str, NDArray[np.float64]] = {}
        total = np.zeros(copies.count)
        points = [("routing", handoff.opened, handoff.assigned), ("queue", handoff.assigned,
                                                                  handoff.human_owned),
                  ("human", handoff.human_owned, human)]  # fmt: skip
        for name, start, end in points:
            value = np.full(copies.count, np.nan)
            if human >= 0 and (end < 0 or human < end):
                end = human
            if start >= 0 and human >= 0 and human < start:
                # Clipped to nothing: the activity came before the clock would have started.
                start = end = human
            if start >= 0 and end >= 0 and not handoff.is_owner_inferred:
                calendar = self._calendar(timeline, copies, start, handoff.lead, at[start])
                value = self.world.policies.calendars.between(calendar, at[start], at[end]) / 60
                total = total + value
            result[f"{name}_minutes"] = value
        result["speed_to_lead_minutes"] = total if human >= 0 else np.full(copies.count, np.nan)
        return result


def _code(words: tuple[str, ...], word: str) -> int:
    """The position of a word, -1 for a blank one."""
    return words.index(word) if word else BLANK


def _expected(timeline: Timeline, handoff: Handoff) -> Expected:
    mine = [e for e in timeline.story.expected if e.lead == handoff.lead]
    return mine[handoff.number - 1]


def _tags(timeline: Timeline) -> list[str]:
    outcomes = {e.outcome for e in timeline.story.expected}
    return sorted(timeline.story.fires | outcomes)


def _born(timeline: Timeline, lead: int) -> int:
    def creates(moment: Moment) -> bool:
        return any(s.kind == "created" and s.lead == lead for s in moment.steps)

    return next(n for n, m in enumerate(timeline.moments) if creates(m))


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


def _draw_source(rng: np.random.Generator, count: int, wanted: str | None, tags: list[str]) -> Numbers:
    if wanted is None:
        return np.full(count, BLANK, dtype=np.int64)
    if wanted == "generic":
        return segments.source_positions(v.GENERIC_SOURCES)[rng.integers(0, len(v.GENERIC_SOURCES), count)]
    if wanted not in ("any", "campaign", "form"):
        return np.full(count, segments.source_positions([wanted])[0], dtype=np.int64)
    expects = {name: (campaign, form) for name, campaign, form in v.SOURCES}
    shares = {
        name: share
        for name, share in segments.SOURCE_SHARES.items()
        if wanted == "any" or expects[name][0 if wanted == "campaign" else 1]
    }
    chosen = segments.draw(rng, count, shares, segments.concentrations(tags, "source"))
    return segments.source_positions(list(shares))[chosen]


def _draw_campaign(rng: np.random.Generator, source: Numbers) -> Numbers:
    """A campaign of the lead's source; any campaign where the source has none of its own."""
    by_source = [[i for i, (_, s) in enumerate(v.CAMPAIGNS) if s == name] for name, _, _ in v.SOURCES]
    every = list(range(len(v.CAMPAIGNS)))
    options = [own or every for own in by_source] + [every]
    return _pick(options, source, rng.integers(0, 1 << 30, len(source)))


def _pick(options: list[list[int]], group: Numbers, number: Numbers) -> Numbers:
    """One option of each row's group: the number counts through them, round and round."""
    sizes = np.array([len(o) for o in options])
    table = np.array([[o[i % len(o)] for i in range(sizes.max())] for o in options], dtype=np.int64)
    picked: Numbers = table[group, number % sizes[group]]
    return picked


def _draw_fit(
    rng: np.random.Generator, count: int, wanted: str | None
) -> tuple[Numbers, Numbers, NDArray[np.str_]]:
    """Grade code or score (the other is blank), and the band that the policy makes of it."""
    blank = np.full(count, BLANK, dtype=np.int64)
    if wanted is None:
        return blank, blank.copy(), np.full(count, "", dtype="<U6")
    good = segments.GOOD_FIT_SHARES
    bands = {"good": good, "scored": good, "best": {"high": 1.0}, "poor": {"low": 1.0}}[wanted]
    band = np.array(list(bands))[segments.draw(rng, count, bands)].astype("<U6")
    grade, score = blank, blank.copy()
    for name in bands:
        low, high = next((low, high) for low, high, b in v.FIT_SCORE_BANDS if b == name)
        grade = np.where(band == name, v.FIT_GRADE_BANDS.index(name), grade)
        score = np.where(band == name, rng.integers(low, high + 1, count), score)
    is_graded = rng.random(count) < (0.0 if wanted == "scored" else 0.7)
    return np.where(is_graded, grade, BLANK), np.where(is_graded, BLANK, score), band


def _draw_intent(rng: np.random.Generator, count: int, wanted: str | None) -> Numbers:
    if wanted is None:
        return np.full(count, BLANK, dtype=np.int64)
    if wanted == "good":
        return segments.draw(rng, count, segments.GOOD_INTENT_SHARES)
    tier = {"best": "high", "poor": "low", "unknown": ""}[wanted]
    options = np.array([i for i, t in enumerate(v.INTENT_TIERS) if t == tier], dtype=np.int64)
    return options[rng.integers(0, len(options), count)]


def _draw_country(rng: np.random.Generator, team: Numbers, profile: Profile) -> Numbers:
    if profile.geography == "hawaii":
        return np.full(len(team), COUNTRY_LIST.index(v.HAWAII), dtype=np.int64)
    own = [_TERRITORY_OF_TEAM.get(name, "") for name in _TEAM_ORDER]
    wanted = own if profile.geography == "own" else [_next_territory(t) for t in own]
    if profile.geography == "none":
        wanted = [""] * len(own)
    if profile.geography == "blank":
        return np.full(len(team), BLANK, dtype=np.int64)
    starts = {t: COUNTRY_LIST.index(group[0]) for t, group in v.COUNTRIES.items()}
    first = np.array([starts[t] for t in wanted], dtype=np.int64)[team]
    size = np.array([len(v.COUNTRIES[t]) for t in wanted], dtype=np.int64)[team]
    return first + rng.integers(0, 1 << 30, len(team)) % size


def _next_territory(territory: str) -> str:
    order = ["EMEA", "AMER", "APAC"]
    return order[(order.index(territory) + 1) % 3] if territory else "EMEA"


def _reasons(rng: np.random.Generator, count: int, wanted: str | None) -> Numbers:
    if wanted is None:
        return np.full(count, BLANK, dtype=np.int64)
    names = {"any_quality": v.QUALITY_REASONS, "timing": v.TIMING_REASONS}.get(wanted, (wanted,))
    codes = np.array([v.REASONS.index(name) for name in names], dtype=np.int64)
    return codes[rng.integers(0, len(codes), count)]
