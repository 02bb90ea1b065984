"""Plays a story for many leads at once: records and the truth about each handoff go into the ledger."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from demo import vocabulary as v
from demo.business_time import Instants, Numbers
from demo.ledger import NULL_INSTANT, OWNER, STAGE, STATUS, Ledger
from demo.people import BLANK, Copies, Person, cast, draw_campaigns, draw_person, draw_reasons
from demo.schedule import DAY, Scheduler, World
from demo.story import ACCOUNT_MATCHES, Activity, Expected, Step
from demo.timeline import Handoff, Moment, Timeline


class Player:
    """Plays stories into a ledger, numbering leads and accounts as it goes."""

    def __init__(self, world: World, ledger: Ledger) -> None:
        """Begin numbering at nought."""
        self.world = world
        self.ledger = ledger
        self._scheduler = Scheduler(world)
        self.next_lead = 0
        self.next_account = 0

    def play(self, timeline: Timeline, story_number: int, count: int, rng: np.random.Generator) -> None:
        """Play the story `count` times: its leads, their events and their truth go into the ledger.

        Raises ValueError where a step would not come after the one before it, or would come after today.
        """
        story = timeline.story
        copies = cast(timeline, count, rng)
        people = [draw_person(timeline, profile, copies) for profile in story.profiles]
        at = self._scheduler.instants(timeline, copies, people)
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
            qualification=person.qualification, reason=draw_reasons(rng, count, profile.reason),
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
            campaign = draw_campaigns(copies.rng, person.source)
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
                calendar = self._scheduler.calendar(timeline, copies, start, handoff.lead, at[start])
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


def _born(timeline: Timeline, lead: int) -> int:
    def creates(moment: Moment) -> bool:
        return any(s.kind == "created" and s.lead == lead for s in moment.steps)

    return next(n for n, m in enumerate(timeline.moments) if creates(m))
