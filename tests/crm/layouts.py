"""One Salesforce org and one HubSpot portal, told as each loading tool lands them.

The naming rules are those of the tools: Fivetran's snake case with digits split off, Airbyte's own
spelling, dlt's snake case, Stitch's lower case run together, and the exports of the CRMs themselves.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable

from tests.crm.warehouse import Row, Source

REP, COLLEAGUE, QUEUE = "005000000000001AAA", "005000000000002AAA", "00G000000000001AAA"
SYNCED = "2026-01-31T06:00:00Z"

SALESFORCE: dict[str, list[Row]] = {
    "Lead": [
        {
            "Id": "00Q1",
            "CreatedDate": "2026-01-05T09:00:00.000+0000",
            "CreatedById": COLLEAGUE,
            "Email": "Ann@Example.com ",
            "LastName": "Ann",
            "LeadSource": "Paid Search",
            "Status": "Qualified",
            "OwnerId": REP,
            "IsConverted": "true",
            "ConvertedDate": "2026-01-08",
            "ConvertedContactId": "0031",
            "ConvertedOpportunityId": "0061",
            "Lifecycle_Stage__c": "SQL",
            "Landing_Page__c": "https://example.com/demo",
            "Fit_Score__c": "72.5",
            "MQL_Date__c": "2026-01-05",
            "bizible2__Landing_Page_FT__c": "https://example.com/ignored",
            "IsDeleted": "false",
            "LastModifiedDate": "2026-01-08T10:00:00.000+0000",
        },
        {
            "Id": "00Q2",
            "CreatedDate": "2026-01-06T09:00:00.000+0000",
            "CreatedById": COLLEAGUE,
            "LastName": "Bob",
            "Status": "  ",
            "OwnerId": QUEUE,
            "IsConverted": "false",
            "MasterRecordId": "00Q1",
            "IsDeleted": "true",
            "bizible2__Landing_Page_FT__c": "https://example.com/first",
            "LastModifiedDate": "2026-01-07T10:00:00.000+0000",
        },
    ],
    "LeadHistory": [
        {
            "Id": f"017{number}",
            "LeadId": "00Q1",
            "Field": name,
            "OldValue": old,
            "NewValue": new,
            "CreatedDate": at,
            "CreatedById": COLLEAGUE,
        }
        for number, (name, old, new, at) in enumerate(
            [
                ("created", None, None, "2026-01-05T09:00:00.000+0000"),
                ("Owner", "Inbound", "Rep One", "2026-01-05T09:30:00.000+0000"),
                ("Owner", QUEUE, REP, "2026-01-05T09:30:00.000+0000"),
                ("Lifecycle_Stage__c", "MQL", "SQL", "2026-01-06T09:00:00.000+0000"),
                ("Status", "New", "Qualified", "2026-01-06T09:00:00.000+0000"),
                ("Rating", "Cold", "Hot", "2026-01-06T09:00:00.000+0000"),
                ("leadConverted", None, None, "2026-01-08T10:00:00.000+0000"),
            ]
        )
    ],
    "Task": [
        {
            "Id": "00T1",
            "WhoId": "00Q1",
            "OwnerId": REP,
            "CreatedDate": "2026-01-05T10:00:00.000+0000",
            "CompletedDateTime": "2026-01-05T10:05:00.000+0000",
            "ActivityDate": "2026-01-05",
            "Status": "Completed",
            "IsClosed": "true",
            "TaskSubtype": "Call",
            "CallDisposition": "Connected",
        },
        {
            "Id": "00T2",
            "WhoId": "0031",
            "WhatId": "0061",
            "OwnerId": REP,
            "CreatedDate": "2026-01-09T10:00:00.000+0000",
            "ActivityDate": "2026-01-20",
            "Status": "Not Started",
            "IsClosed": "false",
            "TaskSubtype": "Task",
        },
    ],
    "Event": [
        {
            "Id": "00U1",
            "WhoId": "0031",
            "OwnerId": REP,
            "CreatedDate": "2026-01-09T11:00:00.000+0000",
            "StartDateTime": "2026-02-09T11:00:00.000+0000",
        }
    ],
    "User": [
        {"Id": REP, "Name": "Rep One", "Email": "rep@example.com", "IsActive": "1", "UserRoleId": "00E1"},
        {
            "Id": COLLEAGUE,
            "Name": "Ops",
            "Email": "ops@example.com",
            "IsActive": "false",
            "Department": "Ops",
        },
    ],
    "UserRole": [{"Id": "00E1", "Name": "EMEA"}],
    "Group": [{"Id": QUEUE, "Name": "Inbound", "Type": "Queue"}],
    "GroupMember": [{"Id": "0111", "GroupId": QUEUE, "UserOrGroupId": REP}],
    "CampaignMember": [
        {
            "Id": "00v1",
            "CampaignId": "7011",
            "LeadId": "00Q1",
            "CreatedDate": "2026-01-05T08:59:00.000+0000",
        },
        {
            "Id": "00v2",
            "CampaignId": "7011",
            "ContactId": "0031",
            "CreatedDate": "2025-12-01T08:59:00.000+0000",
        },
        {
            "Id": "00v3",
            "CampaignId": "7011",
            "ContactId": "0031",
            "CreatedDate": "2026-01-12T08:59:00.000+0000",
        },
    ],
    "Opportunity": [
        {
            "Id": "0061",
            "AccountId": "0011",
            "OwnerId": REP,
            "StageName": "Closed Won",
            "Amount": "1000",
            "CreatedDate": "2026-01-08T10:00:00.000+0000",
            "CloseDate": "2026-01-15",
            "IsClosed": "true",
            "IsWon": "true",
        },
        {
            "Id": "0062",
            "StageName": "Discovery",
            "CreatedDate": "2026-01-09T10:00:00.000+0000",
            "CloseDate": "2026-06-15",
        },
    ],
    "OpportunityContactRole": [
        {"Id": "00K1", "OpportunityId": "0061", "ContactId": "0031"},
        {"Id": "00K2", "OpportunityId": "0062", "ContactId": "0031"},
    ],
}

HUBSPOT: dict[str, list[Row]] = {
    "contacts": [
        {
            "id": "101",
            "createdate": "2026-01-05T09:00:00.000Z",
            "email": "ann@example.com",
            "lifecyclestage": "marketingqualifiedlead",
            "hs_v2_date_entered_marketingqualifiedlead": "2026-01-05T09:10:00.000Z",
            "hs_v2_date_entered_lead": "2026-01-05T09:00:00.000Z",
            "hs_lead_status": "NEW",
            "hubspot_owner_id": "11",
            "hs_analytics_source": "PAID_SEARCH",
            "hs_analytics_source_data_1": "Spring",
            "hs_analytics_first_url": "https://example.com/demo",
            "recent_conversion_event_name": "Demo form",
            "hs_merged_object_ids": "102",
            "lastmodifieddate": "2026-01-09T09:00:00.000Z",
        }
    ],
    "contacts_property_history": [
        {
            "contactId": "101",
            "property": name,
            "value": value,
            "timestamp": at,
            "sourceType": source,
            "sourceId": by,
        }
        for name, value, at, source, by in [
            ("lifecyclestage", "lead", "2026-01-05T09:00:00.000Z", "FORM", None),
            (
                "lifecyclestage",
                "marketingqualifiedlead",
                "2026-01-05T09:10:00.000Z",
                "AUTOMATION_PLATFORM",
                "9",
            ),
            ("hubspot_owner_id", "11", "2026-01-05T09:20:00.000Z", "CRM_UI", "userId:77"),
            ("jobtitle", "Buyer", "2026-01-05T09:20:00.000Z", "CRM_UI", "userId:77"),
        ]
    ],
    "engagements_calls": [
        {
            "id": "201",
            "hs_timestamp": "2026-01-05T10:00:00.000Z",
            "hs_createdate": "2026-01-05T10:05:00.000Z",
            "hubspot_owner_id": "11",
            "hs_call_direction": "OUTBOUND",
            "hs_call_status": "COMPLETED",
            "hs_call_disposition": "f240bbac-87c9-4f6e-bf70-924b57d47db7",
            "contacts": ["101", "101"],
        }
    ],
    "engagements_tasks": [
        {
            "id": "202",
            "hs_timestamp": "2026-01-20T10:00:00.000Z",
            "hs_createdate": "2026-01-05T10:05:00.000Z",
            "hubspot_owner_id": "11",
            "hs_task_status": "NOT_STARTED",
            "contacts": ["101"],
        }
    ],
    "owners": [
        {"id": "11", "userId": "77", "email": "rep@example.com", "firstName": "Rep", "lastName": "One"}
    ],
    "deals": [
        {
            "id": "301",
            "createdate": "2026-01-08T10:00:00.000Z",
            "closedate": "2026-06-08T10:00:00.000Z",
            "dealstage": "qualifiedtobuy",
            "hubspot_owner_id": "11",
            "contacts": ["101"],
        }
    ],
    "forms": [{"id": "f1", "name": "Demo form"}],
    "contacts_form_submissions": [
        {
            "conversion-id": "c1",
            "canonical-vid": "101",
            "form-id": "f1",
            "timestamp": "1767603540000",
            "page-url": "https://example.com/demo",
        }
    ],
    "contacts_merged_audit": [
        {"canonical-vid": "101", "vid-to-merge": "102", "timestamp": "1767690000000", "user-id": "77"}
    ],
}


def snake(name: str) -> str:
    """Return a name in snake case: LeadId is lead_id."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def fivetran(name: str) -> str:
    """Return a name as Fivetran lands it: bizible2__Landing_Page_FT__c is bizible_2_landing_page_ft_c."""
    return re.sub(r"_+", "_", re.sub(r"(?<=[a-z])(?=\d)", "_", snake(name)))


def renamed(
    tables: dict[str, list[Row]], table_name: Callable[[str], str], column_name: Callable[[str], str]
) -> dict[str, list[Row]]:
    """Return the tables with every table and column renamed."""
    return {
        table_name(table): [{column_name(name): value for name, value in row.items()} for row in rows]
        for table, rows in tables.items()
    }


def synced(tables: dict[str, list[Row]], column: str, value: str = SYNCED) -> dict[str, list[Row]]:
    """Return the tables with a tool's sync stamp on every row."""
    return {table: [{**row, column: value} for row in rows] for table, rows in tables.items()}


def salesforce_sources() -> list[Source]:
    """Return the org as four tools and its own export land it: only the spelling and the types differ."""
    stitch = renamed(SALESFORCE, str.lower, str.lower)
    stitch["leadhistory"] = [
        {f"{name}__st" if name in ("oldvalue", "newvalue") else name: value for name, value in row.items()}
        for row in stitch["leadhistory"]
    ]
    dlt = renamed(SALESFORCE, lambda name: "sf_user" if name == "User" else snake(name), snake)
    types = {
        **dict.fromkeys(
            [
                *("created_date", "last_modified_date", "completed_date_time", "start_date_time"),
                "_fivetran_synced",
            ],
            "timestamptz",
        ),
        **dict.fromkeys(["converted_date", "activity_date", "close_date", "mql_date_c"], "date"),
        **dict.fromkeys(["is_deleted", "is_converted", "is_active", "is_closed", "is_won"], "boolean"),
        **dict.fromkeys(["fit_score_c", "amount"], "double"),
    }
    return [
        Source("sf_airbyte", "salesforce", synced(SALESFORCE, "_airbyte_extracted_at")),
        Source(
            "sf_fivetran",
            "salesforce",
            synced(renamed(SALESFORCE, fivetran, fivetran), "_fivetran_synced"),
            types=types,
        ),
        Source("sf_stitch", "salesforce", synced(stitch, "_sdc_batched_at")),
        Source("sf_dlt", "salesforce", synced(dlt, "_dlt_load_id", "1769839200.5")),
        Source("sf_export", "salesforce", SALESFORCE),
    ]


# Objects whose properties the connectors prefix; the rest keep their own names.
PREFIXED = ("contacts", "engagements_calls", "engagements_tasks", "deals")

FIVETRAN_TABLES = {
    "contacts": "contact",
    "contacts_property_history": "contact_property_history",
    "engagements_calls": "engagement_call",
    "engagements_tasks": "engagement_task",
    "owners": "owner",
    "deals": "deal",
    "forms": "form",
    "contacts_form_submissions": "contact_form_submission",
    "contacts_merged_audit": "contact_merge_audit",
}

FIVETRAN_IDS = {
    "engagements_calls": "engagement_id",
    "engagements_tasks": "engagement_id",
    "deals": "deal_id",
    "owners": "owner_id",
    "forms": "guid",
}

FIVETRAN_COLUMNS = {
    "contactId": "contact_id",
    "property": "name",
    "sourceType": "source",
    "sourceId": "source_id",
    "userId": "active_user_id",
}


def _prefixed(table: str, row: Row, prefix: str) -> Row:
    if table not in PREFIXED:
        return row
    return {name if name in ("id", "contacts") else prefix + name: value for name, value in row.items()}


def _fivetran_row(table: str, row: Row) -> Row:
    names = {**FIVETRAN_COLUMNS, "id": FIVETRAN_IDS.get(table, "id")}
    return {
        names.get(name, snake(name).replace("-", "_")): value
        for name, value in _prefixed(table, row, "property_").items()
        if not isinstance(value, list)
    }


def _api_row(table: str, row: Row) -> Row:
    if table not in PREFIXED:
        return row
    properties = {name: value for name, value in row.items() if name not in ("id", "contacts")}
    found = {"contacts": {"results": [{"id": contact} for contact in row.get("contacts", [])]}}
    return {"id": row["id"], "properties": json.dumps(properties), "associations": json.dumps(found)}


def hubspot_sources() -> list[Source]:
    """Return the portal as three tools land it and as its API gives it.

    Associations come as arrays, as tables of their own, or in an object; so do properties.
    """
    airbyte = {
        table: [
            {
                name: json.dumps(value) if isinstance(value, list) else value
                for name, value in _prefixed(table, row, "properties_").items()
            }
            for row in rows
        ]
        for table, rows in HUBSPOT.items()
    }
    pyairbyte = renamed(airbyte, str.lower, lambda name: re.sub(r"[^a-z0-9]", "_", name.lower()))
    fivetran_tables = {
        FIVETRAN_TABLES[table]: [_fivetran_row(table, row) for row in rows] for table, rows in HUBSPOT.items()
    }
    fivetran_tables["engagement_contact"] = [
        {"engagement_id": "201", "contact_id": "101"},
        {"engagement_id": "202", "contact_id": "101"},
    ]
    fivetran_tables["deal_contact"] = [{"deal_id": "301", "contact_id": "101"}]
    api = {table: [_api_row(table, row) for row in rows] for table, rows in HUBSPOT.items()}
    api["form_submissions"] = [
        {
            "conversionId": "c1",
            "formId": "f1",
            "submittedAt": "1767603540000",
            "pageUrl": "https://example.com/demo",
            "values": json.dumps(
                [{"name": "company", "value": "Acme"}, {"name": "email", "value": "Ann@example.com"}]
            ),
        }
    ]
    del api["contacts_form_submissions"]
    return [
        Source("hs_airbyte", "hubspot", synced(airbyte, "_airbyte_extracted_at")),
        Source("hs_api", "hubspot", api),
        Source("hs_pyairbyte", "hubspot", synced(pyairbyte, "_airbyte_extracted_at")),
        Source("hs_fivetran", "hubspot", synced(fivetran_tables, "_fivetran_synced")),
    ]


def odd_sources() -> list[Source]:
    """Return sources that are each odd in one way: renamed, repeated, faulty, or next to nothing."""
    return [
        Source(
            "renamed",
            "salesforce",
            {
                "crm_leads_export": [
                    {
                        "Id": "00Q1",
                        "CreatedDate": "2026-01-05 09:00:00",
                        "Lifecycle_Stage__c": "old lifecycle",
                        "My_Stage__c": "SAL",
                    }
                ],
                "LeadHistory": [
                    {
                        "Id": change,
                        "LeadId": "00Q1",
                        "Field": name,
                        "NewValue": value,
                        "CreatedDate": "2026-07-05 09:00:00" if change == "ahead" else "2026-01-05 10:00:00",
                    }
                    for change, name, value in [
                        ("mine", "My_Stage__c", "SAL"),
                        ("other", "Lifecycle_Stage__c", "MQL"),
                        ("ahead", "My_Stage__c", "SQL"),
                    ]
                ],
            },
            timezone="America/New_York",
            fields={"lifecycle_stage": "my_stage__C"},
            table_names={"lead": "CRM_Leads_Export"},
        ),
        Source(
            "repeated",
            "canonical",
            {
                "leads": [
                    {"lead_id": "L1", "status": "Working", "synced_at": "2026-01-20T00:00:00Z"},
                    {"lead_id": "L1", "status": "New", "synced_at": "2026-01-10T00:00:00Z"},
                    {"lead_id": "L1", "status": "Older", "synced_at": "1767000000"},
                ],
                "activities": [
                    {"lead_id": "L1", "activity_type": "call", "occurred_at": at, "synced_at": SYNCED}
                    for at in ("2026-01-11T09:00:00Z", "2026-01-11T09:00:00Z", "2026-01-12T09:00:00Z")
                ],
            },
        ),
        Source(
            "faulty",
            "canonical",
            {
                "leads": [
                    {
                        "lead_id": "L1",
                        "created_at": "2199-01-01T00:00:00Z",
                        "mql_at": "soon",
                        "fit_score": "high",
                    },
                    {"lead_id": " ", "created_at": "2026-01-05T00:00:00Z"},
                    # Today's date where it was written, tomorrow's in UTC.
                    {"lead_id": "L2", "created_at": "2026-02-01"},
                ],
                "lead_changes": [
                    {
                        "change_id": change,
                        "lead_id": "L1",
                        "field": "status",
                        "new_value": "X",
                        "changed_at": at,
                    }
                    for change, at in [
                        ("fine", "2026-01-05T00:00:00Z"),
                        ("ahead", "2026-02-02T00:00:00Z"),
                        ("epoch", "0"),
                        ("unreadable", "last week"),
                        ("timeless", None),
                    ]
                ],
                "activities": [
                    {
                        "activity_id": activity,
                        "lead_id": "L1",
                        "activity_type": kind,
                        "status": status,
                        "occurred_at": "2026-03-01T00:00:00Z",
                        "created_at": "2026-01-05T00:00:00Z",
                    }
                    for activity, kind, status in [
                        ("meeting", "meeting", "planned"),
                        ("to_do", "task", "planned"),
                        ("impossible_call", "call", "completed"),
                    ]
                ],
            },
        ),
        Source("bare", "canonical", {"leads": [{"lead_id": "L1"}]}),
        Source(
            "typed",
            "canonical",
            {
                "leads": [
                    {"lead_id": 101.0, "created_at": 1767603540000.0, "fit_score": 1.5, "is_converted": 1},
                    {"lead_id": 102.0, "created_at": math.nan, "fit_score": math.nan, "is_converted": 0},
                ]
            },
            types={"lead_id": "double", "created_at": "double", "fit_score": "double", "is_converted": "int"},
        ),
    ]
