"""A CRM as the reference sees it: typed records of one source, read from the canonical layout.

Other layouts are translated into the same records by `landings`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from .clock import EARLIEST_POSSIBLE, Moment, parse_moment
from .policies import Policies, is_true, norm

Row = Mapping[str, str | None]
Tables = dict[str, list[dict[str, str | None]]]

HISTORY_FIELDS = ("lifecycle_stage", "status", "owner_id", "rejection_reason", "converted")
TEXTS = [
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
    "intent_signal",
    "qualification_reason",
    "rejection_reason",
    "rejection_note",
    "merged_into_id",
    "created_by",
]
STAMPS = [
    "created_at",
    "mql_at",
    "accepted_at",
    "assigned_at",
    "converted_at",
    "deleted_at",
    "merged_at",
    "updated_at",
]


@dataclass
class Lead:
    """One lead, as the CRM holds it today."""

    lead_id: str
    text: dict[str, str | None]
    stamp: dict[str, Moment | None]
    fit_score: float | None = None
    is_converted: bool | None = None
    is_deleted: bool | None = None
    # Beyond the canonical layout: the CRM's own account link, the conversion's account, and when each raw
    # stage was entered.
    account_id: str | None = None
    converted_account_id: str | None = None
    stage_dates: dict[str, Moment] = field(default_factory=dict)

    @property
    def created(self) -> Moment | None:
        """When the lead was created, where the source says so."""
        return self.stamp["created_at"]


@dataclass(frozen=True)
class Change:
    """One logged change of one field."""

    change_id: str
    lead_id: str
    field: str
    old: str | None
    new: str | None
    at: Moment
    actor: str | None
    has_old: bool = True
    by_automation: bool = False


@dataclass(frozen=True)
class Activity:
    """A call, email, meeting, message or task; `at` is None until it happened (a meeting happens when
    booked).
    """

    activity_id: str
    lead_id: str
    kind: str
    owner_id: str | None
    created_by: str | None
    at: Moment | None
    created: Moment | None
    due: Moment | None
    starts: Moment | None
    is_open_task: bool
    direction: str
    outcome: str | None
    is_automated_source: bool
    body: str | None

    @property
    def performer(self) -> str | None:
        """The owner, else the creator."""
        return self.owner_id or self.created_by


@dataclass(frozen=True)
class Owner:
    """A user or a queue."""

    owner_id: str
    is_queue: bool
    name: str | None
    email: str | None
    is_active: bool | None
    team_keys: tuple[str | None, ...]


@dataclass(frozen=True)
class Account:
    """A company."""

    account_id: str
    domains: tuple[str | None, ...]
    owner_id: str | None
    created: Moment | None
    is_customer_type: bool
    has_type: bool
    customer_since: Moment | None


@dataclass(frozen=True)
class Opportunity:
    """A deal; `lead_ids` are the leads it is linked to."""

    opportunity_id: str
    lead_ids: tuple[str, ...]
    account_id: str | None
    created: Moment | None
    closed: Moment | None
    is_won: bool


@dataclass(frozen=True)
class Touch:
    """A form submission or a campaign membership; undated ones have no moment."""

    touch_id: str
    lead_id: str
    at: Moment | None
    form_name: str | None = None
    page_url: str | None = None


@dataclass
class Source:
    """All records of one source system, latest sync only, impossible rows set aside."""

    name: str
    leads: dict[str, Lead] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    activities: list[Activity] = field(default_factory=list)
    owners: dict[str, Owner] = field(default_factory=dict)
    queue_members: list[tuple[str, str]] = field(default_factory=list)
    accounts: dict[str, Account] = field(default_factory=dict)
    campaign_members: list[Touch] = field(default_factory=list)
    form_submissions: list[Touch] = field(default_factory=list)
    opportunities: list[Opportunity] = field(default_factory=list)
    # Since when the creation of leads is logged, which shows that their log was kept.
    creations_logged_since: datetime | None = None
    quarantined: int = 0
    # Lead columns that hold at least one usable value, for coverage.
    present: set[str] = field(default_factory=set)


def text_of(row: Row, column: str) -> str | None:
    """Trimmed text; blank is None."""
    value = row.get(column)
    return value.strip() or None if value is not None else None


def number_of(row: Row, column: str) -> float | None:
    """A number; blank or unreadable is None."""
    try:
        return float(row.get(column) or "")
    except ValueError:
        return None


def flag_of(row: Row, column: str) -> bool | None:
    """A flag; blank is None."""
    return is_true(row.get(column)) if text_of(row, column) is not None else None


class Reader:
    """Parses the moments of one source and sets aside what is impossible."""

    def __init__(self, policies: Policies, zone: ZoneInfo, landed_at: datetime) -> None:
        """`zone` is that of naive timestamps; nothing can have happened after `landed_at`."""
        self.policies = policies
        self.zone = zone
        self.landed_at = landed_at

    def moment(self, row: Row, column: str) -> Moment | None:
        """The moment of a column, whatever it says."""
        return parse_moment(row.get(column), self.zone, self.policies.default_calendar)

    def is_impossible(self, moment: Moment | None) -> bool:
        """After the landing, or before 1990."""
        return moment is not None and (moment.at > self.landed_at or moment.at < EARLIEST_POSSIBLE)

    def possible(self, row: Row, column: str) -> Moment | None:
        """The moment of a column, None when it is impossible (the value is set aside, not the row)."""
        moment = self.moment(row, column)
        return None if self.is_impossible(moment) else moment


def latest(rows: Iterable[dict[str, str | None]], key: str, reader: Reader) -> list[dict[str, str | None]]:
    """One row per key: the latest synced_at wins, then the later row."""
    kept: dict[str, tuple[tuple[datetime, int], dict[str, str | None]]] = {}
    never = datetime.min.replace(tzinfo=UTC)
    for number, row in enumerate(rows):
        identity = text_of(row, key)
        if identity is None:
            continue
        synced = reader.moment(row, "synced_at")
        rank = (synced.at if synced else never, number)
        if identity not in kept or rank > kept[identity][0]:
            kept[identity] = (rank, row)
    return [row for _, row in kept.values()]


def read_canonical(name: str, tables: Tables, reader: Reader) -> Source:
    """Translate the canonical layout."""
    source = Source(name)
    for row in latest(tables.get("leads", []), "lead_id", reader):
        lead = read_lead(row, reader)
        source.leads[lead.lead_id] = lead
    source.present = filled_columns(source.leads.values())
    has_old = any(text_of(row, "old_value") is not None for row in tables.get("lead_changes", []))
    for row in latest(tables.get("lead_changes", []), "change_id", reader):
        change = read_change(row, reader, has_old)
        if change is not None:
            source.changes.append(change)
        else:
            source.quarantined += 1
    for row in latest(tables.get("activities", []), "activity_id", reader):
        activity = read_activity(row, reader)
        if activity is not None:
            source.activities.append(activity)
        else:
            source.quarantined += 1
    for row in latest(tables.get("owners", []), "owner_id", reader):
        owner = Owner(
            text_of(row, "owner_id") or "",
            norm(row.get("owner_type")) == "queue",
            text_of(row, "name"),
            text_of(row, "email"),
            flag_of(row, "is_active"),
            (text_of(row, "team_id"),),
        )
        source.owners[owner.owner_id] = owner
    for row in tables.get("queue_members", []):
        queue, member = text_of(row, "queue_id"), text_of(row, "owner_id")
        if queue and member:
            source.queue_members.append((queue, member))
    for row in latest(tables.get("accounts", []), "account_id", reader):
        account = Account(
            text_of(row, "account_id") or "",
            (text_of(row, "domain"),),
            text_of(row, "owner_id"),
            reader.possible(row, "created_at"),
            norm(row.get("account_type")).startswith("customer"),
            norm(row.get("account_type")) != "",
            reader.possible(row, "customer_since"),
        )
        source.accounts[account.account_id] = account
    source.campaign_members = read_touches(
        tables.get("campaign_members", []), "member_id", "created_at", reader
    )
    source.form_submissions = read_touches(
        tables.get("form_submissions", []), "submission_id", "submitted_at", reader
    )
    for row in latest(tables.get("opportunities", []), "opportunity_id", reader):
        created = reader.moment(row, "created_at")
        if reader.is_impossible(created):
            source.quarantined += 1
            continue
        lead_id = text_of(row, "lead_id")
        source.opportunities.append(
            Opportunity(
                text_of(row, "opportunity_id") or "",
                (lead_id,) if lead_id else (),
                text_of(row, "account_id"),
                created,
                reader.possible(row, "closed_at"),
                is_true(row.get("is_won")),
            )
        )
    return source


def filled_columns(leads: Iterable[Lead]) -> set[str]:
    """The columns of leads that hold at least one usable value."""
    filled: set[str] = set()
    for lead in leads:
        filled |= {column for column, value in lead.text.items() if value is not None}
        filled |= {column for column, value in lead.stamp.items() if value is not None}
        filled |= {
            column
            for column in ("fit_score", "is_converted", "is_deleted")
            if getattr(lead, column) is not None
        }
    return filled


def read_lead(row: Row, reader: Reader) -> Lead:
    """One canonical lead."""
    return Lead(
        text_of(row, "lead_id") or "",
        {column: text_of(row, column) for column in TEXTS},
        {column: reader.possible(row, column) for column in STAMPS},
        number_of(row, "fit_score"),
        flag_of(row, "is_converted"),
        flag_of(row, "is_deleted"),
    )


def read_change(row: Row, reader: Reader, has_old: bool) -> Change | None:
    """One canonical change; None when it must be set aside."""
    at = reader.moment(row, "changed_at")
    lead_id = text_of(row, "lead_id")
    if at is None or reader.is_impossible(at) or lead_id is None:
        return None
    return Change(
        text_of(row, "change_id") or "",
        lead_id,
        norm(row.get("field")),
        text_of(row, "old_value"),
        text_of(row, "new_value"),
        at,
        text_of(row, "changed_by"),
        has_old,
    )


def read_activity(row: Row, reader: Reader) -> Activity | None:
    """One canonical activity; None when it must be set aside."""
    lead_id = text_of(row, "lead_id")
    kind, status = norm(row.get("activity_type")), norm(row.get("status"))
    occurred, created = reader.moment(row, "occurred_at"), reader.moment(row, "created_at")
    is_planned = status == "planned" or (not status and occurred is None)
    at: Moment | None
    starts: Moment | None = None
    if kind == "meeting":
        # Booking a meeting counts when booked; its start may lie in the future.
        starts = occurred
        at = created if created is not None or reader.is_impossible(occurred) else occurred
    elif is_planned:
        at = None
    else:
        at = occurred or created
    if lead_id is None or reader.is_impossible(at) or reader.is_impossible(created):
        return None
    return Activity(
        text_of(row, "activity_id") or "",
        lead_id,
        kind,
        text_of(row, "owner_id"),
        text_of(row, "created_by"),
        at,
        created,
        reader.moment(row, "due_at"),
        starts,
        is_planned and kind in {"task", "call", "email", "message"},
        norm(row.get("direction")),
        text_of(row, "outcome"),
        # A task made by a workflow and completed by a rep is human: who made a task says nothing about who
        # did it.
        norm(row.get("source")) not in {"", "manual", "integration"} and kind != "task",
        text_of(row, "body"),
    )


def read_touches(rows: Iterable[dict[str, str | None]], key: str, at: str, reader: Reader) -> list[Touch]:
    """Campaign memberships or form submissions."""
    touches = []
    for row in latest(rows, key, reader):
        moment, lead_id = reader.moment(row, at), text_of(row, "lead_id")
        if lead_id is None or reader.is_impossible(moment):
            continue
        touches.append(
            Touch(
                text_of(row, key) or "", lead_id, moment, text_of(row, "form_name"), text_of(row, "page_url")
            )
        )
    return touches


def read_folder(folder: Path) -> Tables:
    """Every CSV of a folder, as dicts."""
    tables: Tables = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(newline="", encoding="utf-8-sig") as handle:
            tables[path.stem] = [
                {key: value for key, value in row.items() if key} for row in csv.DictReader(handle)
            ]
    return tables
