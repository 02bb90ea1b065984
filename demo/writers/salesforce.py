"""A Salesforce org as Fivetran lands it: snake_case Parquet, custom fields ending in _c, LeadHistory with
two rows per
owner change (one of ids, one of names), activities of converted leads under their contact or opportunity."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from demo import roster
from demo import vocabulary as v
from demo.business_time import Instants, Numbers
from demo.ledger import NULL_INSTANT, OWNER, STAGE, STATUS, Columns, Ledger, mix
from demo.people import COUNTRY_LIST
from demo.schedule import DAY, World
from demo.writers import columns as c
from demo.writers.sinks import ParquetSink

SOURCE, PLAIN_SOURCE = "demo_salesforce", "demo_plain"
_OWNER_IDS = [
    f"{'00G' if owner.is_queue else '005'}5f{number + 101:010d}AAA"
    for number, owner in enumerate(roster.OWNERS)
]
_OWNER_NAMES = [owner.name for owner in roster.OWNERS]
_HISTORY_FIELDS = {STAGE: "Lifecycle_Stage__c", STATUS: "Status", OWNER: "Owner"}
_STAGES, _STATUSES = v.STAGE_WORDS["salesforce"], v.STATUS_WORDS["salesforce"]
# Conversions bring accounts of their own, numbered after those of the stories.
_CONVERSION_ACCOUNTS = 5_000_000_000


def _id(prefix: str, number: Numbers) -> pa.Array:
    return c.ids(f"{prefix}5f", np.where(number < 0, -1, c.scattered(number)), "AAA")


def lead_ids(number: Numbers) -> pa.Array:
    """Ids of leads."""
    return _id("00Q", number)


def _owner_ids(owner: Numbers) -> pa.Array:
    """Salesforce has no record without an owner: nobody's leads stay with the integration user."""
    return c.words(_OWNER_IDS, np.where(owner < 0, roster.ROBOT_INDEX, owner))


class SalesforceWriter:
    """Writes ledgers into one folder."""

    has_custom_fields = True

    def __init__(self, folder: Path, world: World) -> None:
        """Write the org's users, queues and campaigns; leads follow chunk by chunk."""
        folder.mkdir(parents=True, exist_ok=True)
        self._sink = ParquetSink(folder)
        self._world = world
        self._synced = world.as_of + 3600
        self._serial = 0
        self._people()

    def close(self) -> None:
        """Finish the files."""
        self._sink.close()

    def _numbers(self, count: int) -> Numbers:
        self._serial += count
        return np.arange(self._serial - count, self._serial, dtype=np.int64)

    def _system(self, at: Instants, is_deleted: np.ndarray | None = None) -> dict[str, pa.Array]:
        """The columns that end every standard object."""
        count = len(at)
        return {
            "is_deleted": c.flags(np.zeros(count, dtype=bool) if is_deleted is None else is_deleted),
            "system_modstamp": c.instants(at),
            "last_modified_date": c.instants(at),
            "_fivetran_synced": c.instants(np.full(count, self._synced)),
        }

    def _people(self) -> None:
        users = [(i, o) for i, o in enumerate(roster.OWNERS) if not o.is_queue]
        queues = [(i, o) for i, o in enumerate(roster.OWNERS) if o.is_queue]
        synced = {"_fivetran_synced": c.instants(np.full(len(users), self._synced))}
        self._sink.write("user", pa.table({
            "id": [_OWNER_IDS[i] for i, _ in users],
            "name": [o.name for _, o in users],
            "email": [o.email for _, o in users],
            "username": [o.email for _, o in users],
            "is_active": [o.is_active for _, o in users],
            "user_type": ["Standard"] * len(users),
            "department": [o.crm_team for _, o in users],
            **synced,
        }))  # fmt: skip
        group_id = "00G5f0000000099AAA"
        names = [*(o.name for _, o in queues), roster.NIGHT_GROUP]
        self._sink.write("group", pa.table({
            "id": [*(_OWNER_IDS[i] for i, _ in queues), group_id],
            "name": names,
            "developer_name": [name.replace(" ", "_") for name in names],
            "type": ["Queue"] * len(queues) + ["Regular"],
            "_fivetran_synced": c.instants(np.full(len(names), self._synced)),
        }))  # fmt: skip
        members = [(_OWNER_IDS[i], _OWNER_IDS[roster.KEY_INDEX[m]]) for i, o in queues for m in o.members]
        members += [(_OWNER_IDS[i], group_id) for i, o in queues for _ in o.member_groups]
        members += [(group_id, _OWNER_IDS[roster.KEY_INDEX[m]]) for m in roster.NIGHT_GROUP_MEMBERS]
        self._sink.write("group_member", pa.table({
            "id": [f"0115f{n:010d}AAA" for n in range(len(members))],
            "group_id": [group for group, _ in members],
            "user_or_group_id": [member for _, member in members],
            "_fivetran_synced": c.instants(np.full(len(members), self._synced)),
        }))  # fmt: skip
        campaigns = np.arange(len(v.CAMPAIGNS), dtype=np.int64)
        at = np.full(len(campaigns), self._world.starts - 30 * DAY, dtype=np.int64)
        self._sink.write("campaign", pa.table({
            "id": _id("701", campaigns),
            "name": [name for name, _ in v.CAMPAIGNS],
            "type": [source for _, source in v.CAMPAIGNS],
            "status": ["In Progress"] * len(campaigns),
            "is_active": [True] * len(campaigns),
            "created_date": c.instants(at),
            **self._system(at),
        }))  # fmt: skip

    def write(self, ledger: Ledger) -> None:
        """Write one chunk of leads with everything that hangs on them."""
        leads = ledger.table("leads")
        opportunities = ledger.table("opportunities")
        first = int(leads["number"][0])
        # The opportunity that a conversion brought, by lead.
        opportunity_of = np.full(len(leads["number"]), -1, dtype=np.int64)
        serials = self._numbers(ledger.rows("opportunities"))
        if opportunities:
            mine = opportunities["lead"] >= 0
            opportunity_of[opportunities["lead"][mine] - first] = serials[mine]
        is_converted = leads["converted_at"] != NULL_INSTANT
        self._leads(leads, is_converted, np.where(is_converted, opportunity_of, -1))
        self._history(leads, ledger.table("changes"))
        self._activities(leads, is_converted, opportunity_of, ledger.table("activities"), first)
        self._conversions(leads, is_converted, opportunity_of)
        self._accounts(leads, is_converted, ledger.table("accounts"), first)
        self._opportunities(leads, opportunities, serials, first)
        self._members(ledger.table("members"), is_converted, first)

    def _leads(self, leads: Columns, is_converted: np.ndarray, opportunity: Numbers) -> None:
        number, person = leads["number"], leads["person"]
        is_gone = (leads["deleted_at"] != NULL_INSTANT) | (leads["merged_at"] != NULL_INSTANT)
        form = leads["form"]
        current = pa.table({
            "id": lead_ids(number),
            "first_name": c.first_names(person),
            "last_name": c.last_names(person),
            "title": c.titles(person),
            "company": c.companies(person),
            "email": c.emails(leads),
            "phone": c.phones(leads),
            "country": c.words([name for name, _ in COUNTRY_LIST], leads["country"]),
            "state": c.words([region for _, region in COUNTRY_LIST], leads["country"]),
            "lead_source": c.spelled([s for s, _, _ in v.SOURCES], leads["source"], number, 11),
            "status": c.spelled(_STATUSES, leads["status"], number, 12),
            "owner_id": _owner_ids(leads["owner"]),
            "is_converted": c.flags(is_converted),
            "converted_date": c.dates(leads["converted_at"]),
            "converted_contact_id": _id("003", np.where(is_converted, number, -1)),
            "converted_account_id": _id("001", np.where(is_converted, number + _CONVERSION_ACCOUNTS, -1)),
            "converted_opportunity_id": _id("006", opportunity),
            "created_date": c.instants(leads["created"]),
            "created_by_id": _owner_ids(leads["created_by"]),
            "lifecycle_stage_c": c.spelled(_STAGES, leads["stage"], number, 13),
            "landing_page_c": c.words([url for _, url in v.FORMS], leads["landing_page"]),
            "form_name_c": c.words([name for name, _ in v.FORMS], form),
            "fit_grade_c": c.words(v.FIT_GRADES, leads["fit_grade"]),
            "fit_score_c": pa.array(leads["fit_score"].astype(float), mask=leads["fit_score"] < 0),
            "intent_signal_c": c.spelled(v.INTENTS, leads["intent"], number, 14),
            "qualification_reason_c": c.words(v.QUALIFICATIONS, leads["qualification"]),
            "disqualification_reason_c": c.spelled(v.REASON_WORDS, leads["reason"], number, 15),
            "disqualification_notes_c": c.words(v.NOTES, leads["note"]),
            # A day is all that this stamp holds, and marketing's workflow fills it for some leads only.
            "mql_date_c": c.dates(np.where(mix(number, 16) % 2 == 0, leads["mql_at"], NULL_INSTANT)),
            "accepted_date_c": c.instants(leads["accepted_at"]),
            "master_record_id": lead_ids(leads["merged_into"]),
            **self._system(leads["updated"], is_gone),
        })  # fmt: skip
        table = pa.concat_tables([current, self._older_versions(current, leads)])
        if not self.has_custom_fields:
            table = table.select([name for name in table.column_names if not name.endswith("_c")])
        self._sink.write("lead", table)

    def _older_versions(self, current: pa.Table, leads: Columns) -> pa.Table:
        """What an earlier sync saw of some leads, left behind by an append-mode connector."""
        chosen = np.flatnonzero(mix(leads["number"], 17) % 40 == 0)
        count = len(chosen)
        older = current.take(pa.array(chosen))
        stale = {
            "status": pa.array([_STATUSES[0]] * count, pa.string()),
            "owner_id": _owner_ids(np.full(count, -1, dtype=np.int64)),
            "lifecycle_stage_c": pa.array([_STAGES[0]] * count, pa.string()),
            "is_deleted": c.flags(np.zeros(count, dtype=bool)),
            "last_modified_date": older["created_date"],
            "system_modstamp": older["created_date"],
            "_fivetran_synced": c.instants(np.full(count, self._synced - 3 * DAY)),
        }
        for name, column in stale.items():
            older = older.set_column(older.column_names.index(name), name, column)
        return older

    def _history(self, leads: Columns, changes: Columns) -> None:
        number = leads["number"]
        converted = np.flatnonzero(leads["converted_at"] != NULL_INSTANT)
        creations = self._history_rows(number, "created", leads["created"], leads["created_by"])
        conversions = self._history_rows(
            number[converted], "leadConverted", leads["converted_at"][converted], leads["owner"][converted]
        )
        tables = [creations, conversions]
        for field, name in _HISTORY_FIELDS.items() if changes else ():
            if name.endswith("__c") and not self.has_custom_fields:
                continue
            mine = changes["field"] == field
            lead, old, new = changes["lead"][mine], changes["old"][mine], changes["new"][mine]
            at, by = changes["at"][mine], changes["by"][mine]
            if field == OWNER:
                values = [(_owner_ids(old), _owner_ids(new))]
                nobody = roster.ROBOT_INDEX
                pair = (np.where(old < 0, nobody, old), np.where(new < 0, nobody, new))
                values.append((c.words(_OWNER_NAMES, pair[0]), c.words(_OWNER_NAMES, pair[1])))
            else:
                texts, salt = (_STAGES, 13) if field == STAGE else (_STATUSES, 12)
                values = [(c.spelled(texts, old, lead, salt), c.spelled(texts, new, lead, salt))]
            tables += [self._history_rows(lead, name, at, by, *pair) for pair in values]
        self._sink.write("lead_history", pa.concat_tables(tables))

    def _history_rows(
        self, lead: Numbers, field: str, at: Instants, by: Numbers, old: pa.Array | None = None,
        new: pa.Array | None = None,
    ) -> pa.Table:  # fmt: skip
        count = len(lead)
        return pa.table({
            "id": _id("017", self._numbers(count)),
            "lead_id": lead_ids(lead),
            "field": pa.repeat(field, count),
            "old_value": c.blank(count) if old is None else old,
            "new_value": c.blank(count) if new is None else new,
            "created_date": c.instants(at),
            "created_by_id": _owner_ids(by),
            "is_deleted": c.flags(np.zeros(count, dtype=bool)),
            "_fivetran_synced": c.instants(np.full(count, self._synced)),
        })  # fmt: skip

    def _activities(
        self,
        leads: Columns,
        is_converted: np.ndarray,
        opportunity_of: Numbers,
        activities: Columns,
        first: int,
    ) -> None:
        if not activities:
            return
        lead = activities["lead"]
        position = lead - first
        # Most activities of a converted lead hang on its contact, some on the opportunity alone.
        on_contact = is_converted[position]
        on_opportunity = (
            on_contact & (opportunity_of[position] >= 0) & (mix(self._numbers(len(lead)), 18) % 6 == 0)
        )
        who = pc.if_else(pa.array(on_contact), _id("003", lead), lead_ids(lead))
        who = pc.if_else(pa.array(on_opportunity), None, who)
        what = _id("006", np.where(on_opportunity, opportunity_of[position], -1))
        is_meeting = activities["type"] == v.ACTIVITY_TYPES.index("meeting")
        chosen = np.flatnonzero(is_meeting)
        if len(chosen):
            self._events({k: a[chosen] for k, a in activities.items()}, who.take(pa.array(chosen)),
                         what.take(pa.array(chosen)))  # fmt: skip
        chosen = np.flatnonzero(~is_meeting)
        self._tasks({k: a[chosen] for k, a in activities.items()}, who.take(pa.array(chosen)),
                    what.take(pa.array(chosen)))  # fmt: skip

    def _tasks(self, tasks: Columns, who: pa.Array, what: pa.Array) -> None:
        count, at = len(tasks["lead"]), tasks["at"]
        is_call = tasks["type"] == v.ACTIVITY_TYPES.index("call")
        is_email = tasks["type"] == v.ACTIVITY_TYPES.index("email")
        is_list = np.isin(
            tasks["source"], [v.ACTIVITY_SOURCES.index("list"), v.ACTIVITY_SOURCES.index("sequence")]
        )
        kind = np.select([is_call, is_email], [0, 1], 2)
        is_done = ~tasks["is_planned"]
        is_day = tasks["is_day_level"]
        # A day-level task was typed in later: all that tells when it happened is the day of its ActivityDate.
        created = np.where(is_day, at + 2 * DAY, tasks["created"])
        table = pa.table({
            "id": _id("00T", self._numbers(count)),
            "who_id": who,
            "what_id": what,
            "owner_id": _owner_ids(tasks["owner"]),
            "created_by_id": _owner_ids(tasks["created_by"]),
            "created_date": c.instants(created),
            "completed_date_time": c.instants(np.where(is_done & ~is_day, at, NULL_INSTANT)),
            "activity_date": c.dates(np.where(is_done, at, tasks["due"])),
            "status": c.words(("Completed", "Not Started"), np.where(is_done, 0, 1)),
            "is_closed": c.flags(is_done),
            "subject": c.words(("Call", "Email: our conversation", "Follow up"), kind),
            "description": c.words(v.BODIES, tasks["body"]),
            "type": c.words(("Call", "Email", None), kind),
            "task_subtype": c.words(("Call", "Email", "Task", "ListEmail"), np.where(is_email & is_list, 3,
                                                                                     kind)),
            "call_disposition": c.words(("No answer", "Connected"), np.where(is_call, tasks["is_connected"],
                                                                             -1)),
            "call_type": c.words(("Outbound", "Inbound"), np.where(is_call, tasks["is_inbound"], -1)),
            **self._system(np.where(is_done & ~is_day, at, created)),
        })  # fmt: skip
        self._sink.write("task", table)

    def _events(self, meetings: Columns, who: pa.Array, what: pa.Array) -> None:
        count = len(meetings["lead"])
        self._sink.write("event", pa.table({
            "id": _id("00U", self._numbers(count)),
            "who_id": who,
            "what_id": what,
            "owner_id": _owner_ids(meetings["owner"]),
            "created_by_id": _owner_ids(meetings["created_by"]),
            "created_date": c.instants(meetings["at"]),
            "start_date_time": c.instants(meetings["due"]),
            "activity_date_time": c.instants(meetings["due"]),
            "end_date_time": c.instants(meetings["due"] + 1800),
            "subject": pa.repeat("Introduction", count),
            "type": pa.repeat("Meeting", count),
            "event_subtype": pa.repeat("Event", count),
            **self._system(meetings["at"]),
        }))  # fmt: skip

    def _conversions(self, leads: Columns, is_converted: np.ndarray, opportunity_of: Numbers) -> None:
        chosen = np.flatnonzero(is_converted)
        mine = {name: column[chosen] for name, column in leads.items()}
        number, at = mine["number"], mine["converted_at"]
        self._sink.write("contact", pa.table({
            "id": _id("003", number),
            "account_id": _id("001", number + _CONVERSION_ACCOUNTS),
            "first_name": c.first_names(mine["person"]),
            "last_name": c.last_names(mine["person"]),
            "email": c.emails(mine),
            "owner_id": _owner_ids(mine["owner"]),
            "created_date": c.instants(at),
            **self._system(at),
        }))  # fmt: skip
        with_opportunity = np.flatnonzero(opportunity_of[chosen] >= 0)
        roles = np.flatnonzero(mix(number[with_opportunity], 19) % 10 < 9)
        linked = with_opportunity[roles]
        self._sink.write("opportunity_contact_role", pa.table({
            "id": _id("00K", number[linked]),
            "opportunity_id": _id("006", opportunity_of[chosen][linked]),
            "contact_id": _id("003", number[linked]),
            "is_primary": c.flags(np.ones(len(linked), dtype=bool)),
            "role": c.blank(len(linked)),
            "created_date": c.instants(at[linked]),
            **self._system(at[linked]),
        }))  # fmt: skip

    def _accounts(self, leads: Columns, is_converted: np.ndarray, accounts: Columns, first: int) -> None:
        chosen = np.flatnonzero(is_converted)
        nothing = np.zeros(len(chosen), dtype=np.int64)
        self._account_rows(
            leads["number"][chosen] + _CONVERSION_ACCOUNTS, leads["person"][chosen], leads["owner"][chosen],
            leads["converted_at"][chosen], nothing, nothing,
        )  # fmt: skip
        if accounts:
            person = leads["person"][accounts["lead"] - first]
            self._account_rows(
                accounts["number"], person, accounts["owner"], accounts["created"], accounts["is_customer"],
                accounts["matches"],
            )  # fmt: skip

    def _account_rows(
        self, number: Numbers, person: Numbers, owner: Numbers, created: Instants, is_customer: np.ndarray,
        matches: np.ndarray,
    ) -> None:  # fmt: skip
        self._sink.write("account", pa.table({
            "id": _id("001", number),
            "name": c.companies(person),
            "website": c.websites(person, number, matches),
            "owner_id": _owner_ids(owner),
            "type": c.words(("Prospect", "Customer"), is_customer.astype(np.int64)),
            "created_date": c.instants(created),
            **self._system(created),
        }))  # fmt: skip

    def _opportunities(self, leads: Columns, opportunities: Columns, serials: Numbers, first: int) -> None:
        if not opportunities:
            return
        lead, won = opportunities["lead"], opportunities["won_at"]
        is_won = won != NULL_INSTANT
        account = np.where(lead >= 0, lead + _CONVERSION_ACCOUNTS, opportunities["account"])
        closes = np.where(is_won, won, opportunities["at"] + 60 * DAY)
        self._sink.write("opportunity", pa.table({
            "id": _id("006", serials),
            "account_id": _id("001", account),
            "name": c.joined(_id("", account), " - New business"),
            "stage_name": c.words(("Discovery", "Closed Won"), is_won.astype(np.int64)),
            "amount": pa.array((mix(serials, 21) % 90 + 10) * 1000.0),
            "created_date": c.instants(opportunities["at"]),
            "close_date": c.dates(closes),
            "is_closed": c.flags(is_won),
            "is_won": c.flags(is_won),
            "owner_id": _owner_ids(opportunities["owner"]),
            **self._system(np.where(is_won, won, opportunities["at"])),
        }))  # fmt: skip

    def _members(self, members: Columns, is_converted: np.ndarray, first: int) -> None:
        if not members:
            return
        lead, at, count = members["lead"], members["at"], len(members["lead"])
        # Conversion moves a membership to the contact; some keep the lead's id beside it.
        is_moved = is_converted[lead - first]
        is_kept = ~is_moved | (mix(lead, 22) % 3 > 0)
        self._sink.write("campaign_member", pa.table({
            "id": _id("00v", self._numbers(count)),
            "campaign_id": _id("701", members["campaign"]),
            "lead_id": lead_ids(np.where(is_kept, lead, -1)),
            "contact_id": _id("003", np.where(is_moved, lead, -1)),
            "status": pa.repeat("Responded", count),
            "has_responded": c.flags(np.ones(count, dtype=bool)),
            "first_responded_date": c.dates(at),
            "created_date": c.instants(at),
            **self._system(at),
        }))  # fmt: skip


class PlainWriter(SalesforceWriter):
    """An org that never added a custom field."""

    has_custom_fields = False
