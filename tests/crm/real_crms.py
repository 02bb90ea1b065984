"""What real CRMs do, one source per habit: each small, and each wrong if the habit is not known."""

from __future__ import annotations

from typing import Any

from tests.crm.layouts import COLLEAGUE, QUEUE, REP, SYNCED
from tests.crm.warehouse import Row, Source

OLD_REP = "005000000000009AAA"
CUSTOM_DISPOSITION = "6b3d3a1c-6c1e-4a0f-9c55-1d2f3e4a5b6c"


def _change(number: int, lead: str, field: str, old: str | None, new: str | None, at: str) -> Row:
    return {
        "Id": f"017{number}",
        "LeadId": lead,
        "Field": field,
        "OldValue": old,
        "NewValue": new,
        "CreatedDate": at,
        "CreatedById": COLLEAGUE,
    }


def _task(number: int, who: str | None, what: str | None = None, **rest: Any) -> Row:  # noqa: ANN401
    return {
        "Id": f"00T{number}",
        "WhoId": who,
        "WhatId": what,
        "OwnerId": REP,
        "Status": "Completed",
        "IsClosed": "true",
        "TaskSubtype": "Call",
        "CreatedDate": "2026-01-09T10:00:00Z",
        **rest,
    }


def salesforce_habits() -> Source:
    """An org with everything at once: each lead stands for one habit."""
    created = "2026-01-05T09:00:00Z"
    leads: list[Row] = [
        {"Id": "by_id_and_name", "OwnerId": REP},
        {"Id": "by_name_only", "OwnerId": REP},
        {"Id": "in_a_queue", "OwnerId": QUEUE},
        {"Id": "in_an_unlisted_queue", "OwnerId": "00G000000000009AAA"},
        {
            "Id": "converted",
            "OwnerId": REP,
            "IsConverted": "true",
            "ConvertedContactId": "0031",
            "ConvertedAccountId": "0011",
            "ConvertedOpportunityId": "0061",
        },
        {
            "Id": "merged",
            "MasterRecordId": "by_id_and_name",
            "IsDeleted": "true",
            "LastModifiedDate": "2026-01-10T09:00:00Z",
        },
        {"Id": "soft_deleted", "IsDeleted": "true"},
        {"Id": "gone", "_fivetran_deleted": "true", "IsDeleted": "false"},
        {"Id": "appended", "Status": "Working", "_fivetran_synced": "2026-01-30T00:00:00Z"},
        {"Id": "appended", "Status": "New", "_fivetran_synced": "2026-01-29T00:00:00Z"},
        {"Id": "blank", "Status": " \t "},
    ]
    return Source(
        "sf_habits",
        "salesforce",
        {
            "Lead": [{"CreatedDate": created, "_fivetran_synced": SYNCED, **lead} for lead in leads],
            "LeadHistory": [
                _change(1, "by_id_and_name", "Owner", "Rep Nine", "Rep One", "2026-01-06T09:00:00Z"),
                _change(2, "by_id_and_name", "Owner", OLD_REP, REP, "2026-01-06T09:00:00Z"),
                _change(3, "by_name_only", "Owner", "Inbound", "Rep One", "2026-01-06T09:00:00Z"),
                _change(4, "by_name_only", "Owner", "Rep One", "Twin", "2026-01-07T09:00:00Z"),
            ],
            "Task": [
                _task(1, "0031"),
                _task(2, None, "0061"),
                _task(3, None, "0011"),
                _task(4, "converted", "0061"),
                _task(5, "in_a_queue", IsClosed="false", Status="Not Started", ActivityDate="2026-01-20"),
                _task(6, "in_a_queue", ActivityDate="2026-01-07"),
                _task(7, "in_a_queue", ActivityDate="2026-01-09"),
                _task(8, "in_a_queue", TaskSubtype="ListEmail"),
                _task(9, "in_a_queue", TaskSubtype="Email"),
                _task(10, "in_a_queue", IsDeleted="true"),
            ],
            "User": [
                {"Id": REP, "Name": "Rep One", "IsActive": "true"},
                {"Id": OLD_REP, "Name": "Rep Nine", "IsActive": "false"},
                {"Id": COLLEAGUE, "Name": "Twin", "IsActive": "true"},
                {"Id": "005000000000008AAA", "Name": "Twin", "IsActive": "true"},
            ],
            "Group": [
                {"Id": QUEUE, "Name": "Inbound", "Type": "Queue"},
                {"Id": "00G000000000008AAA", "Name": "All staff", "Type": "Regular"},
            ],
        },
    )


def blank_for_false() -> Source:
    """An export that writes 1 for true and nothing for false."""
    return Source(
        "sf_blank_for_false",
        "salesforce",
        {
            "Lead": [{"Id": "00Q1", "IsConverted": None}, {"Id": "00Q2", "IsConverted": None}],
            "User": [{"Id": REP, "IsActive": "1"}, {"Id": OLD_REP, "IsActive": None}],
        },
    )


def unknown_and_false() -> Source:
    """A CRM that says false where it means it: there a blank is unknown."""
    return Source(
        "sf_blank_for_unknown",
        "salesforce",
        {
            "Lead": [{"Id": "00Q1"}],
            "User": [
                {"Id": REP, "IsActive": "true"},
                {"Id": OLD_REP, "IsActive": "false"},
                {"Id": COLLEAGUE, "IsActive": None},
            ],
        },
    )


def hubspot_habits() -> Source:
    """A portal with everything at once."""

    def call(number: int, contacts: str, **rest: Any) -> Row:  # noqa: ANN401
        return {
            "id": f"20{number}",
            "hubspot_owner_id": "11",
            "hs_timestamp": "2026-01-06T09:00:00Z",
            "hs_createdate": "2026-01-06T09:00:00Z",
            "contacts": contacts,
            **rest,
        }

    return Source(
        "hs_habits",
        "hubspot",
        {
            "contacts": [
                {
                    "id": "101",
                    "createdate": "1767603600000",
                    "hubspot_owner_id": "11",
                    "hs_lead_status": "NEW",
                    "hs_calculated_merged_vids": "102:1767690000000;103:1767776400000",
                },
                {
                    "id": "104",
                    "createdate": "1767603600",
                    "hubspot_owner_id": "11",
                    "hs_lead_status": " new ",
                    "hs_merged_object_ids": "105;106",
                },
                {
                    "id": "107",
                    "createdate": "2026-01-05T10:00:00+01:00",
                    "hs_lead_status": "  ",
                    "archived": "true",
                },
            ],
            "contacts_archived": [{"id": "108", "createdate": "2026-01-05T09:00:00Z", "archived": "true"}],
            "contacts_property_history": [
                {
                    "contactId": "101",
                    "property": "hubspot_owner_id",
                    "value": "11",
                    "timestamp": "1767603600000",
                    "sourceType": "CRM_UI",
                    "sourceId": "userId:77",
                },
                {
                    "contactId": "101",
                    "property": "hubspot_owner_id",
                    "value": "12",
                    "timestamp": "2026-01-06T09:00:00Z",
                    "sourceType": "AUTOMATION_PLATFORM",
                    "sourceId": "enrollmentId:5",
                },
            ],
            "engagements_calls": [
                call(1, '["101", "101"]', hs_call_disposition="f240bbac-87c9-4f6e-bf70-924b57d47db7"),
                call(2, '["101"]', hs_call_disposition=CUSTOM_DISPOSITION),
                call(3, '["101"]', hs_object_source="INTEGRATION"),
            ],
            "engagements_emails": [
                call(4, '["101"]', hs_object_source="SEQUENCES"),
                call(5, '["101"]', hs_object_source="WORKFLOWS"),
                call(6, '["101"]', hs_object_source="MARKETING_EMAIL"),
                call(7, '["101"]', hs_object_source="EMAIL_INTEGRATION"),
            ],
            "engagements_tasks": [
                call(
                    8,
                    '["101"]',
                    hs_task_status="COMPLETED",
                    hs_object_source="WORKFLOWS",
                    hs_task_completion_date="2026-01-07T09:00:00Z",
                ),
                call(9, '["101"]', hs_task_status="NOT_STARTED", hs_timestamp="2026-03-01T09:00:00Z"),
            ],
            "engagement_contact": [
                {"engagement_id": "202", "contact_id": "101", "type_id": "194"},
                {"engagement_id": "202", "contact_id": "101", "type_id": "195"},
            ],
            "owners": [{"id": "11", "userId": "77", "email": "rep@example.com", "archived": "false"}],
            "owners_archived": [
                {"id": "12", "userIdIncludingInactive": "78", "email": "old@example.com", "archived": "true"}
            ],
        },
    )


def sources() -> list[Source]:
    """All of them."""
    return [salesforce_habits(), blank_for_false(), unknown_and_false(), hubspot_habits()]
