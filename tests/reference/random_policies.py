"""Random policies and people, with the vocabulary that the random leads speak."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

Row = dict[str, str]

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
    # Whom no owner's row tells of.
    stranger: str


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
    # HubSpot's names; evangelist is left out, so that a stage has a date and no meaning.
    hubspot = {"lead": "inquiry", "marketingqualifiedlead": "mql", "salesqualifiedlead": "sql"}
    hubspot |= {"salesacceptedlead": "sal", "980114523": "recycled", "other": "disqualified"}
    stages += [["*", raw, stage] for raw, stage in hubspot.items()]
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
            ["converted", "mql"],
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


def make_roster(rng: random.Random, prefix: str, mark: int, name_id: Callable[[str], str] = str) -> Roster:
    """Sales users (some gone), marketers, a robot, movers and queues (one empty, one within another).

    Ids carry the source's mark: the policies know owners and queues by id across all sources. `name_id` turns
    them into those of another CRM.
    """
    sales = [name_id(f"S{number}-{mark}") for number in range(9)]
    marketers, robot = [name_id(f"M1-{mark}"), name_id(f"M2-{mark}")], name_id(f"R1-{mark}")
    movers = [name_id(f"V1-{mark}"), name_id(f"V2-{mark}")]
    queues = [name_id(f"Q{number}-{mark}") for number in range(1, 5)]
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
        row = {"owner_id": queue, "owner_type": "queue", "name": f"Inbound {word} {prefix}"}
        # Switched off, and still no deactivated user.
        rows.append(row | {"is_active": "False"} if word == "three" else row)
    members = [
        {"queue_id": queues[0], "owner_id": sales[0]},
        {"queue_id": queues[0], "owner_id": inactive[0]},
        {"queue_id": queues[1], "owner_id": inactive[1]},
        {"queue_id": queues[2], "owner_id": rng.choice(queues[:2])},
    ]
    stranger = name_id("X9")
    return Roster(prefix, sales, marketers, robot, queues, inactive, movers, rows, members, stranger)
