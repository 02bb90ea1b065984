"""Whatever tool landed a CRM, the canonical CRM says the same of it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.crm.layouts import COLLEAGUE, QUEUE, REP, hubspot_sources, salesforce_sources
from tests.crm.warehouse import Source, dbt, land, rows

TABLES = {
    "leads": "lead_id",
    "lead_changes": "change_id",
    "activities": "activity_id, lead_id",
    "owners": "owner_id",
    "queue_members": "queue_id, owner_id",
    "campaign_members": "member_id, lead_id",
    "form_submissions": "submission_id",
    "opportunities": "opportunity_id",
    "opportunity_leads": "opportunity_id, lead_id",
    "merges": "loser_lead_id",
}


def told(home: Path, table: str, source: str) -> list[dict[str, Any]]:
    """Rows of a canonical table of one source, without what differs by nature."""
    found = rows(
        home,
        f"select * from intermediate.int_crm__{table} where source_system = '{source}'"
        f" order by {TABLES[table]}",
    )
    return [{k: v for k, v in row.items() if k not in ("source_system", "synced_at")} for row in found]


def pick(found: list[dict[str, Any]], *columns: str) -> list[tuple[Any, ...]]:
    """The rows as tuples of the columns."""
    return [tuple(row[column] for column in columns) for row in found]


def at(text: str) -> datetime:
    """An instant of January 2026."""
    return datetime.fromisoformat(f"2026-01-{text}")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("source", [source.name for source in salesforce_sources()[1:]])
def test_salesforce_reads_alike_from_every_tool(home: Path, table: str, source: str) -> None:
    assert told(home, table, source) == told(home, table, "sf_airbyte")


@pytest.mark.parametrize("table", sorted(set(TABLES) - {"campaign_members", "queue_members"}))
@pytest.mark.parametrize("source", [source.name for source in hubspot_sources()[1:]])
def test_hubspot_reads_alike_from_every_tool(home: Path, table: str, source: str) -> None:
    expected = told(home, table, "hs_airbyte")
    assert expected
    assert told(home, table, source) == expected


def test_salesforce_leads(home: Path) -> None:
    assert pick(
        told(home, "leads", "sf_airbyte"),
        *("lead_id", "created_at", "email", "status", "lifecycle_stage", "landing_page", "fit_score"),
        *("mql_at", "mql_at_is_day", "converted_at_is_day", "is_deleted", "merged_into_id", "merged_at"),
    ) == [
        (
            *(
                "00Q1",
                at("05 09:00"),
                "Ann@Example.com",
                "Qualified",
                "SQL",
                "https://example.com/demo",
                72.5,
            ),
            *(at("05 00:00"), True, True, False, None, None),
        ),
        (
            *("00Q2", at("06 09:00"), None, None, None, "https://example.com/first", None),
            *(None, None, None, False, "00Q1", at("07 10:00")),
        ),
    ]


def test_salesforce_changes_keep_the_owner_by_id(home: Path) -> None:
    assert pick(told(home, "lead_changes", "sf_airbyte"), "field", "old_value", "new_value") == [
        ("created", None, None),
        ("owner_id", QUEUE, REP),
        ("lifecycle_stage", "MQL", "SQL"),
        ("status", "New", "Qualified"),
        ("converted", None, None),
    ]


def test_salesforce_activities_of_the_contact_are_the_leads(home: Path) -> None:
    assert pick(
        told(home, "activities", "sf_airbyte"),
        *("activity_id", "lead_id", "activity_type", "happened_at", "due_at", "starts_at", "is_open_task"),
    ) == [
        ("00T1", "00Q1", "call", at("05 10:05"), at("05 00:00"), None, False),
        ("00T2", "00Q1", "task", None, at("20 00:00"), None, True),
        ("00U1", "00Q1", "meeting", at("09 11:00"), None, datetime(2026, 2, 9, 11), False),
    ]


def test_salesforce_people_and_sales(home: Path) -> None:
    assert pick(told(home, "owners", "sf_airbyte"), "owner_id", "owner_type", "is_active", "team_key") == [
        (REP, "user", True, "EMEA"),
        (COLLEAGUE, "user", False, "Ops"),
        (QUEUE, "queue", True, None),
    ]
    assert pick(told(home, "queue_members", "sf_airbyte"), "queue_id", "owner_id") == [(QUEUE, REP)]
    # The contact's response of December is older than the lead.
    assert pick(told(home, "campaign_members", "sf_airbyte"), "member_id", "lead_id") == [
        ("00v1", "00Q1"),
        ("00v3", "00Q1"),
    ]
    assert pick(told(home, "opportunities", "sf_airbyte"), "opportunity_id", "closed_at", "is_won") == [
        ("0061", at("15 00:00"), True),
        ("0062", None, False),
    ]
    assert pick(told(home, "opportunity_leads", "sf_airbyte"), "opportunity_id", "lead_id") == [
        ("0061", "00Q1"),
        ("0062", "00Q1"),
    ]


def test_hubspot_contacts(home: Path) -> None:
    assert pick(
        told(home, "leads", "hs_airbyte"),
        *("lead_id", "lifecycle_stage_at", "mql_at", "campaign_id", "landing_page", "conversion_point"),
    ) == [("101", at("05 09:10"), at("05 09:10"), "Spring", "https://example.com/demo", "Demo form")]
    assert pick(told(home, "merges", "hs_airbyte"), "loser_lead_id", "survivor_lead_id", "is_inferred") == [
        ("102", "101", False)
    ]
    assert pick(told(home, "owners", "hs_airbyte"), "owner_id", "alternate_id", "name") == [
        ("11", "77", "Rep One")
    ]


def test_hubspot_changes_have_no_old_value_and_name_their_maker(home: Path) -> None:
    changes = told(home, "lead_changes", "hs_airbyte")
    assert sorted(pick(changes, "changed_at", "field", "new_value", "changed_by", "is_automated_source")) == [
        (at("05 09:00"), "lifecycle_stage", "lead", None, False),
        (at("05 09:10"), "lifecycle_stage", "marketingqualifiedlead", None, True),
        (at("05 09:20"), "owner_id", "11", "77", False),
    ]
    assert not any(row["has_old_value"] for row in changes)


def test_hubspot_activities_stand_once_under_each_contact(home: Path) -> None:
    assert pick(
        told(home, "activities", "hs_airbyte"),
        "activity_id",
        "lead_id",
        "activity_type",
        "happened_at",
        "due_at",
    ) == [
        ("201", "101", "call", at("05 10:00"), None),
        ("202", "101", "task", None, at("20 10:00")),
    ]
    assert pick(told(home, "form_submissions", "hs_airbyte"), "form_name", "submitted_at") == [
        ("Demo form", at("05 08:59"))
    ]
    assert pick(told(home, "opportunities", "hs_airbyte"), "opportunity_id", "closed_at") == [("301", None)]


def test_the_users_names_come_first_and_the_history_follows_them(home: Path) -> None:
    # 09:00 in New York.
    assert pick(told(home, "leads", "renamed"), "lead_id", "created_at", "lifecycle_stage") == [
        ("00Q1", at("05 14:00"), "SAL")
    ]
    assert pick(told(home, "lead_changes", "renamed"), "change_id", "changed_at") == [
        ("mine", at("05 15:00"))
    ]


def test_the_latest_sync_wins_and_a_repeated_row_counts_once(home: Path) -> None:
    assert pick(told(home, "leads", "repeated"), "lead_id", "status") == [("L1", "Working")]
    assert sorted(pick(told(home, "activities", "repeated"), "happened_at")) == [
        (at("11 09:00"),),
        (at("12 09:00"),),
    ]


def test_what_is_impossible_is_set_aside_with_its_reason(home: Path) -> None:
    assert pick(told(home, "leads", "faulty"), "lead_id", "created_at", "mql_at", "fit_score") == [
        ("L1", None, None, None),
        ("L2", datetime(2026, 2, 1), None, None),
    ]
    assert pick(told(home, "lead_changes", "faulty"), "change_id") == [("fine",)]
    assert pick(told(home, "activities", "faulty"), "activity_id") == [("meeting",), ("to_do",)]
    quarantined = rows(
        home,
        "select raw_table, row_key, reason, value, is_row_set_aside from intermediate.int_crm__quarantine"
        " where source_system = 'faulty' order by raw_table, row_key, reason",
    )
    assert [tuple(row.values()) for row in quarantined] == [
        ("activities", "impossible_call", "impossible instant", "occurred_at=2026-03-01T00:00:00Z", True),
        ("lead_changes", "ahead", "impossible instant", "changed_at=2026-02-02T00:00:00Z", True),
        ("lead_changes", "epoch", "impossible instant", "changed_at=0", True),
        ("lead_changes", "timeless", "no changed_at", None, True),
        ("lead_changes", "unreadable", "unreadable instant", "changed_at=last week", True),
        (
            *("leads", "L1", "stamp blanked"),
            "impossible instant: created_at=2199-01-01T00:00:00Z; unreadable instant: mql_at=soon",
            False,
        ),
        ("leads", "row 2", "no key", None, True),
    ]


def test_a_lead_id_is_all_that_a_source_needs(home: Path) -> None:
    assert pick(told(home, "leads", "bare"), "lead_id", "created_at", "status", "is_deleted") == [
        ("L1", None, None, False)
    ]


def test_numbers_of_a_data_frame_read_like_their_text(home: Path) -> None:
    assert pick(told(home, "leads", "typed"), "lead_id", "created_at", "fit_score", "is_converted") == [
        ("101", at("05 08:59"), 1.5, True),
        ("102", None, None, False),
    ]


def test_the_resolution_can_be_read(home: Path) -> None:
    shown = dbt(home, "run-operation", "show_resolution", "--args", "{source_system: renamed}").stdout
    assert "lead <- crm_leads_export" in shown
    lines = [line.split("  ")[-1].strip() for line in shown.splitlines() if "lifecycle_stage " in line]
    assert lines == ["My_Stage__c, else Lifecycle_Stage__c"]
    assert "task: not recorded" in shown


def test_a_source_without_leads_is_refused_with_the_mend(tmp_path: Path) -> None:
    land(tmp_path, [Source("acme", "hubspot", {"persons": [{"id": "1"}], "deals": [{"id": "2"}]})])
    refused = dbt(tmp_path, "compile", "--select", "stg_hubspot__contact")
    assert refused.returncode != 0
    for word in ("acme", "contacts", "deals, persons", "tables: {contact: <its name>}"):
        assert word in refused.stdout


def test_nothing_landed_says_so(tmp_path: Path) -> None:
    refused = dbt(tmp_path, "compile", "--select", "stg_hubspot__contact")
    assert refused.returncode != 0
    assert "Nothing has been landed" in refused.stdout
