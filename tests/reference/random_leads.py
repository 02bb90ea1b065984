"""Random leads of one source, in the canonical layout."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .random_policies import PLACES, REASONS, SOURCES, STAGES, STATUSES, Roster, Row

Tables = dict[str, list[Row]]
COLUMNS: dict[str, list[str]] = {
    "leads": [
        "lead_id",
        "created_at",
        "created_by",
        "email",
        "phone",
        "first_name",
        "last_name",
        "company",
        "job_title",
        "country",
        "region",
        "lifecycle_stage",
        "status",
        "owner_id",
        "original_source",
        "campaign_id",
        "landing_page",
        "conversion_point",
        "fit_grade",
        "fit_score",
        "intent_signal",
        "qualification_reason",
        "mql_at",
        "accepted_at",
        "assigned_at",
        "rejection_reason",
        "rejection_note",
        "is_converted",
        "converted_at",
        "is_deleted",
        "deleted_at",
        "merged_into_id",
        "merged_at",
        "updated_at",
        "synced_at",
    ],
    "lead_changes": ["change_id", "lead_id", "field", "old_value", "new_value", "changed_at", "changed_by"],
    "activities": [
        "activity_id",
        "lead_id",
        "activity_type",
        "owner_id",
        "created_by",
        "occurred_at",
        "created_at",
        "due_at",
        "status",
        "direction",
        "outcome",
        "source",
        "body",
        "synced_at",
    ],
    "owners": ["owner_id", "owner_type", "name", "email", "is_active", "team_id"],
    "queue_members": ["queue_id", "owner_id"],
    "accounts": ["account_id", "name", "domain", "owner_id", "created_at", "account_type", "customer_since"],
    "campaigns": ["campaign_id", "name", "campaign_type"],
    "campaign_members": ["member_id", "campaign_id", "lead_id", "created_at"],
    "form_submissions": ["submission_id", "lead_id", "form_name", "page_url", "submitted_at"],
    "opportunities": [
        "opportunity_id",
        "lead_id",
        "account_id",
        "owner_id",
        "stage",
        "amount",
        "created_at",
        "closed_at",
        "is_won",
    ],
}


def as_instant(text: str) -> float:
    """Seconds of a stamp that this module wrote (naive ones taken as UTC: only the order matters)."""
    if text.isdigit():
        return float(text) / (1000 if len(text) > 11 else 1)
    parsed = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()


@dataclass
class Changed:
    """One change of one field; `old` is filled in once the order of all changes is known."""

    at: datetime
    name: str
    new: str
    actor: str
    old: str = ""


@dataclass
class Story:
    """One lead while it is being made up: three values that change, and what happens beside them."""

    lead_id: str
    created: datetime
    values: dict[str, str]
    initial: dict[str, str]
    lead: Row = field(default_factory=dict)
    changes: list[Changed] = field(default_factory=list)


LOGGED_BY = ("manual", "", "integration", "sequence", "list", "workflow")


class Maker:
    """Makes one source."""

    def __init__(
        self, rng: random.Random, roster: Roster, as_of: datetime, zone: ZoneInfo, naive: ZoneInfo
    ) -> None:
        """`zone` is that of the default calendar, `naive` that of timestamps written without an offset."""
        self.rng = rng
        self.roster = roster
        self.as_of = as_of
        self.zone = zone
        self.naive = naive
        self.tables: Tables = {table: [] for table in COLUMNS}
        self.numbers = 0
        self.emails: list[str] = []

    def number(self, prefix: str) -> str:
        """A fresh id."""
        self.numbers += 1
        return f"{prefix}{self.numbers:06d}"

    # -- spelling

    def spell(self, text: str) -> str:
        """A raw value as people and systems write it."""
        way = self.rng.random()
        if not text or way < 0.8:
            return text
        return text.upper() if way < 0.88 else text.lower() if way < 0.94 else f" {text} "

    def stamp(self, instant: datetime | None) -> str:
        """An instant in one of the forms that sources write."""
        if instant is None:
            return ""
        way = self.rng.random()
        if way < 0.5:
            return instant.strftime("%Y-%m-%dT%H:%M:%SZ")
        if way < 0.6:
            return instant.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        if way < 0.8:
            offset = self.rng.choice(["America/New_York", "Asia/Kolkata", "Europe/Berlin"])
            return instant.astimezone(ZoneInfo(offset)).isoformat()
        if way < 0.9:
            local = instant.astimezone(self.naive).replace(tzinfo=None)
            both = {local.replace(tzinfo=self.naive, fold=fold).astimezone(UTC) for fold in (0, 1)}
            # An hour that occurs twice cannot be written without its offset.
            if both == {instant}:
                return local.strftime("%Y-%m-%d %H:%M:%S")
            return instant.isoformat()
        seconds = int(instant.timestamp())
        return str(seconds * 1000) if way < 0.95 else str(seconds)

    def day_of(self, instant: datetime) -> str:
        """Only the day, in the zone of the default calendar."""
        return instant.astimezone(self.zone).date().isoformat()

    # -- time

    def some_instant(self, earliest: datetime, latest: datetime) -> datetime:
        """An instant between two, mostly on the minute, often in working hours."""
        span = max(1, int((latest - earliest).total_seconds()))
        instant = earliest + timedelta(seconds=self.rng.randrange(span))
        if self.rng.random() < 0.5:
            local = instant.astimezone(self.zone)
            hour, minute = self.rng.choice(
                [(9, 0), (9, 30), (12, 0), (16, 59), (17, 0), (8, 59), (14, 14), (0, 0)]
            )
            moved = datetime.combine(local.date(), time(hour, minute), tzinfo=self.zone).astimezone(UTC)
            instant = moved if earliest <= moved <= latest else instant
        return (
            instant.replace(second=0, microsecond=0)
            if self.rng.random() < 0.7
            else instant.replace(microsecond=0)
        )

    def later(self, instant: datetime) -> datetime:
        """A moment after another: at once, within minutes, at a round allowance, or after days."""
        gaps: list[Callable[[], float]] = [
            lambda: 0,
            lambda: 0,
            lambda: self.rng.randint(1, 3600),
            lambda: self.rng.randint(1, 3600) * 5,
            lambda: 60 * self.rng.choice([45, 60, 75, 100, 120, 240, 300, 480, 960, 1440]),
            lambda: 86400 * self.rng.randint(1, 12) + self.rng.choice([0, 0, 1, -1, 3600]),
            lambda: 86400 * self.rng.random() * 30,
        ]
        weights = [1, 1, 6, 6, 3, 3, 1]
        seconds = self.rng.choices(gaps, weights)[0]()
        moved = instant + timedelta(seconds=int(max(0, seconds)))
        return (
            moved.replace(second=0)
            if self.rng.random() < 0.5 and moved.replace(second=0) > instant
            else moved
        )

    # -- a lead

    def lead(self) -> None:
        """One lead with everything that belongs to it."""
        rng = self.rng
        created = self.some_instant(self.as_of - timedelta(days=rng.choice([5, 40, 150, 260])), self.as_of)
        stage = rng.choices(["inquiry", "mql", "", "sql", "weird"], [70, 10, 8, 4, 3])[0]
        status = rng.choices(["new", "", "working", "rejected", "weird"], [75, 10, 5, 3, 3])[0]
        owner = rng.choices(
            [
                self.roster.robot,
                rng.choice(self.roster.marketers),
                "",
                rng.choice(self.roster.sales),
                self.roster.stranger,
            ],
            [60, 10, 15, 12, 3],
        )[0]
        initial = {
            "lifecycle_stage": self.raw_stage(stage),
            "status": self.raw_status(status),
            "owner_id": owner,
        }
        story = Story(self.number("L"), created, dict(initial), initial)
        self.profile(story)
        if rng.random() < 0.6:
            self.usual(story)
        if rng.random() < 0.55:
            self.chaos(story, created if rng.random() < 0.4 else self.last(story))
        self.touches(story)
        self.finish(story)

    def raw_stage(self, stage: str) -> str:
        """A raw value of a canonical stage; unknown ones stay as they are."""
        return self.rng.choice(STAGES[stage]) if stage in STAGES else ("Evangelist" if stage else "")

    def raw_status(self, group: str) -> str:
        """A raw value of a status group; unknown ones stay as they are."""
        return self.rng.choice(STATUSES[group]) if group in STATUSES else ("On hold" if group else "")

    def last(self, story: Story) -> datetime:
        """The last thing that changed."""
        return max([story.created, *(change.at for change in story.changes)])

    def change(self, story: Story, at: datetime, name: str, value: str, actor: str | None = None) -> None:
        """Change one field; what lies after as_of is kept now and then, as a landing later than as_of
        would.
        """
        if at > self.as_of + timedelta(minutes=30) or value == story.values[name]:
            return
        rng = self.rng
        if actor is None:
            actor = rng.choices(
                [
                    self.roster.robot,
                    rng.choice(self.roster.sales),
                    rng.choice(self.roster.marketers),
                    "",
                    self.roster.stranger,
                ],
                [45, 35, 10, 8, 2],
            )[0]
        story.changes.append(Changed(at, name, value, actor))
        story.values[name] = value

    def profile(self, story: Story) -> None:
        """Who the lead is and what is known of it."""
        rng = self.rng
        number = story.lead_id.lower()
        way = rng.random()
        if way < 0.55 or not self.emails:
            domain = rng.choice(
                [
                    f"company{rng.randint(1, 60)}.example",
                    "gmail.com",
                    f"{number}.example",
                    "sub.company1.example",
                ]
            )
            email = f"{number}@{domain}"
            self.emails.append(email)
        elif way < 0.75:
            email = rng.choice(self.emails)
        elif way < 0.85:
            email = "info@company2.example"
        elif way < 0.9:
            email = rng.choice(
                ["nope", "a@b", "x y@z.example", "two@at@signs.example", "dot.@.example", "@x.example"]
            )
        else:
            email = ""
        country, region = rng.choice(PLACES)
        story.lead = {
            "lead_id": story.lead_id,
            "created_by": rng.choices(
                [self.roster.robot, rng.choice(self.roster.sales), "", self.roster.marketers[0]],
                [75, 10, 10, 5],
            )[0],
            "email": self.spell(email),
            "phone": rng.choice(["+44 20 1234567", "123456", "1-2-3-4-5-6-7", "", "call me", "0123 456 789"]),
            "company": f"Company {rng.randint(1, 60)}",
            "country": self.spell(country),
            "region": region,
            "original_source": self.spell(rng.choice([*SOURCES, ""])),
            "campaign_id": rng.choice(["", "", "C1", "C2"]),
            "landing_page": rng.choice(["https://www.example.com/demo", "", "  "]),
            "conversion_point": rng.choice(["Demo form", "", ""]),
            "fit_grade": self.spell(rng.choice(["A", "B", "C", "", "", "Z"])),
            "fit_score": rng.choice(["", "", "80", "60", "59.5", "39", "5", "95", "n/a"]),
            "intent_signal": self.spell(
                rng.choice(["Demo request", "Whitepaper", "Newsletter", "", "Hand wave"])
            ),
            "qualification_reason": rng.choice(["Score over 80", "Score over 80", ""]),
        }

    def usual(self, story: Story) -> None:
        """What mostly happens: qualified, assigned, worked, accepted, decided; any part may fail to
        happen.
        """
        rng = self.rng
        at = self.later(story.created)
        rep = rng.choice([*self.roster.sales, *self.roster.movers])
        if rng.random() < 0.8:
            self.change(
                story, at, "lifecycle_stage", self.raw_stage(rng.choice(["mql", "mql", "mql", "sql"])), None
            )
        if rng.random() < 0.3:
            at = self.later(at)
            self.change(story, at, "owner_id", rng.choice([*self.roster.queues, rep]), self.roster.robot)
        if rng.random() < 0.85:
            at = self.later(at) if rng.random() < 0.7 else at
            self.change(story, at, "owner_id", rep, self.roster.robot)
        for _ in range(rng.choice([0, 1, 1, 2, 3])):
            at = self.later(at)
            self.activity(story, at, rep)
        if rng.random() < 0.6:
            at = self.later(at)
            self.change(story, at, "status", self.raw_status(rng.choice(["accepted", "working"])), rep)
            if rng.random() < 0.5:
                self.change(story, at, "lifecycle_stage", self.raw_stage("sal"), rep)
        if rng.random() < 0.4:
            at = self.later(at)
            self.change(story, at, "lifecycle_stage", self.raw_stage("sql"), self.roster.robot)
        if rng.random() < 0.05:
            for other in rng.sample(self.roster.sales, rng.choice([2, 3, 4])):
                at = self.later(at)
                self.change(story, at, "owner_id", other, rep)
        if rng.random() < 0.6:
            self.end(story, self.later(at), rep)

    def end(self, story: Story, at: datetime, rep: str) -> None:
        """Close by status, by stage, by both (one of them later), by an opportunity, or by the flag."""
        rng = self.rng
        how = rng.choice(["rejected", "rejected", "recycled", "converted", "opportunity", "flag"])
        if how == "opportunity":
            self.opportunity(story, at)
            return
        if how == "flag":
            if at <= self.as_of:
                story.lead["is_converted"] = "True"
                story.lead["converted_at"] = self.stamp(at) if rng.random() < 0.7 else ""
            return
        stage = {"rejected": "disqualified", "recycled": "recycled", "converted": "opportunity"}[how]
        if rng.random() < 0.8:
            self.change(story, at, "status", self.raw_status(how), rep)
        if rng.random() < 0.6:
            after = at if rng.random() < 0.6 else self.later(at)
            self.change(
                story, after, "lifecycle_stage", self.raw_stage(stage), rng.choice([rep, self.roster.robot])
            )
        if how == "rejected":
            story.lead["rejection_reason"] = self.spell(
                rng.choice([*REASONS.values(), "", "", "Gut feeling"])
            )
            story.lead["rejection_note"] = rng.choice(["", "", "wrote a note"])
        if how == "converted" and rng.random() < 0.6:
            self.opportunity(story, at if rng.random() < 0.6 else self.later(at))

    def chaos(self, story: Story, at: datetime) -> None:
        """Anything after anything."""
        rng = self.rng
        for _ in range(rng.randint(1, 9)):
            at = self.later(at) if rng.random() < 0.8 else at
            what = rng.random()
            if what < 0.3:
                stage = rng.choice([*STAGES, "", "weird"])
                self.change(story, at, "lifecycle_stage", self.raw_stage(stage))
            elif what < 0.55:
                group = rng.choice([*STATUSES, "", "weird"])
                self.change(story, at, "status", self.raw_status(group))
            elif what < 0.75:
                roster = self.roster
                owners = [
                    *roster.sales,
                    *roster.sales,
                    *roster.queues,
                    *roster.marketers,
                    *roster.movers,
                    "",
                    self.roster.stranger,
                ]
                self.change(story, at, "owner_id", rng.choice(owners))
            elif what < 0.95:
                self.activity(
                    story, at, rng.choice([*self.roster.sales, *self.roster.marketers, self.roster.robot])
                )
            else:
                self.opportunity(story, at)

    def activity(self, story: Story, at: datetime, owner: str) -> None:
        """An activity of any kind, done or planned, by anyone, dated anyhow."""
        rng = self.rng
        kind = rng.choices(["call", "email", "task", "meeting", "message", "note"], [30, 30, 20, 10, 8, 2])[0]
        status = rng.choices(["completed", "planned", ""], [82, 12, 6])[0]
        if rng.random() < 0.04:
            at = story.created - timedelta(hours=rng.choice([1, 30]))
        created = at if rng.random() < 0.7 else at - timedelta(minutes=rng.choice([1, 600]))
        row: Row = {
            "activity_id": self.number("A"),
            "lead_id": story.lead_id,
            "activity_type": self.spell(kind),
            "owner_id": rng.choices(
                [owner, "", rng.choice(self.roster.queues), self.roster.stranger], [85, 8, 3, 4]
            )[0],
            "created_by": rng.choice([owner, self.roster.robot, ""]),
            "status": status,
            "direction": rng.choices(["outbound", "inbound", ""], [80, 12, 8])[0],
            "outcome": self.spell(rng.choice(["Connected", "No answer", "Voicemail", "", "Whatever"])),
            "source": rng.choices(LOGGED_BY, [65, 12, 5, 7, 4, 7])[0],
            "body": rng.choice(["", "", "we talked"]),
        }
        if kind == "meeting":
            row["occurred_at"] = self.stamp(at + timedelta(days=rng.choice([0, 2, 20])))
            row["created_at"] = self.stamp(at) if rng.random() < 0.9 else ""
        elif status == "planned":
            due = at + timedelta(days=rng.choice([0, 1, 5, 30]))
            row["created_at"] = self.stamp(created)
            row["due_at"] = rng.choice([self.day_of(due), self.stamp(due), self.day_of(self.as_of), ""])
        elif rng.random() < 0.08:
            row["occurred_at"] = self.day_of(at)
        else:
            row["occurred_at"] = self.stamp(at) if rng.random() < 0.97 else ""
            row["created_at"] = self.stamp(max(created, at)) if rng.random() < 0.8 else ""
        if rng.random() < 0.01:
            row["occurred_at"] = row["created_at"] = rng.choice(
                ["1970-01-01T00:00:00Z", "2099-01-01T00:00:00Z"]
            )
        self.tables["activities"].append(row)
        if rng.random() < 0.05:
            # An append-mode duplicate of an earlier sync, which must lose.
            stale = {**row, "status": "planned", "synced_at": self.stamp(self.as_of - timedelta(days=3))}
            row["synced_at"] = self.stamp(self.as_of)
            self.tables["activities"].append(stale)

    def opportunity(self, story: Story, at: datetime) -> None:
        """A deal of the lead, perhaps won, perhaps older than its handoff."""
        rng = self.rng
        if at > self.as_of + timedelta(minutes=30):
            return
        is_won = rng.random() < 0.3
        closed = self.later(at)
        self.tables["opportunities"].append(
            {
                "opportunity_id": self.number("O"),
                "lead_id": story.lead_id,
                "owner_id": rng.choice(self.roster.sales),
                "stage": "Discovery",
                "created_at": self.stamp(at) if rng.random() < 0.95 else self.day_of(at),
                "closed_at": self.stamp(closed) if is_won and closed <= self.as_of else "",
                "is_won": str(is_won),
            }
        )

    def touches(self, story: Story) -> None:
        """Campaign memberships and form submissions, before and after."""
        rng = self.rng
        for table, key, at in (
            ("campaign_members", "member_id", "created_at"),
            ("form_submissions", "submission_id", "submitted_at"),
        ):
            for _ in range(rng.choice([0, 0, 1, 1, 2])):
                instant = self.later(story.created) if rng.random() < 0.5 else story.created
                if instant > self.as_of:
                    continue
                stamp = rng.choices([self.stamp(instant), self.day_of(instant), ""], [85, 10, 5])[0]
                row = {key: self.number("T"), "lead_id": story.lead_id, at: stamp}
                row |= {"campaign_id": "C1", "form_name": rng.choice(["Demo form", ""])}
                row["page_url"] = rng.choice(["https://www.example.com/demo", ""])
                self.tables[table].append(row)

    def finish(self, story: Story) -> None:
        """Write the lead as it stands today, and its log."""
        rng = self.rng
        self.settle(story)
        last = min(self.last(story), self.as_of)
        # A landing may hold changes after as_of: today's values are those of the landing.
        story.lead |= {name: self.spell(value) for name, value in story.values.items() if name != "owner_id"}
        story.lead["owner_id"] = story.values["owner_id"]
        story.lead["created_at"] = self.stamp(story.created)
        past = [change for change in story.changes if change.at <= self.as_of]
        mql = [item.at for item in past if item.name == "lifecycle_stage" and item.new in STAGES["mql"]]
        owned = [item.at for item in past if item.name == "owner_id"]
        taken = [item.at for item in past if item.name == "status" and item.new in STATUSES["accepted"]]
        if mql and rng.random() < 0.8:
            story.lead["mql_at"] = self.stamp(mql[0])
        if owned and rng.random() < 0.7:
            story.lead["assigned_at"] = self.stamp(owned[-1])
        if (taken and rng.random() < 0.4) or rng.random() < 0.05:
            instant = taken[0] if taken else self.later(story.created)
            story.lead["accepted_at"] = self.stamp(instant) if rng.random() < 0.8 else self.day_of(instant)
        story.lead.setdefault("is_converted", rng.choice(["False", ""]))
        story.lead["is_deleted"] = rng.choice(["False", "False", ""])
        if rng.random() < 0.04:
            story.lead["is_deleted"] = "True"
            story.lead["deleted_at"] = self.stamp(self.later(last)) if rng.random() < 0.7 else ""
        if rng.random() < 0.9:
            story.lead["updated_at"] = self.stamp(self.later(last) if rng.random() < 0.2 else last)
        story.lead["synced_at"] = self.stamp(self.as_of)
        self.tables["leads"].append(story.lead)
        if rng.random() < 0.05:
            stale = {**story.lead, "status": "New", "email": "old@old.example", "owner_id": self.roster.robot}
            self.tables["leads"].append(stale | {"synced_at": self.stamp(self.as_of - timedelta(days=4))})
        # Ids say nothing about the order: within a second only old and new values do.
        ids = [self.number("H") for _ in story.changes]
        rng.shuffle(ids)
        for change_id, change in zip(ids, story.changes, strict=True):
            is_owner = change.name == "owner_id"
            self.tables["lead_changes"].append(
                {
                    "change_id": change_id,
                    "lead_id": story.lead_id,
                    "field": change.name,
                    "old_value": change.old if is_owner else self.spell(change.old),
                    "new_value": change.new if is_owner else self.spell(change.new),
                    "changed_at": self.stamp(change.at),
                    "changed_by": change.actor,
                }
            )

    def settle(self, story: Story) -> None:
        """Put the changes in order and give each its old value, as a CRM would have logged them."""
        settled: list[Changed] = []
        story.values = dict(story.initial)
        for change in sorted(story.changes, key=lambda item: item.at):
            if change.new != story.values[change.name]:
                change.old = story.values[change.name]
                story.values[change.name] = change.new
                settled.append(change)
        story.changes = settled

    # -- the rest of the source

    def merges(self) -> None:
        """Merge some leads into others; now and then in a chain, into nowhere, or not yet by as_of."""
        rng = self.rng
        leads = self.tables["leads"]
        ids = sorted({lead["lead_id"] for lead in leads})
        for _ in range(max(2, len(ids) // 25)):
            loser, survivor = rng.sample(ids, 2)
            at = self.some_instant(self.as_of - timedelta(days=60), self.as_of + timedelta(minutes=20))
            stamp = self.stamp(at) if rng.random() < 0.8 else ""
            target = survivor if rng.random() < 0.95 else "L-gone"
            for lead in leads:
                if lead["lead_id"] == loser and not lead.get("merged_into_id"):
                    lead |= {"merged_into_id": target, "merged_at": stamp}

    def accounts(self) -> None:
        """Accounts by domain, with all kinds of owners, old and new, customers and not."""
        rng = self.rng
        for number in range(1, 45):
            domain = f"company{number}.example"
            domain = rng.choice([domain, f"https://www.{domain}/about", f"WWW.{domain.upper()}", domain, ""])
            if number == 44:
                domain = "gmail.com"
            created = self.as_of - timedelta(days=rng.choice([5, 50, 200, 900]), minutes=rng.randint(0, 999))
            customer = rng.random() < 0.35
            since = self.as_of - timedelta(days=rng.choice([3, 90, 400]))
            account_id = self.number("Z")
            self.tables["accounts"].append(
                {
                    "account_id": account_id,
                    "name": f"Company {number}",
                    "domain": domain,
                    "owner_id": rng.choice(
                        [
                            *self.roster.sales,
                            *self.roster.sales,
                            self.roster.marketers[0],
                            self.roster.movers[0],
                            "",
                            self.roster.stranger,
                        ]
                    ),
                    "created_at": self.stamp(created) if rng.random() < 0.95 else "",
                    "account_type": self.spell("Customer" if customer else "Prospect"),
                    "customer_since": rng.choice([self.stamp(since), self.day_of(since)])
                    if customer and rng.random() < 0.5
                    else "",
                }
            )
            if rng.random() < 0.2:
                won = rng.random() < 0.7
                self.tables["opportunities"].append(
                    {
                        "opportunity_id": self.number("O"),
                        "account_id": account_id,
                        "created_at": self.stamp(created),
                        "closed_at": self.stamp(since),
                        "is_won": str(won),
                    }
                )

    def make(self, leads: int) -> Tables:
        """All tables of one source."""
        for _ in range(leads):
            self.lead()
        self.merges()
        self.accounts()
        self.tables["campaigns"] = [
            {"campaign_id": campaign, "name": f"Campaign {campaign}", "campaign_type": "Email"}
            for campaign in ("C1", "C2")
        ]
        self.tables["owners"] = self.roster.rows
        self.tables["queue_members"] = self.roster.members
        # Rows without a key and rows that say nothing.
        self.tables["leads"].append({"lead_id": "", "created_at": self.stamp(self.as_of), "status": "New"})
        self.tables["activities"].append({"activity_id": "", "lead_id": self.tables["leads"][0]["lead_id"]})
        for rows in self.tables.values():
            self.rng.shuffle(rows)
        return self.tables
