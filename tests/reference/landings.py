"""Reads the Salesforce and HubSpot landings of the sample world into the reference's records.

Only what those landings hold is read: their column names are taken as they are, no aliases. That is enough to
hold the reference against all five landings of the sample world.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from .clock import Moment
from .hubspot_dates import read_contacts
from .policies import norm
from .world import (
    STAMPS,
    TEXTS,
    Account,
    Activity,
    Change,
    Lead,
    Opportunity,
    Owner,
    Reader,
    Source,
    Touch,
    filled_columns,
    read_canonical,
    read_folder,
)

Raw = dict[str, Any]
HUBSPOT_FIELDS = {
    "lifecyclestage": "lifecycle_stage",
    "hs_lead_status": "status",
    "hubspot_owner_id": "owner_id",
}
HUBSPOT_AUTOMATION = {"SEQUENCES", "AUTOMATION_PLATFORM", "WORKFLOWS", "MARKETING_EMAIL"}


def read_landing(name: str, folder: Path, reader: Reader) -> Source:
    """Read a landing of any of the layouts."""
    if (folder / "leads.csv").exists():
        return read_canonical(name, read_folder(folder), reader)
    if (folder / "contacts.csv").exists():
        return read_contacts(name, folder, reader)
    return (
        Salesforce(name, folder, reader).read()
        if (folder / "lead.parquet").exists()
        else Hubspot(name, folder, reader).read()
    )


def text(value: object) -> str | None:
    """Any raw value as trimmed text; blank is None."""
    return str(value).strip() or None if value is not None else None


def newest(rows: Iterable[Raw], key: str, synced: str) -> list[Raw]:
    """One row per key, the latest sync; a row without a key is set aside."""
    kept: dict[str, Raw] = {}
    for row in rows:
        identity = text(row.get(key))
        if identity is not None and (identity not in kept or str(row[synced]) >= str(kept[identity][synced])):
            kept[identity] = row
    return list(kept.values())


class Loader:
    """What both layouts share."""

    def __init__(self, name: str, folder: Path, reader: Reader) -> None:
        """A folder with one file per table."""
        self.source = Source(name)
        self.folder = folder
        self.reader = reader

    def moment(self, value: object) -> Moment | None:
        """A moment of whatever type the landing holds."""
        if value is None or value == "":
            return None
        if isinstance(value, datetime):
            return Moment(value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC))
        if isinstance(value, date):
            return self.reader.moment({"value": value.isoformat()}, "value")
        return self.reader.moment({"value": str(value)}, "value")

    def possible(self, value: object) -> Moment | None:
        """A moment, None when it cannot be."""
        moment = self.moment(value)
        return None if self.reader.is_impossible(moment) else moment

    def lead(self, texts: dict[str, object], stamps: dict[str, object], **rest: Any) -> Lead:  # noqa: ANN401
        """A lead from named raw values."""
        lead = Lead(
            text(texts["lead_id"]) or "",
            {column: text(texts.get(column)) for column in TEXTS},
            {column: self.possible(stamps.get(column)) for column in STAMPS},
            **rest,
        )
        self.source.leads[lead.lead_id] = lead
        return lead


class Salesforce(Loader):
    """An org as Fivetran lands it."""

    def rows(self, table: str) -> list[Raw]:
        """All rows of a table; none where it was not landed."""
        path = self.folder / f"{table}.parquet"
        if not path.exists():
            return []
        with duckdb.connect() as connection:
            cursor = connection.execute("select * from read_parquet(?)", [str(path)])
            names = [column[0] for column in cursor.description or []]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        if table in {"group", "group_member", "user", "user_role"}:
            return rows
        return newest(rows, "id", "_fivetran_synced")

    def read(self) -> Source:
        """All tables, re-parented to the lead."""
        for row in self.rows("lead"):
            self.read_lead(row)
        self.source.present = filled_columns(self.source.leads.values())
        self.read_people()
        self.read_history()
        for row in self.rows("account"):
            self.source.accounts[row["id"]] = Account(
                row["id"],
                (text(row["website"]),),
                text(row["owner_id"]),
                self.possible(row["created_date"]),
                norm(row["type"]).startswith("customer"),
                norm(row["type"]) != "",
                None,
            )
        self.read_opportunities()
        for row in self.rows("task"):
            self.read_task(row)
        for row in self.rows("event"):
            self.read_event(row)
        for row in self.rows("campaign_member"):
            self.read_campaign_member(row)
        self.read_unlisted_queues()
        return self.source

    def read_lead(self, row: Raw) -> None:
        """One lead; custom fields may not exist."""
        self.lead(
            {
                "lead_id": row["id"],
                "email": row["email"],
                "phone": row["phone"],
                "country": row["country"],
                "region": row["state"],
                "status": row["status"],
                "owner_id": row["owner_id"],
                "original_source": row["lead_source"],
                "created_by": row["created_by_id"],
                "merged_into_id": row["master_record_id"],
                "lifecycle_stage": row.get("lifecycle_stage_c"),
                "landing_page": row.get("landing_page_c"),
                "conversion_point": row.get("form_name_c"),
                "fit_grade": row.get("fit_grade_c"),
                "intent_signal": row.get("intent_signal_c"),
                "qualification_reason": row.get("qualification_reason_c"),
                "rejection_reason": row.get("disqualification_reason_c"),
                "rejection_note": row.get("disqualification_notes_c"),
            },
            {
                "created_at": row["created_date"],
                "mql_at": row.get("mql_date_c"),
                "accepted_at": row.get("accepted_date_c"),
                "assigned_at": row.get("lead_assigned_date_time_c"),
                "converted_at": row["converted_date"],
                "updated_at": row["last_modified_date"],
            },
            fit_score=row.get("fit_score_c"),
            is_converted=row["is_converted"],
            is_deleted=row["is_deleted"],
            converted_account_id=text(row["converted_account_id"]),
        )

    @cached_property
    def by_opportunity(self) -> dict[str, str]:
        """The lead of each opportunity made by a conversion."""
        return {
            row["converted_opportunity_id"]: row["id"]
            for row in self.rows("lead")
            if row["converted_opportunity_id"]
        }

    @cached_property
    def by_contact(self) -> dict[str, str]:
        """The lead of each converted contact."""
        return {
            row["converted_contact_id"]: row["id"] for row in self.rows("lead") if row["converted_contact_id"]
        }

    def read_campaign_member(self, row: Raw) -> None:
        """A membership of the lead, or of the contact since there is the lead."""
        of_lead, at = text(row["lead_id"]), self.moment(row["created_date"])
        lead_id = of_lead or self.by_contact.get(row["contact_id"])
        created = self.source.leads[lead_id].stamp["created_at"] if lead_id in self.source.leads else None
        if of_lead is None and at is not None and created is not None:
            day = created.day or self.reader.policies.local_day(created.at)
            if at.day < day if at.day is not None else at.at < created.at:
                return
        if lead_id:
            self.source.campaign_members.append(Touch(row["id"], lead_id, at))

    def read_unlisted_queues(self) -> None:
        """Queues that only their ids tell of, where no group was landed."""
        ids = {lead.text["owner_id"] for lead in self.source.leads.values()}
        ids |= {value for change in self.source.changes for value in (change.old, change.new)}
        for owner_id in ids - set(self.source.owners):
            if owner_id is not None and re.fullmatch("00G[0-9A-Za-z]{15}", owner_id):
                self.source.owners[owner_id] = Owner(owner_id, True, None, None, True, ())

    def read_people(self) -> None:
        """Users and queues, with members of groups as members of the queues."""
        roles = {row["id"]: row["name"] for row in self.rows("user_role")}
        for row in self.rows("user"):
            keys = (roles.get(row["user_role_id"]), text(row["department"]))
            self.source.owners[row["id"]] = Owner(
                row["id"], False, row["name"], row["email"], row["is_active"], keys
            )
        for row in self.rows("group"):
            if row["type"] == "Queue":
                self.source.owners[row["id"]] = Owner(row["id"], True, row["name"], None, True, ())
        self.source.queue_members = [
            (row["group_id"], row["user_or_group_id"]) for row in self.rows("group_member")
        ]

    def read_history(self) -> None:
        """LeadHistory: an owner change is logged twice, by names and by ids; the ids count."""
        fields = {
            "Owner": "owner_id",
            "Status": "status",
            "Lifecycle_Stage__c": "lifecycle_stage",
            "leadConverted": "converted",
        }
        for row in self.rows("lead_history"):
            name = fields.get(row["field"])
            at = self.moment(row["created_date"])
            if row["field"] == "created" and at is not None:
                since = self.source.creations_logged_since
                self.source.creations_logged_since = min(since, at.at) if since is not None else at.at
            if name is None or at is None or self.reader.is_impossible(at):
                continue
            old, new = text(row["old_value"]), text(row["new_value"])
            if name == "owner_id" and not all(
                value is None or value[:3] in {"005", "00G"} for value in (old, new)
            ):
                continue
            self.source.changes.append(
                Change(row["id"], row["lead_id"], name, old, new, at, text(row["created_by_id"]))
            )

    def read_opportunities(self) -> None:
        """Opportunities, linked through the conversion and through the converted contact's roles."""
        leads: dict[str, set[str]] = defaultdict(set)
        for row in self.rows("lead"):
            if row["converted_opportunity_id"]:
                leads[row["converted_opportunity_id"]].add(row["id"])
        for row in self.rows("opportunity_contact_role"):
            if row["contact_id"] in self.by_contact:
                leads[row["opportunity_id"]].add(self.by_contact[row["contact_id"]])
        for row in self.rows("opportunity"):
            self.source.opportunities.append(
                Opportunity(
                    row["id"],
                    tuple(sorted(leads[row["id"]])),
                    text(row["account_id"]),
                    self.possible(row["created_date"]),
                    self.moment(row["close_date"]),
                    bool(row["is_won"]),
                )
            )

    def parent(self, row: Raw) -> str | None:
        """The lead that a task or event belongs to: its own, or the converted contact's or opportunity's."""
        who, what = text(row["who_id"]), text(row["what_id"])
        if who in self.source.leads:
            return who
        return self.by_contact.get(who or "") or self.by_opportunity.get(what or "")

    def is_taken_back(self, row: Raw, lead_id: str) -> bool:
        """Deleted by itself, and not with its lead."""
        return bool(row["is_deleted"]) and not self.source.leads[lead_id].is_deleted

    def read_task(self, row: Raw) -> None:
        """A task: closed without a completion time it happened at creation or on an earlier activity day."""
        lead_id = self.parent(row)
        created, day = self.moment(row["created_date"]), self.moment(row["activity_date"])
        at = self.moment(row["completed_date_time"])
        if at is None and created is not None:
            at = created
            # ActivityDate has no zone: earlier means earlier than the creation's day here and in UTC.
            days = (created.at.date(), self.reader.policies.local_day(created.at))
            if day is not None and day.day is not None and day.day < min(days):
                at = day
        if not row["is_closed"]:
            at = None
        if (
            lead_id is None
            or self.is_taken_back(row, lead_id)
            or self.reader.is_impossible(at)
            or self.reader.is_impossible(created)
        ):
            return
        subtype = row["task_subtype"]
        kind = {"Call": "call", "Email": "email", "ListEmail": "email"}.get(subtype, "task")
        self.source.activities.append(
            Activity(
                row["id"],
                lead_id,
                kind,
                text(row["owner_id"]),
                text(row["created_by_id"]),
                at,
                created,
                day,
                None,
                not row["is_closed"],
                norm(row["call_type"]),
                text(row["call_disposition"]),
                subtype == "ListEmail",
                text(row["description"]),
            )
        )

    def read_event(self, row: Raw) -> None:
        """A meeting, which counts when booked."""
        lead_id, created = self.parent(row), self.moment(row["created_date"])
        if lead_id is None or self.is_taken_back(row, lead_id) or self.reader.is_impossible(created):
            return
        self.source.activities.append(
            Activity(
                row["id"],
                lead_id,
                "meeting",
                text(row["owner_id"]),
                text(row["created_by_id"]),
                created,
                created,
                None,
                self.moment(row["start_date_time"]),
                False,
                "outbound",
                None,
                False,
                None,
            )
        )


class Hubspot(Loader):
    """A portal as Airbyte lands it."""

    def rows(self, table: str) -> list[Raw]:
        """All rows of a stream; none where it was not landed."""
        path = self.folder / f"{table}.jsonl.gz"
        if not path.exists():
            return []
        with gzip.open(path, "rt", encoding="utf-8") as handle:
            return [json.loads(line) for line in handle]

    def read(self) -> Source:
        """All streams."""
        merged = {
            row["vid-to-merge"]: (row["canonical-vid"], row["timestamp"])
            for row in self.rows("contacts_merged_audit")
        }
        contacts = newest(self.rows("contacts"), "id", "_airbyte_extracted_at")
        for row in contacts:
            for loser in filter(None, (text(row["properties_hs_merged_object_ids"]) or "").split(";")):
                # Without an audit the last modification of the record that went away tells.
                merged.setdefault(loser, (row["id"], None))
        for row in contacts:
            self.read_contact(row, *merged.get(row["id"], (None, None)))
        self.source.present = filled_columns(self.source.leads.values())
        for row in newest(self.rows("owners"), "id", "_airbyte_extracted_at"):
            name = f"{row['firstName']} {row['lastName']}"
            team = (row["teams"][0]["name"], row["teams"][0]["id"]) if row["teams"] else ()
            self.source.owners[row["id"]] = Owner(
                row["id"], False, name, row["email"], not row["archived"], team
            )
        for row in self.rows("contacts_property_history"):
            self.read_change(row)
        for row in newest(self.rows("companies"), "id", "_airbyte_extracted_at"):
            self.source.accounts[row["id"]] = Account(
                row["id"],
                (text(row["properties_domain"]), text(row.get("properties_website"))),
                text(row["properties_hubspot_owner_id"]),
                self.possible(row["createdAt"]),
                norm(row["properties_lifecyclestage"]) == "customer",
                True,
                None,
            )
        for row in newest(self.rows("deals"), "id", "_airbyte_extracted_at"):
            self.source.opportunities.append(
                Opportunity(
                    row["id"],
                    tuple(row["contacts"]),
                    (row["companies"] or [None])[0],
                    self.possible(row["createdAt"]),
                    self.possible(row["properties_closedate"]),
                    row["properties_hs_is_closed_won"] == "true",
                )
            )
        for row in self.rows("contacts_form_submissions"):
            self.source.form_submissions.append(
                Touch(
                    row["conversion-id"],
                    row["canonical-vid"],
                    self.moment(row["timestamp"]),
                    row["title"],
                    row["page-url"],
                )
            )
        readers: dict[str, Callable[[Raw], None]] = {
            "engagements_calls": self.read_call,
            "engagements_emails": self.read_email,
            "engagements_meetings": self.read_meeting,
            "engagements_tasks": self.read_task,
        }
        for table, read in readers.items():
            for row in newest(self.rows(table), "id", "_airbyte_extracted_at"):
                read(row)
        return self.source

    def read_contact(self, row: Raw, survivor: str | None, merged_at: object) -> None:
        """One contact; `survivor` is the contact that it was merged into."""
        self.lead(
            {
                "lead_id": row["id"],
                "email": row["properties_email"],
                "phone": row["properties_phone"],
                "country": row["properties_country"],
                "region": row["properties_state"],
                "lifecycle_stage": row["properties_lifecyclestage"],
                "status": row["properties_hs_lead_status"],
                "owner_id": row["properties_hubspot_owner_id"],
                "original_source": row["properties_hs_analytics_source"],
                "campaign_id": row["properties_campaign"],
                "landing_page": row["properties_landing_page"],
                "conversion_point": row["properties_form_name"],
                "fit_grade": row["properties_fit_grade"],
                "intent_signal": row["properties_intent_signal"],
                "qualification_reason": row["properties_qualification_reason"],
                "rejection_reason": row["properties_disqualification_reason"],
                "rejection_note": row["properties_disqualification_notes"],
                "created_by": row.get("properties_hs_created_by_user_id"),
                "merged_into_id": survivor,
            },
            {
                "created_at": row["createdAt"],
                "updated_at": row["updatedAt"],
                "deleted_at": row["archivedAt"],
                "merged_at": merged_at,
            },
            fit_score=float(row["properties_fit_score"]) if row["properties_fit_score"] else None,
            is_deleted=row["archived"],
            account_id=text(row["properties_associatedcompanyid"]),
        )

    def read_change(self, row: Raw) -> None:
        """One version of a property: only the new value is logged."""
        at = self.moment(row["timestamp"])
        if at is None or self.reader.is_impossible(at) or row["property"] not in HUBSPOT_FIELDS:
            return
        self.source.changes.append(
            Change(
                row["_airbyte_raw_id"],
                row["contactId"],
                HUBSPOT_FIELDS[row["property"]],
                None,
                text(row["value"]),
                at,
                text(row["updatedByUserId"]),
                has_old=False,
                by_automation=row["sourceType"] in {"AUTOMATION_PLATFORM", "IMPORT", "WORKFLOWS"},
            )
        )

    def engagement(self, row: Raw, kind: str, at: Moment | None, **rest: Any) -> None:  # noqa: ANN401
        """An activity of every contact that it is associated with."""
        created = self.moment(row["createdAt"])
        if self.reader.is_impossible(at) or self.reader.is_impossible(created):
            return
        values: dict[str, Any] = {
            "due": None,
            "starts": None,
            "is_open_task": False,
            "direction": "outbound",
            "outcome": None,
            "body": None,
            "is_automated_source": kind != "task"
            and row["properties_hs_object_source"] in HUBSPOT_AUTOMATION,
        }
        for contact in row["contacts"]:
            # Archived by itself, and not with its contact.
            if row["archived"] and not self.source.leads[contact].is_deleted:
                continue
            owner = text(row["properties_hubspot_owner_id"])
            self.source.activities.append(
                Activity(row["id"], contact, kind, owner, None, at, created, **{**values, **rest})
            )

    def read_call(self, row: Raw) -> None:
        """A call."""
        self.engagement(
            row,
            "call",
            self.moment(row["properties_hs_timestamp"]),
            direction=norm(row["properties_hs_call_direction"]),
            outcome=text(row["properties_hs_call_disposition"]),
            body=text(row["properties_hs_call_body"]),
        )

    def read_email(self, row: Raw) -> None:
        """An email."""
        is_inbound = row["properties_hs_email_direction"] == "INCOMING_EMAIL"
        self.engagement(
            row,
            "email",
            self.moment(row["properties_hs_timestamp"]),
            direction="inbound" if is_inbound else "outbound",
            body=text(row["properties_hs_email_text"]),
        )

    def read_meeting(self, row: Raw) -> None:
        """A meeting, which counts when booked."""
        starts = self.moment(row["properties_hs_meeting_start_time"])
        self.engagement(row, "meeting", self.moment(row["createdAt"]), starts=starts)

    def read_task(self, row: Raw) -> None:
        """A task; its timestamp is the due date."""
        is_done = row["properties_hs_task_status"] == "COMPLETED"
        done_at = self.moment(row["properties_hs_task_completion_date"] or row["properties_hs_timestamp"])
        self.engagement(
            row,
            "task",
            done_at if is_done else None,
            due=self.moment(row["properties_hs_timestamp"]),
            is_open_task=not is_done,
            body=text(row["properties_hs_task_body"]),
        )
