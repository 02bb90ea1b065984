"""A HubSpot portal as Airbyte lands it: gzipped JSON lines, properties flattened to properties_*, the
history of
contact properties with new values only, associations as lists of ids. HubSpot contacts have no queues."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from demo import roster
from demo import vocabulary as v
from demo.business_time import Instants, Numbers
from demo.ledger import NULL_INSTANT, OWNER, STAGE, STATUS, Columns, Ledger, mix
from demo.people import COUNTRY_LIST
from demo.schedule import DAY, World
from demo.writers import columns as c
from demo.writers.sinks import JsonSink

SOURCE = "demo_hubspot"
# An owner and the user behind him have different ids; records name the owner, histories the user.
_OWNER_IDS = [str(41_000_000 + 7 * number) for number in range(len(roster.OWNERS))]
_USER_IDS = [str(9_100_000 + 3 * number) for number in range(len(roster.OWNERS))]
_STAGES, _STATUSES = v.STAGE_WORDS["hubspot"], v.STATUS_WORDS["hubspot"]
_HISTORY_PROPERTIES = {STAGE: "lifecyclestage", STATUS: "hs_lead_status", OWNER: "hubspot_owner_id"}
_OBJECT_SOURCES = ("CRM_UI", "INTEGRATION", "SEQUENCES", "MARKETING_EMAIL", "WORKFLOWS")
DISPOSITIONS = ("73a0d17f-1163-4015-bdd5-ec830791da20", "f240bbac-87c9-4f6e-bf70-924b57d47db7")


def _id(prefix: str, number: Numbers) -> pa.Array:
    return c.ids(prefix, np.where(number < 0, -1, c.scattered(number)))


def lead_ids(number: Numbers) -> pa.Array:
    """Ids of contacts."""
    return _id("5", number)


def _owner_ids(owner: Numbers) -> pa.Array:
    return c.words(_OWNER_IDS, owner)


def _lists(values: pa.Array, has_value: NDArray[np.bool_]) -> pa.Array:
    """A list of one id per row, or an empty list."""
    offsets = np.concatenate([[0], np.cumsum(has_value)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), values.filter(pa.array(has_value)))


class HubspotWriter:
    """Writes ledgers into one folder."""

    def __init__(self, folder: Path, world: World) -> None:
        """Write owners and forms; contacts follow chunk by chunk."""
        folder.mkdir(parents=True, exist_ok=True)
        self._sink = JsonSink(folder)
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

    def _airbyte(self, count: int, at: Instants | None = None) -> dict[str, pa.Array]:
        """The columns that Airbyte adds."""
        raw = mix(self._numbers(count), 41) % 10**15
        nothing = pa.ListArray.from_arrays(
            pa.array(np.zeros(count + 1, dtype=np.int32)), pa.array([], pa.string())
        )
        extracted = np.full(count, self._synced, dtype=np.int64) if at is None else at
        return {
            "_airbyte_raw_id": c.ids("", raw, width=15),
            "_airbyte_extracted_at": c.iso(extracted),
            "_airbyte_meta": pa.StructArray.from_arrays([nothing], ["changes"]),
        }

    def _people(self) -> None:
        users = [(i, o) for i, o in enumerate(roster.OWNERS) if not o.is_queue]
        at = c.iso(np.full(len(users), self._world.starts - 200 * DAY, dtype=np.int64))
        teams = [
            []
            if o.crm_team is None
            else [{"id": str(700 + len(o.crm_team)), "name": o.crm_team, "primary": True}]
            for _, o in users
        ]
        team_type = pa.list_(pa.struct([("id", pa.string()), ("name", pa.string()), ("primary", pa.bool_())]))
        self._sink.write("owners", pa.table({
            "id": [_OWNER_IDS[i] for i, _ in users],
            "email": [o.email for _, o in users],
            "type": ["PERSON"] * len(users),
            "firstName": [o.name.split(" ", 1)[0] for _, o in users],
            "lastName": [o.name.split(" ", 1)[1] for _, o in users],
            "userId": [int(_USER_IDS[i]) for i, _ in users],
            "createdAt": at,
            "updatedAt": at,
            "archived": [not o.is_active for _, o in users],
            "teams": pa.array(teams, team_type),
            **self._airbyte(len(users)),
        }))  # fmt: skip
        count = len(v.FORMS)
        self._sink.write("forms", pa.table({
            "id": [f"form-{n}" for n in range(count)],
            "name": [name for name, _ in v.FORMS],
            "formType": ["hubspot"] * count,
            "createdAt": c.iso(np.full(count, self._world.starts - 90 * DAY, dtype=np.int64)),
            "archived": [False] * count,
            **self._airbyte(count),
        }))  # fmt: skip

    def write(self, ledger: Ledger) -> None:
        """Write one chunk of contacts with everything that hangs on them."""
        leads = ledger.table("leads")
        first = int(leads["number"][0])
        merges = ledger.table("merges")
        self._contacts(leads, merges, first)
        self._history(leads, ledger.table("changes"))
        self._engagements(ledger.table("activities"))
        self._companies(leads, ledger.table("accounts"), first)
        self._deals(ledger.table("opportunities"))
        self._submissions(ledger.table("submissions"))
        if merges:
            self._sink.write("contacts_merged_audit", pa.table({
                "canonical-vid": lead_ids(merges["survivor"]),
                "vid-to-merge": lead_ids(merges["loser"]),
                "timestamp": pa.array(merges["at"] * 1000),
                "user-id": c.words(_USER_IDS, merges["by"]),
                **self._airbyte(len(merges["at"])),
            }))  # fmt: skip

    def _contacts(self, leads: Columns, merges: Columns, first: int) -> None:
        number, person, count = leads["number"], leads["person"], len(leads["number"])
        absorbed = np.full(count, -1, dtype=np.int64)
        if merges:
            absorbed[merges["survivor"] - first] = merges["loser"]
        is_deleted = leads["deleted_at"] != NULL_INSTANT
        current = pa.table({
            "id": lead_ids(number),
            "createdAt": c.iso(leads["created"]),
            "updatedAt": c.iso(leads["updated"]),
            "archived": c.flags(is_deleted),
            "archivedAt": c.iso(leads["deleted_at"]),
            "properties_createdate": c.iso(leads["created"]),
            "properties_hs_created_by_user_id": c.words(_USER_IDS, leads["created_by"]),
            "properties_email": c.emails(leads),
            "properties_phone": c.phones(leads),
            "properties_firstname": c.first_names(person),
            "properties_lastname": c.last_names(person),
            "properties_jobtitle": c.titles(person),
            "properties_company": c.companies(person),
            "properties_country": c.words([name for name, _ in COUNTRY_LIST], leads["country"]),
            "properties_state": c.words([region for _, region in COUNTRY_LIST], leads["country"]),
            "properties_lifecyclestage": c.spelled(_STAGES, leads["stage"], number, 13),
            "properties_hs_lead_status": c.spelled(_STATUSES, leads["status"], number, 12),
            "properties_hubspot_owner_id": _owner_ids(leads["owner"]),
            "properties_hs_analytics_source": c.spelled([s for s, _, _ in v.SOURCES], leads["source"],
                                                        number, 11),
            "properties_campaign": c.words([name for name, _ in v.CAMPAIGNS], leads["campaign"]),
            "properties_landing_page": c.words([url for _, url in v.FORMS], leads["landing_page"]),
            "properties_form_name": c.words([name for name, _ in v.FORMS], leads["form"]),
            "properties_fit_grade": c.words(v.FIT_GRADES, leads["fit_grade"]),
            "properties_fit_score": pc.cast(pa.array(leads["fit_score"], mask=leads["fit_score"] < 0),
                                            pa.string()),
            "properties_intent_signal": c.spelled(v.INTENTS, leads["intent"], number, 14),
            "properties_qualification_reason": c.words(v.QUALIFICATIONS, leads["qualification"]),
            "properties_disqualification_reason": c.spelled(v.REASON_WORDS, leads["reason"], number, 15),
            "properties_disqualification_notes": c.words(v.NOTES, leads["note"]),
            "properties_accepted_date": c.iso(leads["accepted_at"]),
            "properties_hs_merged_object_ids": lead_ids(absorbed),
            "properties_associatedcompanyid": _id("7", leads["account"]),
            **self._airbyte(count),
        })  # fmt: skip
        chosen = np.flatnonzero(mix(number, 17) % 40 == 0)
        older = current.take(pa.array(chosen))
        stale = {
            "properties_lifecyclestage": pa.array([_STAGES[0]] * len(chosen), pa.string()),
            "properties_hs_lead_status": pa.array([_STATUSES[0]] * len(chosen), pa.string()),
            "properties_hubspot_owner_id": c.blank(len(chosen)),
            "archived": c.flags(np.zeros(len(chosen), dtype=bool)),
            "archivedAt": c.blank(len(chosen)),
            "updatedAt": older["createdAt"],
            "_airbyte_extracted_at": c.iso(np.full(len(chosen), self._synced - 3 * DAY)),
        }
        for name, column in stale.items():
            older = older.set_column(older.column_names.index(name), name, column)
        self._sink.write("contacts", pa.concat_tables([current, older]))

    def _history(self, leads: Columns, changes: Columns) -> None:
        number = leads["number"]
        # A property's history begins with the value that the contact was created with.
        initial = {STAGE: leads["first_stage"], STATUS: leads["first_status"], OWNER: leads["first_owner"]}
        tables = []
        for field, property_name in _HISTORY_PROPERTIES.items():
            chosen = initial[field] >= 0
            lead, value, at = number[chosen], initial[field][chosen], leads["created"][chosen]
            by = leads["created_by"][chosen]
            if changes:
                mine = changes["field"] == field
                lead = np.concatenate([lead, changes["lead"][mine]])
                value = np.concatenate([value, changes["new"][mine]])
                at = np.concatenate([at, changes["at"][mine]])
                by = np.concatenate([by, changes["by"][mine]])
            tables.append(self._history_rows(property_name, field, lead, value, at, by))
        self._sink.write("contacts_property_history", pa.concat_tables(tables))

    def _history_rows(
        self, property_name: str, field: int, lead: Numbers, value: Numbers, at: Instants, by: Numbers
    ) -> pa.Table:
        count = len(lead)
        if field == OWNER:
            text = _owner_ids(value)
        else:
            words, salt = (_STAGES, 13) if field == STAGE else (_STATUSES, 12)
            text = c.spelled(words, value, lead, salt)
        is_robot = (by == roster.ROBOT_INDEX) | (by < 0)
        # A workflow has no user behind it.
        user = c.words(_USER_IDS, np.where(is_robot, -1, by))
        return pa.table({
            "contactId": lead_ids(lead),
            "property": pa.repeat(property_name, count),
            "value": pc.fill_null(text, ""),
            "timestamp": c.iso_with_offsets(at, 42),
            "sourceType": c.words(("CRM_UI", "AUTOMATION_PLATFORM"), is_robot.astype(np.int64)),
            "sourceId": pc.fill_null(c.joined("userId:", user), "enrollmentId:318"),
            "updatedByUserId": user,
            "archived": c.flags(np.zeros(count, dtype=bool)),
            **self._airbyte(count),
        })  # fmt: skip

    def _engagements(self, activities: Columns) -> None:
        for code, kind in enumerate(v.ACTIVITY_TYPES[:4]) if activities else ():
            mine = activities["type"] == code
            if mine.any():
                self._engagement(kind, {name: column[mine] for name, column in activities.items()})

    def _engagement(self, kind: str, rows: Columns) -> None:
        count, at, is_planned = len(rows["lead"]), rows["at"], rows["is_planned"]
        own: dict[str, pa.Array]
        stamp = at
        if kind == "call":
            own = {
                "properties_hs_call_disposition": c.words(
                    DISPOSITIONS, rows["is_connected"].astype(np.int64)
                ),
                "properties_hs_call_direction": c.words(
                    ("OUTBOUND", "INBOUND"), rows["is_inbound"].astype(np.int64)
                ),
                "properties_hs_call_status": pa.repeat("COMPLETED", count),
                "properties_hs_call_body": c.words(v.BODIES, rows["body"]),
            }
        elif kind == "email":
            own = {
                "properties_hs_email_direction": c.words(
                    ("EMAIL", "INCOMING_EMAIL"), rows["is_inbound"].astype(np.int64)
                ),
                "properties_hs_email_status": pa.repeat("SENT", count),
                "properties_hs_email_text": c.words(v.BODIES, rows["body"]),
            }
        elif kind == "meeting":
            stamp = rows["due"]
            own = {
                "properties_hs_meeting_start_time": c.iso(rows["due"]),
                "properties_hs_meeting_outcome": pa.repeat("SCHEDULED", count),
            }
        else:
            stamp = np.where(is_planned, rows["due"], at + DAY)
            own = {
                "properties_hs_task_status": c.words(
                    ("COMPLETED", "NOT_STARTED"), is_planned.astype(np.int64)
                ),
                "properties_hs_task_completion_date": c.iso(np.where(is_planned, NULL_INSTANT, at)),
                "properties_hs_task_type": pa.repeat("TODO", count),
                "properties_hs_task_subject": pa.repeat("Follow up", count),
                "properties_hs_task_body": c.words(v.BODIES, rows["body"]),
            }
        everyone = np.ones(count, dtype=bool)
        none = _lists(c.blank(count), ~everyone)
        self._sink.write(f"engagements_{kind}s", pa.table({
            "id": _id("8", self._numbers(count)),
            "archived": c.flags(~everyone),
            "contacts": _lists(lead_ids(rows["lead"]), everyone),
            "deals": none,
            "companies": none,
            "properties_hubspot_owner_id": _owner_ids(rows["owner"]),
            "properties_hs_created_by_user_id": c.words(_USER_IDS, rows["created_by"]),
            "properties_hs_object_source": c.words(_OBJECT_SOURCES, rows["source"]),
            "createdAt": c.iso(rows["created"]),
            "updatedAt": c.iso(at),
            "properties_hs_createdate": c.iso(rows["created"]),
            "properties_hs_timestamp": c.iso(stamp),
            **own,
            **self._airbyte(count),
        }))  # fmt: skip

    def _companies(self, leads: Columns, accounts: Columns, first: int) -> None:
        if not accounts:
            return
        person = leads["person"][accounts["lead"] - first]
        count = len(person)
        self._sink.write("companies", pa.table({
            "id": _id("7", accounts["number"]),
            "createdAt": c.iso(accounts["created"]),
            "archived": c.flags(np.zeros(count, dtype=bool)),
            "properties_name": c.companies(person),
            "properties_domain": c.websites(person, accounts["number"], accounts["matches"]),
            "properties_createdate": c.iso(accounts["created"]),
            "properties_hubspot_owner_id": _owner_ids(accounts["owner"]),
            "properties_lifecyclestage": c.words(("lead", "customer"),
                                                 accounts["is_customer"].astype(np.int64)),
            **self._airbyte(count),
        }))  # fmt: skip

    def _deals(self, opportunities: Columns) -> None:
        if not opportunities:
            return
        lead, account, won = opportunities["lead"], opportunities["account"], opportunities["won_at"]
        is_won, count = won != NULL_INSTANT, len(lead)
        serials = self._numbers(count)
        self._sink.write("deals", pa.table({
            "id": _id("6", serials),
            "createdAt": c.iso(opportunities["at"]),
            "archived": c.flags(np.zeros(count, dtype=bool)),
            "contacts": _lists(lead_ids(lead), lead >= 0),
            "companies": _lists(_id("7", account), account >= 0),
            "properties_dealname": c.joined("New business ", _id("", serials)),
            "properties_dealstage": c.words(("qualifiedtobuy", "closedwon"), is_won.astype(np.int64)),
            "properties_pipeline": pa.repeat("default", count),
            "properties_createdate": c.iso(opportunities["at"]),
            "properties_closedate": c.iso(won),
            "properties_hs_is_closed_won": c.words(("false", "true"), is_won.astype(np.int64)),
            "properties_amount": pc.cast(pa.array((mix(serials, 21) % 90 + 10) * 1000), pa.string()),
            "properties_hubspot_owner_id": _owner_ids(opportunities["owner"]),
            **self._airbyte(count),
        }))  # fmt: skip

    def _submissions(self, submissions: Columns) -> None:
        if not submissions:
            return
        form, at = submissions["form"], submissions["at"]
        self._sink.write("contacts_form_submissions", pa.table({
            "canonical-vid": lead_ids(submissions["lead"]),
            "form-id": c.words([f"form-{n}" for n in range(len(v.FORMS))], form),
            "timestamp": pa.array(at * 1000),
            "title": c.words([name for name, _ in v.FORMS], form),
            "page-url": c.words([url for _, url in v.FORMS], form),
            "conversion-id": c.ids("", mix(self._numbers(len(form)), 43) % 10**15, width=15),
            **self._airbyte(len(form)),
        }))  # fmt: skip
