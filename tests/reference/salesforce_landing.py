"""A random source as a Salesforce org is landed: the same leads, in Salesforce's tables, columns and habits.

A converted lead's activities lie on its contact or its opportunity, an owner change is logged by names and by
ids, a merged lead is a deleted one, a deleted lead's history goes with it, a conversion date is a date.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq

from .random_leads import Tables, as_instant
from .random_policies import Roster, make_roster
from .random_policies import Row as CanonicalRow

Value = str | float | bool | date | datetime | None
Row = dict[str, Value]

HISTORY_FIELDS = {"lifecycle_stage": "Lifecycle_Stage__c", "status": "Status", "owner_id": "Owner"}
LEAD_TEXTS = {
    "email": "email",
    "phone": "phone",
    "company": "company",
    "country": "country",
    "state": "region",
    "lead_source": "original_source",
    "status": "status",
    "owner_id": "owner_id",
    "created_by_id": "created_by",
    "created_date": "created_at",
    "last_modified_date": "updated_at",
    "lifecycle_stage_c": "lifecycle_stage",
    "landing_page_c": "landing_page",
    "form_name_c": "conversion_point",
    "fit_grade_c": "fit_grade",
    "intent_signal_c": "intent_signal",
    "qualification_reason_c": "qualification_reason",
    "disqualification_reason_c": "rejection_reason",
    "disqualification_notes_c": "rejection_note",
    "accepted_date_c": "accepted_at",
    "lead_assigned_date_time_c": "assigned_at",
}
SUBTYPES = {"call": "Call", "email": "Email"}


def salesforce_roster(rng: random.Random, prefix: str, mark: int) -> Roster:
    """A roster whose ids are Salesforce's."""
    return make_roster(rng, prefix, mark, org_id)


def org_id(short: str) -> str:
    """Salesforce's id of the queue that the canonical layout calls Q1-7; of anything else that of a user."""
    kind = "00G" if re.fullmatch(r"Q\d+-\d+", short) else "005"
    return f"{kind}{re.sub('[^0-9A-Za-z]', '', short):0>12}AAA"


class Org:
    """One org in the making."""

    def __init__(
        self, rng: random.Random, roster: Roster, as_of: datetime, zone: ZoneInfo, tables: Tables
    ) -> None:
        """`zone` is that of the default calendar; `tables` are the same leads in the canonical layout."""
        self.rng = rng
        self.roster = roster
        self.as_of = as_of
        self.zone = zone
        self.given = tables
        self.tables: dict[str, list[Row]] = {}
        self.numbers = 0
        self.contacts: dict[str, str] = {}
        self.deals: dict[str, str] = {}
        self.gone = {row["lead_id"] for row in tables["leads"] if row.get("is_deleted") == "True"}
        self.merged = {row["lead_id"] for row in tables["leads"] if row.get("merged_into_id")}
        self.make()

    # -- ids and values

    def number(self, kind: str) -> str:
        """A fresh id of a kind of record."""
        self.numbers += 1
        return f"{kind}{self.numbers:012d}AAA"

    @staticmethod
    def record_id(kind: str, canonical: str) -> str | None:
        """The id of a record that the canonical layout calls by another; blank stays blank."""
        return f"{kind}{canonical.replace('-', ''):0>12}AAA" if canonical else None

    def synced(self, row: CanonicalRow) -> datetime:
        """When the row was synced."""
        stamp = row.get("synced_at")
        at = datetime.fromtimestamp(as_instant(stamp), UTC) if stamp else self.as_of
        return at.replace(tzinfo=None)

    def day(self, stamp: str) -> date | None:
        """The day of a stamp, where its user is; now and then in UTC."""
        if not stamp:
            return None
        if "T" not in stamp and " " not in stamp and not stamp.isdigit():
            return date.fromisoformat(stamp)
        at = datetime.fromtimestamp(as_instant(stamp), UTC)
        return (at if self.rng.random() < 0.1 else at.astimezone(self.zone)).date()

    # -- tables

    def make(self) -> None:
        """Make all tables."""
        self.opportunities()
        self.tables["lead"] = [self.lead(row) for row in self.given["leads"]]
        self.history()
        self.tables["task"], self.tables["event"] = [], []
        for row in self.given["activities"]:
            self.activity(row)
        self.tables["campaign_member"] = [
            {
                "id": self.record_id("00v", row["member_id"]),
                "campaign_id": self.record_id("701", row["campaign_id"]),
                **self.lead_or_contact(row["lead_id"]),
                "created_date": row["created_at"] or None,
                "_fivetran_synced": self.synced(row),
            }
            for row in self.given["campaign_members"]
        ]
        self.tables["campaign"] = [
            {
                "id": self.record_id("701", row["campaign_id"]),
                "name": row["name"],
                "type": row["campaign_type"],
            }
            for row in self.given["campaigns"]
        ]
        self.tables["account"] = [
            {
                "id": self.record_id("001", row["account_id"]),
                "name": row["name"],
                "website": row["domain"] or None,
                "owner_id": row["owner_id"] or None,
                "type": row["account_type"],
                "created_date": row["created_at"] or None,
                "_fivetran_synced": self.synced(row),
            }
            for row in self.given["accounts"]
        ]
        self.people()

    def opportunities(self) -> None:
        """Deals: the first of a lead is the one that its conversion made, others name its contact."""
        deals: list[Row] = []
        roles: list[Row] = []
        for row in self.given["opportunities"]:
            deal = self.record_id("006", row["opportunity_id"])
            closed = row.get("closed_at", "")
            deals.append(
                {
                    "id": deal,
                    "account_id": self.record_id("001", row.get("account_id", "")),
                    "owner_id": row.get("owner_id") or None,
                    "stage_name": row.get("stage") or "Discovery",
                    "created_date": row["created_at"] or None,
                    "close_date": self.day(closed),
                    "is_closed": bool(closed),
                    "is_won": row["is_won"] == "True",
                    "_fivetran_synced": self.synced(row),
                }
            )
            lead = row.get("lead_id", "")
            if not lead or deal is None:
                continue
            contact = self.contacts.setdefault(lead, self.number("003"))
            if lead not in self.deals and self.rng.random() < 0.7:
                self.deals[lead] = deal
            if self.deals.get(lead) != deal or self.rng.random() < 0.5:
                roles.append({"id": self.number("00K"), "opportunity_id": deal, "contact_id": contact})
        self.tables["opportunity"] = deals
        self.tables["opportunity_contact_role"] = roles

    def lead(self, row: CanonicalRow) -> Row:
        """A lead; one with a deal has been converted."""
        key = row["lead_id"]
        lead: Row = {name: row.get(column) or None for name, column in LEAD_TEXTS.items()}
        is_converted = row.get("is_converted") == "True" or key in self.contacts
        if is_converted:
            self.contacts.setdefault(key, self.number("003"))
        score = row.get("fit_score", "")
        merged_into = self.record_id("00Q", row.get("merged_into_id", ""))
        mql = row.get("mql_at", "")
        return lead | {
            "id": self.record_id("00Q", key),
            "fit_score_c": float(score) if re.fullmatch(r"[\d.]+", score) else None,
            "mql_date_c": self.day(mql) if self.rng.random() < 0.5 else None,
            "is_converted": is_converted,
            "converted_date": self.day(
                row.get("converted_at") or (row["created_at"] if self.rng.random() < 0.1 else "")
            ),
            "converted_contact_id": self.contacts.get(key) if is_converted else None,
            "converted_opportunity_id": self.deals.get(key) if is_converted else None,
            "converted_account_id": self.account() if is_converted and self.rng.random() < 0.5 else None,
            "master_record_id": merged_into,
            "is_deleted": row.get("is_deleted") == "True" or merged_into is not None,
            "_fivetran_synced": self.synced(row),
        }

    def account(self) -> str | None:
        """The id of some account."""
        return self.record_id("001", self.rng.choice(self.given["accounts"])["account_id"])

    def lead_or_contact(self, key: str) -> Row:
        """Who a campaign member is: the lead, or once converted perhaps the contact alone."""
        contact = self.contacts.get(key)
        if contact is not None and self.rng.random() < 0.4:
            return {"lead_id": None, "contact_id": contact}
        return {"lead_id": self.record_id("00Q", key), "contact_id": contact}

    def history(self) -> None:
        """LeadHistory: an owner's change by names and by ids, some creations and conversions."""
        names = {row["owner_id"]: row["name"] for row in self.roster.rows}
        rows: list[Row] = []
        for change in self.given["lead_changes"]:
            row: Row = {
                "id": self.record_id("017", change["change_id"]),
                "lead_id": self.record_id("00Q", change["lead_id"]),
                "field": HISTORY_FIELDS[change["field"]],
                "old_value": change["old_value"] or None,
                "new_value": change["new_value"] or None,
                "created_date": change["changed_at"],
                "created_by_id": change["changed_by"] or None,
                "is_deleted": change["lead_id"] in self.gone,
                "_fivetran_synced": self.as_of.replace(tzinfo=None),
            }
            rows.append(row)
            if change["field"] == "owner_id":
                by_name = {
                    side: names.get(change[side], change[side] and "Somebody Else") or None
                    for side in ("old_value", "new_value")
                }
                rows.append({**row, **by_name, "id": self.number("017")})
        for lead in self.given["leads"]:
            key = self.record_id("00Q", lead["lead_id"])
            logged: Row = {
                "lead_id": key,
                "is_deleted": False,
                "_fivetran_synced": self.as_of.replace(tzinfo=None),
            }
            if key and lead.get("created_at") and self.rng.random() < 0.7:
                rows.append(
                    {
                        **logged,
                        "id": self.number("017"),
                        "field": "created",
                        "created_date": lead["created_at"],
                    }
                )
            converted = lead.get("converted_at", "")
            if key and converted and self.rng.random() < 0.5:
                flag = {"field": "leadConverted", "old_value": "false", "new_value": "true"}
                rows.append({**logged, **flag, "id": self.number("017"), "created_date": converted})
        self.tables["lead_history"] = rows

    def parent(self, key: str) -> Row:
        """Whom an activity belongs to: the lead, its contact or deal, or an account (then it is nobody's)."""
        contact, deal = self.contacts.get(key), self.deals.get(key)
        way = self.rng.random()
        if contact is not None and way < 0.4:
            return {"who_id": contact, "what_id": deal if way < 0.2 else None}
        if deal is not None and way < 0.55:
            return {"who_id": None, "what_id": deal}
        if way > 0.98:
            return {"who_id": None, "what_id": self.account()}
        return {"who_id": self.record_id("00Q", key), "what_id": None}

    def is_deleted_with(self, lead: str) -> bool:
        """Whether an activity is deleted: with its lead, or now and then by itself; a merge deletes none."""
        return lead not in self.merged and (lead in self.gone or self.rng.random() < 0.02)

    def activity(self, row: CanonicalRow) -> None:
        """A task, or of a meeting an event."""
        if row["activity_id"] and not (row.get("created_at") or row.get("occurred_at")):
            # Salesforce stamps every record's creation.
            row = {**row, "created_at": self.as_of.isoformat()}
        kind = row.get("activity_type", "").strip().lower()
        occurred, created = row.get("occurred_at", ""), row.get("created_at", "")
        is_day = bool(re.fullmatch(r"\d{4}-\d\d-\d\d", occurred))
        shared: Row = {
            "owner_id": row.get("owner_id") or None,
            "created_by_id": row.get("created_by") or None,
            "is_deleted": self.is_deleted_with(row["lead_id"]),
            "_fivetran_synced": self.synced(row),
            **self.parent(row["lead_id"]),
        }
        if kind == "meeting":
            self.tables["event"].append(
                {
                    **shared,
                    "id": self.record_id("00U", row["activity_id"]),
                    "created_date": created or occurred,
                    "start_date_time": occurred or None,
                }
            )
            return
        is_closed = row.get("status") != "planned"
        completed = occurred if is_closed and not is_day and self.rng.random() < 0.7 else None
        due = row.get("due_at") or (occurred if is_day or self.rng.random() < 0.6 else "")
        inbound = row.get("direction") == "inbound"
        self.tables["task"].append(
            {
                **shared,
                "id": self.record_id("00T", row["activity_id"]),
                "created_date": created or (self.as_of.isoformat() if is_day else occurred) or None,
                "completed_date_time": completed or None,
                "activity_date": self.day(due),
                "is_closed": is_closed,
                "status": "Completed" if is_closed else "Not Started",
                "task_subtype": self.subtype(kind, row.get("source", "")),
                "call_type": ("Inbound" if inbound else "Outbound") if kind == "call" else None,
                "call_disposition": row.get("outcome") or None,
                "description": row.get("body") or None,
            }
        )

    @staticmethod
    def subtype(kind: str, source: str) -> str:
        """How Salesforce calls a kind of task; an email to a list has a name of its own."""
        return "ListEmail" if kind == "email" and source == "list" else SUBTYPES.get(kind, "Task")

    def people(self) -> None:
        """Users, queues, and their members: some by way of a public group."""
        flags = {"true": True, "false": False}
        users: list[Row] = []
        groups: list[Row] = []
        rank = self.number("00E")
        own: dict[str | None, str] = {}
        for number, row in enumerate(self.roster.rows):
            team = row.get("team_id") or None
            if row["owner_type"] == "queue":
                groups.append({"id": row["owner_id"], "name": row["name"], "type": "Queue"})
                continue
            users.append(
                {
                    "id": row["owner_id"],
                    "name": row["name"],
                    "email": row["email"],
                    "is_active": flags.get(row.get("is_active", "").lower()),
                    # A role is a rank or a team; where it is a rank the department is the team.
                    "user_role_id": own.setdefault(team, self.number("00E")) if number % 3 == 0 else rank,
                    "department": "Floor 3" if number % 3 == 0 else team,
                }
            )
        public = org_id("Q9-0")
        groups.append({"id": public, "name": f"Everybody {self.roster.prefix}", "type": "Regular"})
        members: list[tuple[str, str]] = [(row["queue_id"], row["owner_id"]) for row in self.roster.members]
        # What one queue has directly another has by way of the group.
        members += [(self.roster.queues[3], public), (public, self.roster.sales[self.rng.randrange(3)])]
        self.tables["user"], self.tables["group"] = users, groups
        ranks: list[Row] = [{"id": rank, "name": "Account Executive"}]
        teams: list[Row] = [{"id": role, "name": team} for team, role in own.items()]
        self.tables["user_role"] = ranks + teams
        self.tables["group_member"] = [
            {"id": self.number("011"), "group_id": group, "user_or_group_id": member}
            for group, member in members
        ]


def write_salesforce(folder: Path, tables: dict[str, list[Row]]) -> None:
    """Write an org's tables as one Parquet file each."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        arrays = {column: _array([row.get(column) for row in rows]) for column in columns}
        pq.write_table(pa.table(arrays), folder / f"{name}.parquet")


def _array(values: list[Value]) -> pa.Array:
    types: dict[type, Callable[[], pa.DataType]] = {
        bool: pa.bool_,
        float: pa.float64,
        datetime: lambda: pa.timestamp("us"),
        date: pa.date32,
    }
    kind = next((type(value) for value in values if value is not None), str)
    return pa.array(values, types.get(kind, pa.string)())
