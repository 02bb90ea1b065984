"""A random source as a HubSpot portal is landed: the same leads as contacts, in HubSpot's streams and habits.

A property's history keeps new values alone, the first of them from the contact's creation on; a merge is told
by the survivor or by an audit; activities hang on all contacts that took part; nobody owns a queue.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from .random_leads import Tables, as_instant
from .random_policies import Roster, make_roster
from .random_policies import Row as CanonicalRow

Value = str | int | bool | Sequence[str] | Sequence[dict[str, str | bool]] | None
Row = dict[str, Value]

PROPERTIES = {"lifecycle_stage": "lifecyclestage", "status": "hs_lead_status", "owner_id": "hubspot_owner_id"}
CONTACT = {
    "email": "email",
    "phone": "phone",
    "company": "company",
    "country": "country",
    "state": "region",
    "lifecyclestage": "lifecycle_stage",
    "hs_lead_status": "status",
    "hubspot_owner_id": "owner_id",
    "hs_analytics_source": "original_source",
    "campaign": "campaign_id",
    "landing_page": "landing_page",
    "form_name": "conversion_point",
    "fit_grade": "fit_grade",
    "intent_signal": "intent_signal",
    "qualification_reason": "qualification_reason",
    "disqualification_reason": "rejection_reason",
    "disqualification_notes": "rejection_note",
    "hs_created_by_user_id": "created_by",
}
OBJECT_SOURCES = {
    "manual": "CRM_UI",
    "": "CRM_UI",
    "integration": "INTEGRATION",
    "sequence": "SEQUENCES",
    "list": "MARKETING_EMAIL",
    "workflow": "AUTOMATION_PLATFORM",
}


def hubspot_roster(rng: random.Random, prefix: str, mark: int) -> Roster:
    """A roster whose ids are numbers, as HubSpot's are; users stand in the place of queues."""
    roster = make_roster(rng, prefix, mark, owner_number)
    for row in roster.rows:
        if row["owner_type"] == "queue":
            row |= {"owner_type": "user", "email": f"{row['owner_id']}@{prefix}.example"}
    roster.members.clear()
    return roster


def owner_number(short: str) -> str:
    """HubSpot's id of the owner that the canonical layout calls S3-7."""
    kind, number, mark = re.fullmatch(r"([A-Z])(\d+)-?(\d*)", short).groups()  # type: ignore[union-attr]
    return f"7{ord(kind)}{number}{int(mark or 99):03d}"


class Portal:
    """One portal in the making."""

    def __init__(
        self, rng: random.Random, roster: Roster, as_of: datetime, naive: ZoneInfo, tables: Tables
    ) -> None:
        """`naive` is the zone of stamps without an offset; `tables` are the leads in the canonical layout."""
        self.rng = rng
        self.roster = roster
        self.as_of = as_of
        self.naive = naive
        self.given = tables
        self.tables: dict[str, list[Row]] = defaultdict(list)
        self.numbers = 0
        self.make()

    def add(self, table: str, row: Row, given: CanonicalRow | None = None) -> None:
        """A row of a stream, as synced as the given one."""
        self.numbers += 1
        stamp = (given or {}).get("synced_at")
        at = datetime.fromtimestamp(as_instant(stamp), UTC) if stamp else self.as_of
        added = {
            "_airbyte_raw_id": f"{self.numbers:012x}",
            "_airbyte_extracted_at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        self.tables[table].append({**row, **added})

    def instant(self, stamp: str) -> float:
        """Seconds of a stamp; one without an offset is of the source's zone."""
        if stamp.isdigit():
            return as_instant(stamp)
        parsed = datetime.fromisoformat(stamp)
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=self.naive)).timestamp()

    @staticmethod
    def number(canonical: str) -> str | None:
        """The number of the record that the canonical layout calls L000123."""
        return f"{ord(canonical[0])}{canonical[1:]}" if canonical else None

    @staticmethod
    def milliseconds(stamp: str) -> int | None:
        """A stamp as HubSpot's older streams write it."""
        return int(as_instant(stamp) * 1000) if stamp else None

    def make(self) -> None:
        """All streams."""
        companies = [self.number(row["account_id"]) for row in self.given["accounts"]]
        self.merges()
        for row in self.given["leads"]:
            self.contact(row, self.rng.choice(companies) if self.rng.random() < 0.3 else None)
        self.history()
        for row in self.given["activities"]:
            self.engagement(row)
        for number, row in enumerate(self.given["accounts"]):
            is_known_by_website = number % 3 == 0
            is_customer = row["account_type"].strip().lower() == "customer"
            self.add(
                "companies",
                {
                    "id": self.number(row["account_id"]),
                    "createdAt": row["created_at"] or None,
                    "archived": False,
                    "properties_name": row["name"],
                    "properties_domain": "holding.example" if is_known_by_website else row["domain"] or None,
                    "properties_website": row["domain"] if is_known_by_website else None,
                    "properties_hubspot_owner_id": row["owner_id"] or None,
                    "properties_lifecyclestage": "customer" if is_customer else "lead",
                },
                row,
            )
        for row in self.given["opportunities"]:
            self.deal(row)
        for row in self.given["form_submissions"]:
            self.add(
                "contacts_form_submissions",
                {
                    "conversion-id": self.number(row["submission_id"]),
                    "canonical-vid": self.number(row["lead_id"]),
                    "form-id": "form-1",
                    "timestamp": self.milliseconds(row["submitted_at"]),
                    "title": "Demo form",
                    "page-url": row["page_url"] or None,
                },
                row,
            )
        for row in self.roster.rows:
            self.owner(row)

    def merges(self) -> None:
        """Which contacts were merged into which, by the survivor's list or by an audit with the instant."""
        self.losers: dict[str, list[str]] = defaultdict(list)
        told: set[str] = set()
        for row in self.given["leads"]:
            loser, survivor = self.number(row["lead_id"]), row.get("merged_into_id", "")
            if loser is None or not survivor or loser in told or survivor == "L-gone":
                continue
            told.add(loser)
            if self.rng.random() < 0.6:
                self.losers[survivor].append(loser)
            at = row.get("merged_at", "")
            if loser not in self.losers[survivor] or (at and self.rng.random() < 0.7):
                audit: Row = {"canonical-vid": self.number(survivor), "vid-to-merge": loser}
                self.add("contacts_merged_audit", {**audit, "timestamp": self.milliseconds(at)})

    def contact(self, row: CanonicalRow, company: str | None) -> None:
        """A contact."""
        properties: Row = {f"properties_{name}": row.get(column) or None for name, column in CONTACT.items()}
        is_archived = row.get("is_deleted") == "True"
        score = row.get("fit_score", "")
        self.add(
            "contacts",
            {
                **properties,
                "id": self.number(row["lead_id"]),
                "createdAt": row.get("created_at") or None,
                "updatedAt": row.get("updated_at") or row.get("created_at") or None,
                "archived": is_archived,
                "archivedAt": (row.get("deleted_at") or None) if is_archived else None,
                "properties_fit_score": score if re.fullmatch(r"[\d.]+", score) else None,
                "properties_hs_merged_object_ids": ";".join(self.losers[row["lead_id"]]) or None,
                "properties_associatedcompanyid": company,
            },
            row,
        )

    def history(self) -> None:
        """The versions of the properties: what was first, and each change."""
        first: dict[tuple[str, str], str] = {}
        # Nothing would tell the order of two versions of one instant.
        instants: set[tuple[str, str, float]] = set()
        for change in sorted(self.given["lead_changes"], key=lambda row: as_instant(row["changed_at"])):
            key, name = change["lead_id"], change["field"]
            first.setdefault((key, name), change["old_value"])
            at = self.instant(change["changed_at"])
            if (key, name, at) not in instants:
                self.version(key, name, change["new_value"], change["changed_at"], change)
            instants.add((key, name, at))
        for lead in self.given["leads"]:
            key, created = lead["lead_id"], lead.get("created_at", "")
            for name in PROPERTIES:
                value = first.get((key, name), lead.get(name, ""))
                is_told = bool(key and created and value) and self.rng.random() < 0.85
                if is_told and (key, name, self.instant(created)) not in instants:
                    self.version(key, name, value, created, {})
                    instants.add((key, name, self.instant(created)))

    def version(self, lead: str, field: str, value: str, stamp: str, change: CanonicalRow) -> None:
        """One version of a property."""
        actor = change.get("changed_by") or None
        by_machine = actor in (None, self.roster.robot)
        kinds = (
            ["AUTOMATION_PLATFORM", "IMPORT", "FORM", "INTEGRATION"]
            if by_machine
            else ["CRM_UI", "CRM_UI", "IMPORT"]
        )
        self.add(
            "contacts_property_history",
            {
                "contactId": self.number(lead),
                "property": PROPERTIES[field],
                "value": value or None,
                "timestamp": stamp,
                "sourceType": self.rng.choice(kinds),
                "updatedByUserId": actor,
                "archived": False,
            },
        )

    def engagement(self, row: CanonicalRow) -> None:
        """A call, an email, a meeting or a task; HubSpot keeps notes apart, and messages as well."""
        kind = row.get("activity_type", "").strip().lower()
        occurred, created = row.get("occurred_at", ""), row.get("created_at", "")
        if kind not in ("call", "email", "meeting", "task") and row["activity_id"]:
            return
        is_done = row.get("status") != "planned"
        if re.fullmatch(r"\d{4}-\d\d-\d\d", occurred):
            occurred = f"{occurred}T09:00:00Z"
        lead = self.number(row["lead_id"])
        also = None
        if self.rng.random() < 0.2:
            # Who called both records of a person finds the call on both when they are merged.
            leads = {other["lead_id"]: other for other in self.given["leads"]}
            survivor = leads.get(row["lead_id"], {}).get("merged_into_id")
            also = self.number(survivor or self.rng.choice(list(leads)))
        made = created or occurred or None
        shared: Row = {
            "id": self.number(row["activity_id"]),
            "archived": self.rng.random() < 0.02,
            "contacts": sorted({contact for contact in (lead, also) if contact}),
            "properties_hubspot_owner_id": row.get("owner_id") or None,
            "properties_hs_object_source": OBJECT_SOURCES[row.get("source", "")],
            "createdAt": made,
        }
        inbound, outcome, body = (
            row.get("direction") == "inbound",
            row.get("outcome") or None,
            row.get("body") or None,
        )
        happened = occurred or made
        own: dict[str, Row] = {
            "call": {
                "properties_hs_timestamp": happened,
                "properties_hs_call_disposition": outcome,
                "properties_hs_call_direction": "INBOUND" if inbound else "OUTBOUND",
                "properties_hs_call_status": "COMPLETED",
                "properties_hs_call_body": body,
            },
            "email": {
                "properties_hs_timestamp": happened,
                "properties_hs_email_direction": "INCOMING_EMAIL" if inbound else "EMAIL",
                "properties_hs_email_status": "SENT",
                "properties_hs_email_text": body,
            },
            "meeting": {
                "properties_hs_timestamp": occurred or None,
                "properties_hs_meeting_start_time": occurred or None,
                "properties_hs_meeting_outcome": "SCHEDULED",
            },
            "task": {
                "properties_hs_timestamp": row.get("due_at") or happened,
                "properties_hs_task_status": "COMPLETED" if is_done else "NOT_STARTED",
                "properties_hs_task_completion_date": happened if is_done else None,
                "properties_hs_task_type": "TODO",
                "properties_hs_task_body": body,
            },
        }
        kind = kind or "call"
        self.add(f"engagements_{kind}s", {**shared, **own[kind]}, row)

    def deal(self, row: CanonicalRow) -> None:
        """A deal of its contacts and companies."""
        contact, company = self.number(row.get("lead_id", "")), self.number(row.get("account_id", ""))
        self.add(
            "deals",
            {
                "id": self.number(row["opportunity_id"]),
                "createdAt": row["created_at"] or None,
                "archived": False,
                "contacts": [contact] if contact else [],
                "companies": [company] if company else [],
                "properties_dealstage": "closedwon" if row["is_won"] == "True" else "qualifiedtobuy",
                "properties_closedate": row.get("closed_at") or None,
                "properties_hs_is_closed_won": row["is_won"].lower(),
                "properties_hubspot_owner_id": row.get("owner_id") or None,
            },
            row,
        )

    def owner(self, row: CanonicalRow) -> None:
        """An owner, who is a user as well."""
        team = row.get("team_id", "")
        # Some teams are known to the policy by their name, others by their id.
        names = {"id": "1", "name": team} if int(row["owner_id"]) % 2 else {"id": team, "name": "Hunters"}
        teams: list[dict[str, str | bool]] = [{**names, "primary": True}] if team else []
        first, _, last = row["name"].partition(" ")
        self.add(
            "owners",
            {
                "id": row["owner_id"],
                "userId": int(row["owner_id"]),
                "type": "PERSON",
                "firstName": first,
                "lastName": last,
                "email": row["email"],
                "archived": row.get("is_active", "").lower() == "false",
                "teams": teams,
            },
        )


def write_hubspot(folder: Path, tables: dict[str, list[Row]]) -> None:
    """Write a portal's streams as one file of JSON lines each."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as handle:
            handle.writelines(json.dumps(row) + "\n" for row in rows)
