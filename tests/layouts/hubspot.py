"""The demo's HubSpot portal in the layouts of the tools that land one.

A portal is read into the shape of HubSpot's API: objects with their properties in one dictionary, the lists
of what they are associated with, and `synced`, when the tool saw them.
"""

from __future__ import annotations

import copy
import gzip
import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.layouts.files import Row, Tables, write_csv, write_jsonl, write_parquet
from tests.layouts.naming import lowered, snake

OBJECTS = ("contacts", "companies", "deals")
ENGAGEMENTS = ("engagements_calls", "engagements_emails", "engagements_meetings", "engagements_tasks")
STAMPS = ("_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_meta")
INSTANTS = re.compile(
    r"(createdate|closedate|modifieddate|timestamp|start_time|completion_date|_date|assigneddate)$"
)
STAGE_DATES = {
    "hs_v2_date_entered_*": "hs_v2_date_entered_{}",
    "hs_date_entered_*": "hs_date_entered_{}",
    "hs_lifecyclestage_*_date": "hs_lifecyclestage_{}_date",
}
LABELS = {
    "createdate": "Create Date",
    "lastmodifieddate": "Last Modified Date",
    "email": "Email",
    "phone": "Phone Number",
    "firstname": "First Name",
    "lastname": "Last Name",
    "jobtitle": "Job Title",
    "company": "Company Name",
    "country": "Country/Region",
    "state": "State/Region",
    "lifecyclestage": "Lifecycle Stage",
    "hs_lead_status": "Lead Status",
    "hubspot_owner_id": "Contact owner",
    "hs_analytics_source": "Original Traffic Source",
    "campaign": "Campaign",
    "landing_page": "Landing page",
    "form_name": "Form name",
    "fit_grade": "Fit grade",
    "fit_score": "Fit score",
    "intent_signal": "Intent signal",
    "qualification_reason": "Qualification reason",
    "disqualification_reason": "Disqualification reason",
    "disqualification_notes": "Disqualification notes",
    "accepted_date": "Accepted date",
    "hs_merged_object_ids": "Merged record IDs",
    "hs_created_by_user_id": "Created by user ID",
}
STAGE_LABELS = {
    "lead": "Became a Lead Date",
    "marketingqualifiedlead": "Became a Marketing Qualified Lead Date",
    "salesqualifiedlead": "Became a Sales Qualified Lead Date",
    "opportunity": "Became an Opportunity Date",
    "customer": "Became a Customer Date",
}


def read_portal(landing: Path) -> Tables:
    """The portal from what the demo wrote as Airbyte lands it."""
    portal: Tables = {}
    for path in sorted(landing.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            portal[path.name.removesuffix(".jsonl.gz")] = [_as_api(json.loads(line)) for line in lines]
    return portal


def _as_api(row: Row) -> Row:
    prefix = "properties_"
    own = {key: value for key, value in row.items() if not key.startswith((prefix, "_airbyte"))}
    properties = {key.removeprefix(prefix): value for key, value in row.items() if key.startswith(prefix)}
    return own | ({"properties": properties} if properties else {}) | {"synced": row["_airbyte_extracted_at"]}


def instant(text: object) -> datetime | None:
    """An ISO text as naive UTC."""
    return datetime.fromisoformat(str(text)).astimezone(UTC).replace(tzinfo=None) if text else None


def millis(text: object) -> int | None:
    """An ISO text as milliseconds since 1970."""
    at = instant(text)
    return None if at is None else round(at.replace(tzinfo=UTC).timestamp() * 1000)


def typed(properties: Row) -> Row:
    """Properties with instants and numbers of their own type, as a typed destination holds them."""
    return {key: instant(value) if INSTANTS.search(key) else value for key, value in properties.items()}


def flattened(row: Row, prefix: str) -> Row:
    """A row with its properties as columns."""
    own = {key: value for key, value in row.items() if key not in ("properties", "synced")}
    return own | {prefix + key: value for key, value in row.get("properties", {}).items()}


# -- whole portals -----------------------------------------------------------------------------------


def airbyte(portal: Tables, folder: Path) -> None:
    """Airbyte today, as the demo itself writes it."""
    write_jsonl(
        folder,
        {
            table: [
                flattened(row, "properties_") | _airbyte_stamps(row, number)
                for number, row in enumerate(rows)
            ]
            for table, rows in portal.items()
        },
    )


def _airbyte_stamps(row: Row, number: int) -> Row:
    return {"_airbyte_raw_id": f"raw-{number}", "_airbyte_extracted_at": row["synced"]}


def pyairbyte(portal: Tables, folder: Path) -> None:
    """PyAirbyte's cache: lower case, typed, lists as JSON text."""
    tables: Tables = {}
    for table, rows in portal.items():
        tables[table] = [
            {lowered(key): _flat(value) for key, value in flattened(_typed_row(row), "properties_").items()}
            | {"_airbyte_raw_id": f"raw-{number}", "_airbyte_extracted_at": instant(row["synced"])}
            for number, row in enumerate(rows)
        ]
    write_parquet(folder, tables)


def _typed_row(row: Row) -> Row:
    own = {key: instant(value) if key.endswith("At") else value for key, value in row.items()}
    return own | ({"properties": typed(row["properties"])} if "properties" in row else {})


def _flat(value: Any) -> Any:  # noqa: ANN401
    return json.dumps(value) if isinstance(value, list | dict) else value


def airbyte_older(portal: Tables, folder: Path) -> None:
    """Airbyte before 2022: properties in one object, the old history, all engagements in one stream."""
    tables: Tables = {}
    for table, rows in portal.items():
        if table in OBJECTS:
            tables[table] = [{**row, "properties": json.dumps(row["properties"])} for row in rows]
        elif table == "contacts_property_history":
            tables["property_history"] = [
                {
                    "vid": int(row["contactId"]),
                    "property": row["property"],
                    "value": row["value"],
                    "timestamp": millis(row["timestamp"]),
                    "source-type": row["sourceType"],
                    "source-id": row["sourceId"],
                    "updated-by-user-id": row["updatedByUserId"],
                    "synced": row["synced"],
                }
                for row in rows
            ]
        elif table not in ENGAGEMENTS:
            tables[table] = rows
    tables["engagements"] = [
        {
            "id": int(row["id"]),
            **_engagement(kind, row),
            "createdBy": row["properties"]["hs_created_by_user_id"],
            "source": row["properties"]["hs_object_source"],
            "associations": json.dumps({"contactIds": [int(contact) for contact in row["contacts"]]}),
            "metadata": json.dumps(_metadata(kind, row["properties"])),
            "synced": row["synced"],
        }
        for kind, row in _engagements(portal)
    ]
    stamped = {
        table: [
            {key: value for key, value in row.items() if key != "synced"}
            | {"_airbyte_ab_id": f"ab-{number}", "_airbyte_emitted_at": row["synced"]}
            for number, row in enumerate(rows)
        ]
        for table, rows in tables.items()
    }
    write_jsonl(folder, stamped)


def _engagements(portal: Tables) -> Iterator[tuple[str, Row]]:
    for table in ENGAGEMENTS:
        for row in portal[table]:
            yield table.removeprefix("engagements_").removesuffix("s"), row


def _engagement(kind: str, row: Row) -> Row:
    """What the old engagements API says of any engagement."""
    is_inbound = row["properties"].get("hs_email_direction") == "INCOMING_EMAIL"
    return {
        "active": not row["archived"],
        "type": "INCOMING_EMAIL" if is_inbound else kind.upper(),
        "ownerId": row["properties"]["hubspot_owner_id"],
        "createdAt": millis(row["createdAt"]),
        "lastUpdated": millis(row["updatedAt"]),
        "timestamp": millis(row["properties"]["hs_timestamp"]),
    }


def _metadata(kind: str, properties: Row) -> Row:
    return {
        "status": properties.get(f"hs_{kind}_status"),
        "disposition": properties.get("hs_call_disposition"),
        "body": properties.get(f"hs_{kind}_body") or properties.get("hs_email_text"),
        "startTime": millis(properties.get("hs_meeting_start_time")),
        "completionDate": millis(properties.get("hs_task_completion_date")),
    }


def fivetran(portal: Tables, folder: Path) -> None:
    """Fivetran: singular tables, property_ columns, associations told once for each of their types."""
    teams = sorted({team["name"] for row in portal["owners"] for team in row["teams"]})
    tables: Tables = {
        "contact": [
            {"id": int(row["id"]), "_fivetran_deleted": row["archived"], **_properties(row)}
            for row in portal["contacts"]
        ],
        "contact_property_history": [
            {
                "contact_id": int(row["contactId"]),
                "name": row["property"],
                "value": row["value"],
                "timestamp": instant(row["timestamp"]),
                "source": row["sourceType"],
                "source_id": row["sourceId"],
            }
            for row in portal["contacts_property_history"]
        ],
        "company": [
            {"id": int(row["id"]), "is_deleted": row["archived"], **_properties(row)}
            for row in portal["companies"]
        ],
        "deal": [_deal(row) for row in portal["deals"]],
        "deal_contact": [
            {
                "deal_id": int(row["id"]),
                "contact_id": int(contact),
                "type_id": kind,
                "category": "HUBSPOT_DEFINED",
            }
            for row in portal["deals"]
            for contact in row["contacts"]
            for kind in (3, 5)
        ],
        "deal_company": [
            {
                "deal_id": int(row["id"]),
                "company_id": int(company),
                "type_id": kind,
                "category": "HUBSPOT_DEFINED",
            }
            for row in portal["deals"]
            for company in row["companies"]
            for kind in (5, 341)
        ],
        "deal_pipeline_stage": [
            {
                "stage_id": stage,
                "label": stage,
                "closed_won": stage == "closedwon",
                "is_closed": stage == "closedwon",
            }
            for stage in ("qualifiedtobuy", "closedwon")
        ],
        "engagement": [
            {"id": int(row["id"]), "type": kind.upper(), "portal_id": 1} for kind, row in _engagements(portal)
        ],
        "engagement_contact": [
            {
                "engagement_id": int(row["id"]),
                "contact_id": int(contact),
                "engagement_type": kind.upper(),
                "type_id": association,
                "category": "HUBSPOT_DEFINED",
            }
            for kind, row in _engagements(portal)
            for contact in row["contacts"]
            for association in (194, 195)
        ],
        "owner": [
            {
                "owner_id": int(row["id"]),
                "active_user_id": None if row["archived"] else row["userId"],
                "user_id_including_inactive": row["userId"],
                "is_active": not row["archived"],
                "email": row["email"],
                "first_name": row["firstName"],
                "last_name": row["lastName"],
                "type": row["type"],
            }
            for row in portal["owners"]
        ],
        "team": [{"id": number, "name": name} for number, name in enumerate(teams)],
        "owner_team": [
            {
                "owner_id": int(row["id"]),
                "team_id": teams.index(team["name"]),
                "is_team_primary": team["primary"],
            }
            for row in portal["owners"]
            for team in row["teams"]
        ],
        "form": [{"guid": row["id"], "name": row["name"]} for row in portal["forms"]],
        "contact_form_submission": [
            {
                "contact_id": int(row["canonical-vid"]),
                "conversion_id": row["conversion-id"],
                "form_id": row["form-id"],
                "page_url": row["page-url"],
                "timestamp": datetime.fromtimestamp(row["timestamp"] / 1000, UTC).replace(tzinfo=None),
                "title": row["title"],
            }
            for row in portal["contacts_form_submissions"]
        ],
        "contact_merge_audit": [
            {
                "canonical_vid": int(row["canonical-vid"]),
                "contact_id": int(row["canonical-vid"]),
                "vid_to_merge": int(row["vid-to-merge"]),
                "timestamp": datetime.fromtimestamp(row["timestamp"] / 1000, UTC).replace(tzinfo=None),
                "user_id": row["user-id"],
            }
            for row in portal["contacts_merged_audit"]
        ],
    }
    for table in ENGAGEMENTS:
        kind = table.removeprefix("engagements_").removesuffix("s")
        tables[f"engagement_{kind}"] = [
            {
                "engagement_id": int(row["id"]),
                "_fivetran_deleted": row["archived"],
                "type": kind.upper(),
                **_properties(row),
            }
            for row in portal[table]
        ]
    synced = {"contact": "contacts", "company": "companies", "deal": "deals"}
    for table, rows in tables.items():
        stamps = [row["synced"] for row in portal[synced[table]]] if table in synced else [None] * len(rows)
        for row, stamp in zip(rows, stamps, strict=True):
            row["_fivetran_synced"] = instant(stamp) or datetime(2026, 9, 30, 17)
    write_parquet(folder, tables)


def _properties(row: Row) -> Row:
    updated = {"lastmodifieddate": row["updatedAt"]} if "updatedAt" in row else {}
    return {f"property_{key}": value for key, value in typed({**row["properties"], **updated}).items()}


def _deal(row: Row) -> Row:
    properties = _properties(row)
    return {
        "deal_id": int(row["id"]),
        "is_deleted": row["archived"],
        "owner_id": properties.pop("property_hubspot_owner_id"),
        "deal_pipeline_id": properties.pop("property_pipeline"),
        "deal_pipeline_stage_id": properties.pop("property_dealstage"),
        **{key: value for key, value in properties.items() if key != "property_hs_is_closed_won"},
    }


def rest_api(portal: Tables, folder: Path) -> None:
    """As the API itself answers: properties and associations in an object each."""
    write_jsonl(folder, as_api_answers(portal))


def as_api_answers(portal: Tables) -> Tables:
    """Properties and associations in an object each."""
    tables: Tables = {}
    for table, rows in portal.items():
        tables[table] = [
            {
                **{
                    key: value for key, value in row.items() if key not in ("contacts", "companies", "synced")
                },
                "associations": {
                    kind: {"results": [{"id": one, "type": f"{table}_to_{kind}"} for one in row[kind]]}
                    for kind in ("contacts", "companies")
                    if kind in row
                },
            }
            if "properties" in row
            else {key: value for key, value in row.items() if key != "synced"}
            for row in (newest(rows) if table in OBJECTS else rows)
        ]
    return tables


def newest(rows: Iterable[Row]) -> list[Row]:
    """The version of the latest sync of each object."""
    latest: dict[str, Row] = {}
    for row in rows:
        if row["id"] not in latest or row["synced"] >= latest[row["id"]]["synced"]:
            latest[row["id"]] = row
    return list(latest.values())


# -- portals that a tool lands in part -----------------------------------------------------------------


def dlt(portal: Tables, folder: Path) -> None:
    """dlt's verified source: bare properties, history, child tables; no engagements and no forms."""
    tables: Tables = {}
    for table in OBJECTS:
        tables[table] = [
            {
                "id": row["id"],
                "hs_object_id": row["id"],
                **typed(row["properties"]),
                "is_deleted": row["archived"],
                "lastmodifieddate": instant(row.get("updatedAt")),
                **_dlt_stamps(row, table, number),
            }
            for number, row in enumerate(portal[table])
        ]
    tables["contacts_property_history"] = [
        {
            "object_id": row["contactId"],
            "property_name": row["property"],
            "value": row["value"],
            "timestamp": instant(row["timestamp"]),
            "source_type": row["sourceType"],
            "source_id": row["sourceId"],
            "updated_by_user_id": row["updatedByUserId"] and int(row["updatedByUserId"]),
            **_dlt_stamps(row, "history", number),
        }
        # It appends the whole history on every load.
        for number, row in enumerate(portal["contacts_property_history"] * 2)
    ]
    tables["owners"] = [
        {snake(key): value for key, value in row.items() if key not in ("teams", "synced")}
        | _dlt_stamps(row, "owners", number)
        for number, row in enumerate(portal["owners"])
    ]
    tables["owners__teams"] = [
        {
            **team,
            "_dlt_parent_id": f"owners-{number}",
            "_dlt_list_idx": place,
            "_dlt_id": f"team-{number}-{place}",
        }
        for number, row in enumerate(portal["owners"])
        for place, team in enumerate(row["teams"])
    ]
    for plural, key in (("contacts", "contacts"), ("companies", "companies")):
        tables[f"{plural}__deals"] = [
            {"value": one, "deals_id": row["id"], "_dlt_id": f"{plural}-deal-{number}-{one}"}
            for number, row in enumerate(portal["deals"])
            for one in row[key]
        ]
    write_parquet(folder, tables)


def _dlt_stamps(row: Row, table: str, number: int) -> Row:
    return {"_dlt_load_id": str((millis(row["synced"]) or 0) / 1000), "_dlt_id": f"{table}-{number}"}


def stitch(portal: Tables, folder: Path) -> None:
    """Stitch: a column per property and type, child tables by source key, the old engagements; no history."""
    tables: Tables = {
        "contacts": [
            {"vid": int(row["id"]), "canonical_vid": int(row["id"]), **_unfolded(row)}
            for row in portal["contacts"]
        ],
        "companies": [{"companyid": int(row["id"]), **_unfolded(row)} for row in portal["companies"]],
        "deals": [{"dealid": int(row["id"]), **_unfolded(row)} for row in portal["deals"]],
        "deals__associations__associatedvids": [
            {"_sdc_source_key_dealid": int(row["id"]), "_sdc_level_0_id": place, "value": int(contact)}
            for row in portal["deals"]
            for place, contact in enumerate(row["contacts"])
        ],
        "deals__associations__associatedcompanyids": [
            {"_sdc_source_key_dealid": int(row["id"]), "_sdc_level_0_id": place, "value": int(company)}
            for row in portal["deals"]
            for place, company in enumerate(row["companies"])
        ],
        "contacts__form_submissions": [
            {
                "_sdc_source_key_vid": int(row["canonical-vid"]),
                "conversion_id": row["conversion-id"],
                "form_id": row["form-id"],
                "page_url": row["page-url"],
                "timestamp": datetime.fromtimestamp(row["timestamp"] / 1000, UTC).replace(tzinfo=None),
                "title": row["title"],
            }
            for row in portal["contacts_form_submissions"]
        ],
        "contacts__merge_audits": [
            {
                "_sdc_source_key_vid": int(row["canonical-vid"]),
                "canonical_vid": int(row["canonical-vid"]),
                "vid_to_merge": int(row["vid-to-merge"]),
                "timestamp": datetime.fromtimestamp(row["timestamp"] / 1000, UTC).replace(tzinfo=None),
                "user_id": row["user-id"],
            }
            for row in portal["contacts_merged_audit"]
        ],
        "engagements": [
            {"engagement_id": int(row["id"]), "engagement__id": int(row["id"])}
            | {f"engagement__{key.lower()}": value for key, value in _engagement(kind, row).items()}
            | {
                f"metadata__{key.lower()}": value
                for key, value in _metadata(kind, row["properties"]).items()
                if key != "completionDate"
            }
            for kind, row in _engagements(portal)
        ],
        "engagements__associations__contactids": [
            {"_sdc_source_key_engagement_id": int(row["id"]), "_sdc_level_0_id": place, "value": int(contact)}
            for _, row in _engagements(portal)
            for place, contact in enumerate(row["contacts"])
        ],
        "owners": [
            {key.lower(): value for key, value in row.items() if key not in ("teams", "synced", "type")}
            for row in portal["owners"]
        ],
        "owners__teams": [
            {"_sdc_source_key_id": row["id"], "_sdc_level_0_id": place, **team}
            for row in portal["owners"]
            for place, team in enumerate(row["teams"])
        ],
        "forms": [{"guid": row["id"], "name": row["name"]} for row in portal["forms"]],
    }
    for table, rows in tables.items():
        stamps = [row["synced"] for row in portal[table]] if table in OBJECTS else [None] * len(rows)
        for row, stamp in zip(rows, stamps, strict=True):
            row["_sdc_batched_at"] = instant(stamp) or datetime(2026, 9, 30, 17)
    write_parquet(folder, tables)


def _unfolded(row: Row) -> Row:
    columns: Row = {}
    updated = {"lastmodifieddate": row["updatedAt"]} if "updatedAt" in row else {}
    for key, value in typed({**row["properties"], **updated}).items():
        columns[f"property_{key}__value"] = value
        if key in ("fit_score", "amount"):
            # A number first came as text, then as a number: Stitch splits the column.
            columns[f"property_{key}__value"] = None
            columns[f"property_{key}__value__double"] = value and float(value)
    return columns


def export(portal: Tables, folder: Path) -> None:
    """The portal's own export of all contacts: labels, the owner by name, minutes without a zone."""
    owners = {row["id"]: f"{row['firstName']} {row['lastName']}" for row in portal["owners"]}
    rows: list[Row] = []
    for contact in newest(portal["contacts"]):
        if contact["archived"]:
            continue
        properties = contact["properties"] | {"lastmodifieddate": contact["updatedAt"]}
        row: Row = {"Record ID": contact["id"]}
        for key, value in properties.items():
            if key == "hubspot_owner_id":
                row[LABELS[key]] = owners.get(value)
            elif key in LABELS:
                row[LABELS[key]] = _minute(value) if INSTANTS.search(key) else value
            elif key.startswith("hs_v2_date_entered_"):
                stage = key.removeprefix("hs_v2_date_entered_")
                row[STAGE_LABELS.get(stage, f"Became a {stage} Date")] = _minute(value)
        rows.append(row)
    users = [
        {key: value for key, value in row.items() if key not in ("teams", "synced")}
        for row in portal["owners"]
    ]
    tables = {"hubspot-crm-exports-all-contacts-2026-09-30": rows, "owners": users}
    write_csv(folder, tables, false="false", true="true")


def _minute(text: object) -> str | None:
    at = instant(text)
    return None if at is None else at.strftime("%Y-%m-%d %H:%M")


# -- the same portal with less in it, to hold the partial layouts against ------------------------------------


def changed(portal: Tables, change: Callable[[str, Row], None], without: tuple[str, ...] = ()) -> Tables:
    """A copy of the portal in which `change` was made to every row, without some tables."""
    copied = {table: copy.deepcopy(rows) for table, rows in portal.items() if table not in without}
    for table, rows in copied.items():
        for row in rows:
            change(table, row)
    return copied


def with_stage_dates(portal: Tables, name: str = "hs_v2_date_entered_{}") -> Tables:
    """The portal with a property for each stage that a contact entered, as HubSpot keeps them by itself."""
    entered: dict[str, dict[str, str]] = {}
    changes = (row for row in portal["contacts_property_history"] if row["property"] == "lifecyclestage")
    for row in sorted(changes, key=lambda row: instant(row["timestamp"]) or datetime.min):
        if stage := row["value"].strip().lower():
            at = instant(row["timestamp"])
            assert at is not None
            dates = entered.setdefault(row["contactId"], {})
            dates[stage] = at.isoformat(timespec="milliseconds") + "Z"
    stages = sorted({stage for dates in entered.values() for stage in dates})

    def change(table: str, row: Row) -> None:
        if table == "contacts":
            dates = entered.get(row["id"], {})
            row["properties"] |= {name.format(stage): dates.get(stage) for stage in stages}

    return changed(portal, change)
