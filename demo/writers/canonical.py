"""Any other CRM, in the documented canonical layout: one CSV per table."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from demo import roster
from demo import vocabulary as v
from demo.business_time import Numbers
from demo.ledger import CHANGED_FIELDS, NULL_INSTANT, OWNER, STAGE, STATUS, Columns, Ledger, mix
from demo.people import COUNTRY_LIST
from demo.schedule import DAY, World
from demo.writers import columns as c
from demo.writers.sinks import CsvSink

SOURCE, BARE_SOURCE = "demo_canonical", "demo_bare"
_OWNER_IDS = [
    f"{'Q' if owner.is_queue else 'U'}-{number + 101}" for number, owner in enumerate(roster.OWNERS)
]
_STAGES, _STATUSES = v.STAGE_WORDS["canonical"], v.STATUS_WORDS["canonical"]


def _id(prefix: str, number: Numbers) -> pa.Array:
    return c.ids(f"{prefix}-", np.where(number < 0, -1, c.scattered(number)))


def lead_ids(number: Numbers) -> pa.Array:
    """Ids of leads."""
    return _id("L", number)


def _owner_ids(owner: Numbers) -> pa.Array:
    return c.words(_OWNER_IDS, owner)


class CanonicalWriter:
    """Writes ledgers into one folder."""

    # None: every column of every table.
    only_columns: ClassVar[dict[str, list[str]] | None] = None

    def __init__(self, folder: Path, world: World) -> None:
        """Write owners, queues and campaigns; leads follow chunk by chunk."""
        folder.mkdir(parents=True, exist_ok=True)
        self._sink = CsvSink(folder)
        self._synced = world.as_of + 3600
        self._serial = 0
        self._people()

    def close(self) -> None:
        """Finish the files."""
        self._sink.close()

    def _write(self, name: str, table: pa.Table) -> None:
        if self.only_columns is None:
            self._sink.write(name, table)
        elif name in self.only_columns:
            self._sink.write(name, table.select(self.only_columns[name]))

    def _numbers(self, count: int) -> Numbers:
        self._serial += count
        return np.arange(self._serial - count, self._serial, dtype=np.int64)

    def _people(self) -> None:
        self._write("owners", pa.table({
            "owner_id": _OWNER_IDS,
            "owner_type": [o.kind for o in roster.OWNERS],
            "name": [o.name for o in roster.OWNERS],
            "email": [o.email for o in roster.OWNERS],
            "is_active": [o.is_active for o in roster.OWNERS],
            "team_id": [o.crm_team for o in roster.OWNERS],
        }))  # fmt: skip
        night = roster.NIGHT_GROUP_MEMBERS
        pairs = [
            (number, roster.KEY_INDEX[member])
            for number, owner in enumerate(roster.OWNERS)
            for member in (*owner.members, *(night if owner.member_groups else ()))
        ]
        self._write("queue_members", pa.table({
            "queue_id": [_OWNER_IDS[queue] for queue, _ in pairs],
            "owner_id": [_OWNER_IDS[member] for _, member in pairs],
        }))  # fmt: skip
        self._write("campaigns", pa.table({
            "campaign_id": _id("C", np.arange(len(v.CAMPAIGNS), dtype=np.int64)),
            "name": [name for name, _ in v.CAMPAIGNS],
            "campaign_type": [source for _, source in v.CAMPAIGNS],
        }))  # fmt: skip

    def write(self, ledger: Ledger) -> None:
        """Write one chunk of leads with everything that hangs on them."""
        leads = ledger.table("leads")
        first = int(leads["number"][0])
        self._leads(leads)
        self._changes(ledger.table("changes"))
        self._activities(ledger.table("activities"))
        self._accounts(leads, ledger.table("accounts"), first)
        self._opportunities(ledger.table("opportunities"))
        self._members(ledger.table("members"))
        self._submissions(ledger.table("submissions"))

    def _leads(self, leads: Columns) -> None:
        number, person, count = leads["number"], leads["person"], len(leads["number"])
        is_bare = self.only_columns is not None
        # Half of the campaigns stand on the lead, the others only as a campaign membership.
        on_lead = np.where(mix(number, 30) % 2 == 0, leads["campaign"], -1)
        current = pa.table({
            "lead_id": lead_ids(number),
            "created_at": c.iso_with_offsets(leads["created"], 31),
            "created_by": _owner_ids(leads["created_by"]),
            "email": c.emails(leads),
            "phone": c.phones(leads),
            "first_name": c.first_names(person),
            "last_name": c.last_names(person),
            "company": c.companies(person),
            "job_title": c.titles(person),
            "country": c.words([name for name, _ in COUNTRY_LIST], leads["country"]),
            "region": c.words([region for _, region in COUNTRY_LIST], leads["country"]),
            "lifecycle_stage": c.spelled(_STAGES, leads["stage"], number, 13),
            "status": c.spelled(_STATUSES, leads["status"], number, 12),
            "owner_id": _owner_ids(leads["owner"]),
            "original_source": c.spelled([s for s, _, _ in v.SOURCES], leads["source"], number, 11),
            "campaign_id": _id("C", on_lead),
            "landing_page": c.words([url for _, url in v.FORMS], leads["landing_page"]),
            "conversion_point": c.words([name for name, _ in v.FORMS], leads["form"]),
            "fit_grade": c.words(v.FIT_GRADES, leads["fit_grade"]),
            "fit_score": pa.array(leads["fit_score"], mask=leads["fit_score"] < 0),
            "intent_signal": c.spelled(v.INTENTS, leads["intent"], number, 14),
            "qualification_reason": c.words(v.QUALIFICATIONS, leads["qualification"]),
            "mql_at": c.iso(leads["mql_at"]),
            "accepted_at": c.iso(leads["accepted_at"]),
            # Where changes are logged, nobody needs this stamp.
            "assigned_at": c.iso(leads["assigned_at"]) if is_bare else c.blank(count),
            "rejection_reason": c.spelled(v.REASON_WORDS, leads["reason"], number, 15),
            "rejection_note": c.words(v.NOTES, leads["note"]),
            "is_converted": c.flags(leads["converted_at"] != NULL_INSTANT),
            "converted_at": c.iso(leads["converted_at"]),
            "is_deleted": c.flags(leads["deleted_at"] != NULL_INSTANT),
            "deleted_at": c.iso(leads["deleted_at"]),
            "merged_into_id": lead_ids(leads["merged_into"]),
            "merged_at": c.iso(leads["merged_at"]),
            "updated_at": c.iso(leads["updated"]),
            "synced_at": c.iso(np.full(count, self._synced)),
        })  # fmt: skip
        # Without a sync column nothing could tell an older version of a row from the newest.
        chosen = np.flatnonzero((mix(number, 17) % 40 == 0) & (not is_bare))
        older = current.take(pa.array(chosen))
        stale = {
            "lifecycle_stage": pa.array([_STAGES[0]] * len(chosen), pa.string()),
            "status": pa.array([_STATUSES[0]] * len(chosen), pa.string()),
            "owner_id": c.blank(len(chosen)),
            "synced_at": c.iso(np.full(len(chosen), self._synced - 3 * DAY)),
        }
        for name, column in stale.items():
            older = older.set_column(older.column_names.index(name), name, column)
        self._write("leads", pa.concat_tables([current, older]))

    def _changes(self, changes: Columns) -> None:
        tables = []
        for field in (STAGE, STATUS, OWNER) if changes else ():
            mine = changes["field"] == field
            lead, old, new = changes["lead"][mine], changes["old"][mine], changes["new"][mine]
            if field == OWNER:
                values = (_owner_ids(old), _owner_ids(new))
            else:
                texts, salt = (_STAGES, 13) if field == STAGE else (_STATUSES, 12)
                values = (c.spelled(texts, old, lead, salt), c.spelled(texts, new, lead, salt))
            tables.append(pa.table({
                "change_id": _id("H", self._numbers(len(lead))),
                "lead_id": lead_ids(lead),
                "field": pa.repeat(CHANGED_FIELDS[field], len(lead)),
                "old_value": values[0],
                "new_value": values[1],
                "changed_at": c.iso_with_offsets(changes["at"][mine], 32),
                "changed_by": _owner_ids(changes["by"][mine]),
            }))  # fmt: skip
        if tables:
            self._write("lead_changes", pa.concat_tables(tables))

    def _activities(self, activities: Columns) -> None:
        if not activities:
            return
        count, at = len(activities["lead"]), activities["at"]
        is_planned = activities["is_planned"]
        is_meeting = activities["type"] == v.ACTIVITY_TYPES.index("meeting")
        is_call = activities["type"] == v.ACTIVITY_TYPES.index("call")
        happened = np.where(is_planned, NULL_INSTANT, np.where(is_meeting, activities["due"], at))
        days = pc.cast(c.dates(at), pa.string())
        self._write("activities", pa.table({
            "activity_id": _id("A", self._numbers(count)),
            "lead_id": lead_ids(activities["lead"]),
            "activity_type": c.words(v.ACTIVITY_TYPES, activities["type"]),
            "owner_id": _owner_ids(activities["owner"]),
            "created_by": _owner_ids(activities["created_by"]),
            "occurred_at": pc.if_else(pa.array(activities["is_day_level"]), days,
                                      c.iso_with_offsets(happened, 33)),
            "created_at": c.iso(activities["created"]),
            "due_at": pc.cast(c.dates(np.where(is_planned, activities["due"], NULL_INSTANT)), pa.string()),
            "status": c.words(("completed", "planned"), is_planned.astype(np.int64)),
            "direction": c.words(("outbound", "inbound"), activities["is_inbound"].astype(np.int64)),
            "outcome": c.words(("No answer", "Connected"), np.where(is_call, activities["is_connected"], -1)),
            "source": c.words(v.ACTIVITY_SOURCES, activities["source"]),
            "body": c.words(v.BODIES, activities["body"]),
            "synced_at": c.iso(np.full(count, self._synced)),
        }))  # fmt: skip

    def _accounts(self, leads: Columns, accounts: Columns, first: int) -> None:
        if not accounts:
            return
        person = leads["person"][accounts["lead"] - first]
        self._write("accounts", pa.table({
            "account_id": _id("K", accounts["number"]),
            "name": c.companies(person),
            "domain": c.websites(person, accounts["number"], accounts["matches"]),
            "owner_id": _owner_ids(accounts["owner"]),
            "created_at": c.iso(accounts["created"]),
            "account_type": c.words(("Prospect", "Customer"), accounts["is_customer"].astype(np.int64)),
            "customer_since": c.iso(accounts["customer_since"]),
        }))  # fmt: skip

    def _opportunities(self, opportunities: Columns) -> None:
        if not opportunities:
            return
        won = opportunities["won_at"]
        serials = self._numbers(len(won))
        self._write("opportunities", pa.table({
            "opportunity_id": _id("O", serials),
            "lead_id": lead_ids(opportunities["lead"]),
            "account_id": _id("K", opportunities["account"]),
            "owner_id": _owner_ids(opportunities["owner"]),
            "stage": c.words(("Discovery", "Closed Won"), (won != NULL_INSTANT).astype(np.int64)),
            "amount": pa.array((mix(serials, 21) % 90 + 10) * 1000),
            "created_at": c.iso(opportunities["at"]),
            "closed_at": c.iso(won),
            "is_won": c.flags(won != NULL_INSTANT),
        }))  # fmt: skip

    def _members(self, members: Columns) -> None:
        if not members:
            return
        # Where the lead itself names the campaign, no membership is needed.
        chosen = ~(members["is_on_lead"] & (mix(members["lead"], 30) % 2 == 0))
        lead = members["lead"][chosen]
        self._write("campaign_members", pa.table({
            "member_id": _id("M", self._numbers(len(lead))),
            "campaign_id": _id("C", members["campaign"][chosen]),
            "lead_id": lead_ids(lead),
            "created_at": c.iso(members["at"][chosen]),
        }))  # fmt: skip

    def _submissions(self, submissions: Columns) -> None:
        if not submissions:
            return
        form = submissions["form"]
        self._write("form_submissions", pa.table({
            "submission_id": _id("F", self._numbers(len(form))),
            "lead_id": lead_ids(submissions["lead"]),
            "form_name": c.words([name for name, _ in v.FORMS], form),
            "page_url": c.words([url for _, url in v.FORMS], form),
            "submitted_at": c.iso(submissions["at"]),
        }))  # fmt: skip


class BareWriter(CanonicalWriter):
    """The same CRM as a bare export shows it: today's leads with a few stamps, activities, owners."""

    only_columns: ClassVar[dict[str, list[str]] | None] = {
        "leads": [
            "lead_id", "created_at", "email", "phone", "status", "owner_id", "original_source", "mql_at",
            "accepted_at", "assigned_at",
        ],
        "activities": [
            "activity_id", "lead_id", "activity_type", "owner_id", "created_by", "occurred_at", "created_at",
            "due_at", "status", "direction", "outcome", "source", "body",
        ],
        "owners": ["owner_id", "owner_type", "name", "email", "is_active", "team_id"],
    }  # fmt: skip
