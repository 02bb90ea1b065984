"""Makes small random CRM worlds in the canonical layout that are as nasty as real ones, and nastier.

    python -m tests.reference.random_world --seed 7 --out DIR [--leads 300] [--shapes full,no_history,…]

One world is a folder with sources.yml, policies/ and landing/<source>/*.csv. Each source of it is one
*shape*: the
same kind of leads, but with columns, tables or histories absent or spoilt. The same seed gives the same
world.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

Row = dict[str, str]
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
STAGES = {
    "inquiry": ["Inquiry", "Subscriber"],
    "mql": ["MQL", "Marketing qualified"],
    "sal": ["SAL"],
    "sql": ["SQL", "Sales qualified"],
    "opportunity": ["Opportunity"],
    "customer": ["Customer"],
    "recycled": ["Recycled", "Nurture stage"],
    "disqualified": ["Disqualified"],
}
STATUSES = {
    "new": ["New", "Open - Not Contacted"],
    "accepted": ["Accepted", "Sales accepted"],
    "working": ["Attempting", "Working - Contacted", "In Progress"],
    "recycled": ["Nurture", "Recycled"],
    "rejected": ["Unqualified", "Closed - Not Converted"],
    "converted": ["Qualified", "Closed - Converted"],
}
REASONS = {
    "poor_company_fit": "Poor company fit",
    "wrong_role": "Wrong role",
    "no_current_need": "No current need",
    "invalid_contact": "Invalid contact",
    "duplicate": "Duplicate",
    "existing_customer": "Existing customer",
    "no_budget": "No budget",
    "competitor": "Competitor",
    "unresponsive": "Unresponsive",
    "spam": "Spam",
    "other": "Other",
}
SOURCES = [
    "Paid Search",
    "Organic Search",
    "Webinar",
    "Trade show",
    "Partner referral",
    "Phone inquiry",
    "Data partner",
    "Web",
    "Other",
    "Unknown",
    "Skywriting",
]
PLACES = [
    ("Germany", "Bavaria"),
    ("France", ""),
    ("Spain", "Madrid"),
    ("United States", "Texas"),
    ("Brazil", "Bahia"),
    ("United States", "Hawaii"),
    ("Canada", "Ontario"),
    ("Japan", "Tokyo"),
    ("Atlantis", "Deep"),
    ("", "Nowhere"),
]
ZONES = [
    "Europe/London",
    "Europe/Madrid",
    "America/New_York",
    "America/Chicago",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Australia/Sydney",
    "America/Santiago",
    "UTC",
    "Pacific/Auckland",
]


# -- policies -------------------------------------------------------------------------------------------


def write_csv(path: Path, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Write rows with exactly these columns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, columns, extrasaction="ignore", restval="")
        writer.writeheader()
        writer.writerows(rows)


def write_policy(folder: Path, name: str, header: str, lines: Sequence[Sequence[object]]) -> None:
    """One policy file."""
    columns = header.split()
    rows = [dict(zip(columns, [str(cell) for cell in line], strict=True)) for line in lines]
    write_csv(folder / f"{name}.csv", columns, rows)


@dataclass
class Roster:
    """The owners of one source."""

    prefix: str
    sales: list[str]
    marketers: list[str]
    robot: str
    queues: list[str]
    inactive: list[str]
    movers: list[str]
    rows: list[Row]
    members: list[Row]


def calendar_lines(rng: random.Random, name: str, zone: str, changes_on: str) -> list[list[object]]:
    """Working hours of one calendar: round the clock, with a lunch break, with a Saturday, or changed
    midway.
    """
    style = rng.choice(["plain", "lunch", "saturday", "changed", "around"])
    if style == "around":
        return [[name, zone, day, "00:00", "24:00", "", ""] for day in range(1, 8)]
    lines: list[list[object]] = []
    for day in range(1, 7 if style == "saturday" else 6):
        if style == "lunch":
            lines += [
                [name, zone, day, "09:00", "12:00", "", ""],
                [name, zone, day, "13:00", "18:00", "", ""],
            ]
        elif style == "changed":
            lines.append([name, zone, day, "08:30", "17:30", "", changes_on])
            lines.append([name, zone, day, "10:00", "16:00", changes_on, ""])
        else:
            lines.append([name, zone, day, "09:00", "17:00", "", ""])
    return lines


def write_policies(rng: random.Random, folder: Path, as_of: datetime, rosters: Sequence[Roster]) -> ZoneInfo:
    """All policies; returns the zone of the default calendar."""
    first_day = (as_of - timedelta(days=rng.randint(60, 120))).date()
    change = first_day.isoformat()
    zone = rng.choice(ZONES)
    hours = [["default", zone, day, "09:00", "17:00", "", ""] for day in range(1, 6)]
    for name in ("cal_a", "cal_b", "cal_c"):
        hours += calendar_lines(rng, name, rng.choice(ZONES), change)
    write_policy(
        folder, "calendars", "calendar_id timezone weekday opens_at closes_at valid_from valid_to", hours
    )
    days = sorted({(as_of - timedelta(days=rng.randint(1, 200))).date() for _ in range(12)})
    holidays = [[rng.choice(["default", "cal_a", "cal_b"]), day] for day in days]
    write_policy(folder, "holidays", "calendar_id day", holidays)
    write_policy(
        folder,
        "lifecycle_stages",
        "stage rank is_sales_ready is_required is_active_sales",
        [
            ["inquiry", 1, "false", rng.choice(["true", "false"]), "false"],
            ["mql", 2, "true", "true", "true"],
            ["sal", 3, "true", rng.choice(["true", "false"]), "true"],
            ["sql", 4, "true", rng.choice(["true", "false"]), "true"],
            ["opportunity", 5, rng.choice(["true", "false"]), "false", "true"],
            ["customer", 6, "false", "false", "false"],
            ["recycled", 0, "false", "false", "false"],
            ["disqualified", 0, "false", "false", "false"],
        ],
    )
    names = [roster.prefix for roster in rosters]
    stages: list[list[object]] = [["*", raw, stage] for stage, raws in STAGES.items() for raw in raws]
    # In one source a raw value means something else: the source's own row wins.
    stages.append([names[0], "Subscriber", "mql"])
    write_policy(folder, "lifecycle_stage_map", "source_system raw_stage stage", stages)
    statuses: list[list[object]] = [
        ["*", raw, group, "true" if raw == "In Progress" else "false"]
        for group, raws in STATUSES.items()
        for raw in raws
    ]
    statuses.append([names[-1], "Sales accepted", "working", "true"])
    write_policy(folder, "lead_status_map", "source_system raw_status status_group is_vague", statuses)
    write_policy(
        folder,
        "rejection_reasons",
        "reason is_timing marketing_insight",
        [[r, str(r in {"no_current_need", "no_budget"}).lower(), f"About {r}"] for r in REASONS],
    )
    write_policy(
        folder,
        "rejection_reason_map",
        "source_system raw_reason reason",
        [["*", raw, r] for r, raw in REASONS.items()],
    )
    write_policy(folder, "generic_sources", "source", [["Other"], ["Unknown"], ["Web"]])
    write_policy(
        folder,
        "channel_map",
        "raw_source channel expects_campaign expects_form",
        [
            ["Paid Search", "paid", "", ""],
            ["Webinar", "events", "true", ""],
            ["Phone inquiry", "phone", "false", "false"],
            ["Data partner", "partner", "", "false"],
            ["Trade show", "events", "", "true"],
        ],
    )
    write_policy(
        folder,
        "fit_policy",
        "fit_grade min_score fit_band is_sales_ready",
        [
            ["A", 80, "high", "true"],
            ["B", 60, "medium", "true"],
            ["C", 40, "low", "false"],
            ["D", 10, "low", "false"],
        ],
    )
    write_policy(
        folder,
        "intent_policy",
        "intent_signal intent_tier is_sales_ready",
        [["Demo request", "high", "true"], ["Whitepaper", "medium", "true"], ["Newsletter", "low", "false"]],
    )
    sla: list[list[object]] = [
        ["base_1", "", "", "", rng.choice([240, 300, 480]), "", change],
        ["base_2", "", "", "", 180, change, ""],
        ["hot", "high", "", "", 120, "", ""],
        ["fit", "", "high", "", 100, "", ""],
        ["hot_fit", "high", "high", "", 45, "", ""],
        ["team_b", "", "", "sales_b", 150, "", ""],
        ["team_b_fit", "", "high", "sales_b", 20, change, ""],
    ]
    sla = [line for line in sla if rng.random() < 0.8]
    write_policy(
        folder,
        "sla_policy",
        "policy_id intent_tier fit_band team_id first_action_minutes valid_from valid_to",
        sla,
    )
    allowances: list[list[object]] = [
        ["owner_assignment", 75, "", change],
        ["owner_assignment", 45, change, ""],
        ["queue_wait", rng.choice([100, 120]), "", ""],
        ["first_action", 240, "", ""],
        ["acceptance", rng.choice([480, 960]), "", ""],
        ["status_update", 480, "", ""],
        ["next_step", 2400, "", change],
        ["next_step", 960, change, ""],
        ["abandon", 1800, "", ""],
        ["stale", 2400, "", ""],
        ["opportunity", 960, "", ""],
        ["outcome", 14400, "", ""],
    ]
    write_policy(folder, "allowances", "allowance business_minutes valid_from valid_to", allowances)
    write_policy(
        folder,
        "teams",
        "team_id name function calendar_id territory",
        [
            ["sales_a", "Sales A", "sales", "cal_a", "EMEA"],
            ["sales_b", "Sales B", "sales", "cal_b", "AMER"],
            ["sales_c", "Sales C", "sales", "", ""],
            ["desk", "Inbound desk", "sales", "cal_c", ""],
            ["marketing", "Marketing", "marketing", "cal_a", ""],
            ["system", "System", "system", "", ""],
        ],
    )
    owner_map: list[list[object]] = []
    queue_policy: list[list[object]] = []
    automation: list[list[object]] = []
    for roster in rosters:
        map_owners(rng, roster, change, owner_map)
        automation.append([rng.choice([roster.robot, f"ROBOT@{roster.prefix}.example"])])
        if rng.random() < 0.8:
            one, two, three, _ = roster.queues
            queue_policy.append([one, 120, roster.sales[0], "", ""])
            queue_policy.append([f" inbound two {roster.prefix}".upper(), "", roster.sales[1], "", change])
            queue_policy.append([two, 45, "", change, ""])
            queue_policy.append([three, 60, "", "", ""])
    write_policy(folder, "owner_map", "owner_key team_id valid_from valid_to", owner_map)
    write_policy(
        folder,
        "queue_policy",
        "queue_key max_wait_minutes escalation_owner valid_from valid_to",
        queue_policy,
    )
    write_policy(folder, "automation_users", "owner_key", automation)
    write_policy(
        folder,
        "territories",
        "country region territory",
        [
            ["Germany", "", "EMEA"],
            ["France", "", "EMEA"],
            ["Spain", "", "EMEA"],
            ["United States", "", "AMER"],
            ["Brazil", "", "AMER"],
            ["United States", "Hawaii", "APAC"],
            ["Japan", "", "APAC"],
        ],
    )
    write_policy(
        folder,
        "status_stage_conflicts",
        "status_group stage",
        [
            ["new", "sql"],
            ["new", "opportunity"],
            ["recycled", "sql"],
            ["working", "disqualified"],
            ["rejected", "sql"],
            ["rejected", "inquiry"],
            ["converted", "inquiry"],
        ],
    )
    write_policy(
        folder,
        "activity_outcome_map",
        "source_system raw_outcome is_connected",
        [["*", "Connected", "true"], ["*", "No answer", "false"], [names[0], "Voicemail", "true"]],
    )
    write_policy(folder, "free_email_domains", "domain", [["gmail.com"], ["outlook.com"]])
    return ZoneInfo(zone)


def map_owners(rng: random.Random, roster: Roster, change: str, lines: list[list[object]]) -> None:
    """Teams by id, by email, by the CRM's own team, or by nothing; one mover changes sides midway."""
    teams = ["sales_a", "sales_b", "sales_c"]
    for number, owner in enumerate(roster.sales):
        team = teams[number % 3]
        way = rng.random()
        email = f"{owner.lower()}@{roster.prefix}.example"
        if way < 0.4:
            lines.append([owner, team, "", ""])
        elif way < 0.7:
            lines.append([email.upper(), team, "", ""])
        else:
            row = next(row for row in roster.rows if row["owner_id"] == owner)
            row["team_id"] = rng.choice([team, f"Sales {team[-1]}".upper(), team.upper()])
    lines.append([roster.marketers[0], "marketing", "", ""])
    lines.append([roster.robot, "system", "", ""])
    between, joined = roster.movers
    lines += [[between, "sales_a", "", change], [between, "sales_b", change, ""]]
    # Came to sales from marketing; before that the CRM's own team speaks.
    lines.append([joined, "sales_c", change, ""])
    next(row for row in roster.rows if row["owner_id"] == joined)["team_id"] = "Marketing"
    lines.append([roster.queues[0], "desk", "", ""])


def make_roster(rng: random.Random, prefix: str) -> Roster:
    """Sales users (some gone), marketers, a robot, movers and queues (one empty, one within another)."""
    sales = [f"S{number}" for number in range(9)]
    marketers, robot, movers = ["M1", "M2"], "R1", ["V1", "V2"]
    queues = ["Q1", "Q2", "Q3", "Q4"]
    inactive = rng.sample(sales, 2)
    rows: list[Row] = []
    for owner in [*sales, *marketers, *movers]:
        rows.append(
            {
                "owner_id": owner,
                "owner_type": rng.choice(["user", "User", ""]),
                "name": f"Name {owner}",
                "email": f"{owner.lower()}@{prefix}.example",
                "is_active": "False" if owner in inactive else rng.choice(["True", "true", "True", ""]),
                "team_id": "",
            }
        )
    rows.append(
        {"owner_id": robot, "owner_type": "user", "name": "Robot", "email": f"robot@{prefix}.example"}
    )
    for number, queue in enumerate(queues, 1):
        word = ["one", "two", "three", "four"][number - 1]
        rows.append({"owner_id": queue, "owner_type": "queue", "name": f"Inbound {word} {prefix}"})
    members = [
        {"queue_id": "Q1", "owner_id": sales[0]},
        {"queue_id": "Q1", "owner_id": inactive[0]},
        {"queue_id": "Q2", "owner_id": inactive[1]},
        {"queue_id": "Q3", "owner_id": rng.choice(["Q1", "Q2"])},
    ]
    return Roster(prefix, sales, marketers, robot, queues, inactive, movers, rows, members)


# -- leads ----------------------------------------------------------------------------------------------


@dataclass
class Story:
    """One lead while it is being made up: three values that change, and what happens beside them."""

    lead_id: str
    created: datetime
    values: dict[str, str]
    initial: dict[str, str]
    lead: Row = field(default_factory=dict)
    changes: list[tuple[datetime, str, str, str, str]] = field(default_factory=list)


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
            [self.roster.robot, rng.choice(self.roster.marketers), "", rng.choice(self.roster.sales), "X9"],
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
        return max([story.created, *(change[0] for change in story.changes)])

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
                    "X9",
                ],
                [45, 35, 10, 8, 2],
            )[0]
        story.changes.append((at, name, story.values[name], value, actor))
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
                [self.roster.robot, rng.choice(self.roster.sales), "", "M1"], [75, 10, 10, 5]
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
                    "X9",
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
            "owner_id": rng.choices([owner, "", rng.choice(self.roster.queues), "X9"], [85, 8, 3, 4])[0],
            "created_by": rng.choice([owner, self.roster.robot, ""]),
            "status": status,
            "direction": rng.choices(["outbound", "inbound", ""], [80, 12, 8])[0],
            "outcome": self.spell(rng.choice(["Connected", "No answer", "Voicemail", "", "Whatever"])),
            "source": rng.choices(["manual", "", "sequence", "list", "workflow"], [70, 12, 7, 4, 7])[0],
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
        last = min(self.last(story), self.as_of)
        # A landing may hold changes after as_of: today's values are those of the landing.
        story.lead |= {name: self.spell(value) for name, value in story.values.items() if name != "owner_id"}
        story.lead["owner_id"] = story.values["owner_id"]
        story.lead["created_at"] = self.stamp(story.created)
        mql = [
            c[0]
            for c in story.changes
            if c[1] == "lifecycle_stage" and c[3] in STAGES["mql"] and c[0] <= self.as_of
        ]
        owned = [c[0] for c in story.changes if c[1] == "owner_id" and c[0] <= self.as_of]
        taken = [c[0] for c in story.changes if c[1] == "status" and c[3] in STATUSES["accepted"]]
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
        for at, name, old, new, actor in story.changes:
            self.tables["lead_changes"].append(
                {
                    "change_id": self.number("H"),
                    "lead_id": story.lead_id,
                    "field": name,
                    "old_value": self.spell(old) if name != "owner_id" else old,
                    "new_value": self.spell(new) if name != "owner_id" else new,
                    "changed_at": self.stamp(at),
                    "changed_by": actor,
                }
            )

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
                    "owner_id": rng.choice([*self.roster.sales, *self.roster.sales, "M1", "V1", "", "X9"]),
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


# -- shapes ---------------------------------------------------------------------------------------------


def without(*names: str) -> Callable[[Tables], None]:
    """Drop whole tables, or `table.column`."""

    def drop(tables: Tables) -> None:
        for name in names:
            table, _, column = name.partition(".")
            if not column:
                tables.pop(table, None)
            for row in tables.get(table, []) if column else []:
                row.pop(column, None)

    return drop


def without_history(*fields: str) -> Callable[[Tables], None]:
    """Drop the log of some fields."""

    def drop(tables: Tables) -> None:
        tables["lead_changes"] = [row for row in tables["lead_changes"] if row["field"] not in fields]

    return drop


def late_history(name: str, share: float) -> Callable[[Tables], None]:
    """Track a field only since some day: what was logged before is lost."""

    def drop(tables: Tables) -> None:
        changes = [row for row in tables["lead_changes"] if row["field"] == name]
        # Ids grow with the leads, not with time; sorting by the lead is enough to lose whole early histories.
        changes.sort(key=lambda row: as_instant(row["changed_at"]))
        lost = {row["change_id"] for row in changes[: int(len(changes) * share)]}
        tables["lead_changes"] = [row for row in tables["lead_changes"] if row["change_id"] not in lost]

    return drop


def as_instant(text: str) -> float:
    """Seconds of a stamp that this module wrote (naive ones taken as UTC: only the order matters)."""
    if text.isdigit():
        return float(text) / (1000 if len(text) > 11 else 1)
    parsed = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()


def days_only(*columns: str) -> Callable[[Tables], None]:
    """Keep only the day of some stamps of leads."""

    def cut(tables: Tables) -> None:
        for row in tables["leads"]:
            for column in columns:
                if row.get(column):
                    row[column] = (
                        datetime.fromtimestamp(as_instant(row[column]), UTC).date().isoformat()
                        if "T" in row[column]
                        else ""
                    )

    return cut


def after_outcome(column: str) -> Callable[[Tables], None]:
    """Fill a column in only on converted leads."""

    def blank(tables: Tables) -> None:
        for row in tables["leads"]:
            if row.get("is_converted") != "True":
                row[column] = ""

    return blank


def unaccepted(tables: Tables) -> None:
    """A CRM that knows no acceptance."""
    raws = {value.lower() for value in [*STAGES["sal"], *STAGES["sql"], *STATUSES["accepted"]]}
    for row in tables["leads"]:
        row["accepted_at"] = ""
        for column in ("lifecycle_stage", "status"):
            if row.get(column, "").strip().lower() in raws:
                row[column] = "MQL" if column == "lifecycle_stage" else "Attempting"
    for row in tables["lead_changes"]:
        for column in ("old_value", "new_value"):
            if row[column].strip().lower() in raws:
                row[column] = "MQL" if row["field"] == "lifecycle_stage" else "Attempting"


def both(*changes: Callable[[Tables], None]) -> Callable[[Tables], None]:
    """Several changes, one after another."""

    def apply(tables: Tables) -> None:
        for change in changes:
            change(tables)

    return apply


SHAPES: dict[str, Callable[[Tables], None]] = {
    "full": both(),
    "no_history": without("lead_changes"),
    "plain": both(without("leads.lifecycle_stage", "leads.mql_at"), without_history("lifecycle_stage")),
    "mql_date_only": both(without("leads.lifecycle_stage"), without_history("lifecycle_stage")),
    "stamps": both(without("lead_changes", "leads.lifecycle_stage")),
    "day_stamps": both(
        without("lead_changes"), days_only("mql_at", "assigned_at", "accepted_at", "converted_at")
    ),
    "bare": without(
        "lead_changes",
        "owners",
        "queue_members",
        "accounts",
        "campaigns",
        "campaign_members",
        "form_submissions",
        "opportunities",
        "leads.updated_at",
        "leads.is_converted",
        "leads.converted_at",
    ),
    "no_owners": without("owners", "queue_members"),
    "no_owner_history": without_history("owner_id"),
    "no_status_history": without_history("status"),
    "no_stage_history": without_history("lifecycle_stage"),
    "no_assignment": both(without_history("owner_id"), without("leads.assigned_at")),
    "late_owner": late_history("owner_id", 0.5),
    "late_status": late_history("status", 0.5),
    "late_stage": late_history("lifecycle_stage", 0.4),
    "no_acceptance": unaccepted,
    "no_reason": without("leads.rejection_reason"),
    "no_activities": without("activities"),
    "no_opportunities": both(without("opportunities", "leads.is_converted", "leads.converted_at")),
    "no_accounts": without("accounts"),
    "no_capture": without(
        "leads.original_source",
        "leads.campaign_id",
        "leads.landing_page",
        "campaign_members",
        "form_submissions",
        "leads.email",
        "leads.phone",
    ),
    "no_scoring": without(
        "leads.fit_grade",
        "leads.fit_score",
        "leads.intent_signal",
        "leads.qualification_reason",
        "leads.created_by",
    ),
    "no_created_at": without("leads.created_at"),
    "no_old_values": without("lead_changes.old_value", "lead_changes.changed_by"),
    "no_people_flags": without("owners.is_active", "queue_members", "owners.team_id"),
    "owner_after_outcome": both(without("lead_changes"), after_outcome("owner_id")),
    "source_after_outcome": after_outcome("original_source"),
    "no_status": both(without("leads.status"), without_history("status")),
    "no_deletion": without("leads.is_deleted", "leads.deleted_at", "leads.updated_at"),
}


def make_world(seed: int, folder: Path, leads: int, shapes: Sequence[str]) -> None:
    """Write a whole world; raises KeyError for a shape that does not exist."""
    rng = random.Random(seed)
    day = date(2026, 1, 1) + timedelta(days=rng.randint(-70, 110))
    as_of = datetime.combine(day, time(rng.randint(0, 23), rng.choice([0, 15, 30])), tzinfo=UTC)
    rosters = [make_roster(rng, f"rw_{shape}") for shape in shapes]
    zone = write_policies(rng, folder / "policies", as_of, rosters)
    lines = [f"as_of: {as_of.strftime('%Y-%m-%dT%H:%M:%SZ')}", "sources:"]
    for shape, roster in zip(shapes, rosters, strict=True):
        naive = ZoneInfo(rng.choice(["UTC", "UTC", "Europe/Berlin", "America/Chicago"]))
        tables = Maker(random.Random(f"{seed} {shape}"), roster, as_of, zone, naive).make(leads)
        SHAPES[shape](tables)
        for table, rows in tables.items():
            used = {column for row in rows for column in row}
            # A column that no row has is absent, not empty.
            columns = [column for column in COLUMNS[table] if column in used]
            write_csv(folder / "landing" / roster.prefix / f"{table}.csv", columns, rows)
        lines += [
            f"  - name: {roster.prefix}",
            "    crm: canonical",
            f"    from: {{kind: files, path: ./landing/{roster.prefix}}}",
            f"    timezone: {naive.key}",
        ]
    (folder / "sources.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--leads", type=int, default=300, help="per source")
    parser.add_argument("--shapes", default="all", help=f"all, or some of {', '.join(SHAPES)}")
    options = parser.parse_args()
    shapes = list(SHAPES) if options.shapes == "all" else options.shapes.split(",")
    make_world(options.seed, options.out, options.leads, shapes)
    print(f"{len(shapes)} sources of {options.leads} leads in {options.out}")


if __name__ == "__main__":
    main()
