"""A source as HubSpot's portals are exported: contacts with a date for each stage, and no history.

Written for the random worlds and read back for the reference, in its own words.
"""

from __future__ import annotations

from pathlib import Path

from .random_leads import Tables, as_instant
from .random_policies import Row as WrittenRow
from .world import Reader, Row, Source, latest, read_canonical, read_folder

CONTACTS = {
    "lead_id": "id",
    "created_at": "createdate",
    "email": "email",
    "phone": "phone",
    "country": "country",
    "region": "state",
    "lifecycle_stage": "lifecyclestage",
    "status": "hs_lead_status",
    "owner_id": "hubspot_owner_id",
    "original_source": "hs_analytics_source",
    "campaign_id": "campaign",
    "landing_page": "landing_page",
    "conversion_point": "form_name",
    "fit_grade": "fit_grade",
    "fit_score": "fit_score",
    "intent_signal": "intent_signal",
    "qualification_reason": "qualification_reason",
    "mql_at": "mql_date",
    "accepted_at": "accepted_date",
    "assigned_at": "hubspot_owner_assigneddate",
    "rejection_reason": "disqualification_reason",
    "rejection_note": "disqualification_notes",
    "is_deleted": "archived",
    "deleted_at": "archivedAt",
    "updated_at": "lastmodifieddate",
    "synced_at": "synced_at",
}
OWNERS = {
    "owner_id": "id",
    "owner_type": "type",
    "name": "name",
    "email": "email",
    "is_active": "is_active",
}
STAGES = {
    "inquiry": "lead",
    "subscriber": "subscriber",
    "mql": "marketingqualifiedlead",
    "marketing qualified": "marketingqualifiedlead",
    "sal": "salesacceptedlead",
    "sql": "salesqualifiedlead",
    "sales qualified": "salesqualifiedlead",
    "opportunity": "opportunity",
    "customer": "customer",
    "evangelist": "evangelist",
    "disqualified": "other",
    # A stage of the portal's own goes by a number.
    "recycled": "980114523",
}
# What each generation is called; the oldest keeps the first time, the newer ones the last.
GENERATIONS = ("hs_v2_date_entered_{}", "hs_date_entered_{}", "hs_lifecyclestage_{}_date")


def write_contacts(tables: Tables) -> None:
    """Turn a canonical source into contacts and owners; some dates are missing, some are days."""
    logs: dict[str, list[WrittenRow]] = {row["lead_id"]: [] for row in tables["leads"]}
    for row in sorted(tables["lead_changes"], key=lambda row: as_instant(row["changed_at"])):
        if row["field"] == "lifecycle_stage":
            logs[row["lead_id"]].append(row)
    contacts = []
    for number, row in enumerate(tables["leads"]):
        contact = {CONTACTS[column]: value for column, value in row.items() if column in CONTACTS}
        contact["lifecyclestage"] = _stage(row.get("lifecycle_stage", "")) or row.get("lifecycle_stage", "")
        log = logs[row["lead_id"]]
        first = log[0]["old_value"] if log else row.get("lifecycle_stage", "")
        entries = [(_stage(first), row["created_at"])]
        entries += [(_stage(change["new_value"]), change["changed_at"]) for change in log]
        generation = GENERATIONS[number % len(GENERATIONS)]
        keeps_the_first = "lifecyclestage" in generation
        for place, (stage, stamp) in enumerate(reversed(entries) if keeps_the_first else entries):
            if stage is not None and (number + place) % 9:
                is_day = (number + place) % 8 == 0 and "T" in stamp
                contact[generation.format(stage)] = stamp[:10] if is_day else stamp
        if number % 2:
            contact.pop("mql_date", None)
        contacts.append(contact)
    owners = [
        {OWNERS[column]: value for column, value in row.items() if column in OWNERS}
        for row in tables["owners"]
    ]
    tables.clear()
    tables |= {"contacts": contacts, "owners": owners}


def _stage(raw: str) -> str | None:
    return STAGES.get(raw.strip().lower())


def read_contacts(name: str, folder: Path, reader: Reader) -> Source:
    """Read it back: the canonical columns by their HubSpot names, and the dates of stages."""
    raw = read_folder(folder)
    leads = [
        _canonical(row, CONTACTS) | {"mql_at": row.get("mql_date") or _dated(row, "marketingqualifiedlead")}
        for row in raw["contacts"]
    ]
    owners = [_canonical(row, OWNERS) for row in raw["owners"]]
    source = read_canonical(name, {"leads": leads, "owners": owners}, reader)
    for row in latest(raw["contacts"], "id", reader):
        moments = {
            stage: reader.possible({"at": _dated(row, stage)}, "at") for stage in sorted({*STAGES.values()})
        }
        lead = source.leads[(row["id"] or "").strip()]
        lead.stage_dates = {stage: moment for stage, moment in moments.items() if moment is not None}
    return source


def _canonical(row: Row, names: dict[str, str]) -> dict[str, str | None]:
    return {column: row[raw] for column, raw in names.items() if raw in row}


def _dated(row: Row, stage: str) -> str | None:
    """The date of a stage in the first generation that has one."""
    return next((row[name.format(stage)] for name in GENERATIONS if row.get(name.format(stage))), None)
