"""A column that comes, goes or changes its type between two landings is told, and what was landed stays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb

from handoff import gates
from tests.landing.conftest import Org


def drift(org: Org) -> list[tuple[object, ...]]:
    return org.query(
        "select column_name, change, is_current from landing.drift where raw_table = 'events'"
        " order by landed_at, column_name"
    )


def gate(org: Org) -> tuple[str, str]:
    with duckdb.connect(str(org.settings.warehouse_path), read_only=True) as connection:
        (found,) = (r for r in gates.landing_results(connection) if r.check == "columns_stable")
    return found.status, found.observed


def parquet(path: Path, select: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    duckdb.connect().execute(f"copy ({select}) to '{path}' (format parquet)")


def test_a_column_that_vanishes_is_told_until_it_is_back_and_its_values_stay(org: Org) -> None:
    org.write("events/1.csv", "id,grade\n1,A\n")
    assert org.table("events").drift == ()
    org.write("events/2.csv", "id\n2\n")

    (found,) = org.table("events").drift

    assert (found.column, found.change) == ("grade", "vanished")
    assert org.query("select id, grade from raw_acme.events order by id") == [("1", "A"), ("2", None)]
    assert gate(org) == ("warn", "events.grade vanished")

    org.write("events/3.csv", "id\n3\n")
    assert org.table("events").drift == ()
    assert gate(org) == ("warn", "events.grade vanished")

    org.write("events/4.csv", "id,GRADE\n4,B\n")
    org.land()
    assert org.query("select id, grade from raw_acme.events order by id")[-1] == ("4", "B")
    assert drift(org) == [("grade", "vanished", False)]
    assert gate(org) == ("pass", "as before")


def test_a_file_exported_anew_without_a_column_keeps_its_last_values_by_the_key(org: Org) -> None:
    org.write("leads.csv", "Lead_ID,email,fit_grade\nL1,a@x.example,A\nL2,b@x.example,B\n,c@x.example,C\n")
    org.land()
    org.write("leads.csv", "lead_id,email\nL2,new@x.example\nL3,c@x.example\n,d@x.example\n")

    (found,) = org.table("leads").drift

    assert str(found) == "column fit_grade has vanished: each row keeps its last value, by lead_id"
    held = [("L2", "new@x.example", "B"), ("L3", "c@x.example", None), (None, "d@x.example", None)]
    select = "select lead_id, email, fit_grade from raw_acme.leads order by lead_id"
    assert org.query(select) == held
    org.write("leads.csv", "lead_id,email\nL2,newer@x.example\n")
    assert org.table("leads").drift == ()
    assert org.query(select) == [("L2", "newer@x.example", "B")]
    org.write("leads.csv", "lead_id,email,fit_grade\nL2,newer@x.example,\n")
    org.land()
    assert org.query(select) == [("L2", "newer@x.example", None)], "what is said to be blank is blank"


def test_a_column_is_not_kept_beside_another_that_feeds_the_same_field(org: Org) -> None:
    """Renamed, its old values would hide what the export says today."""
    (source,) = org.settings.sources
    org.settings = replace(org.settings, sources=(replace(source, crm="hubspot"),))
    (org.folder / "leads.csv").unlink()
    org.write("contacts.csv", "id,property_lifecyclestage,company\n1,lead,One\n")
    org.land()
    org.write("contacts.csv", "id,Lifecycle Stage,Company Name\n1,customer,One Ltd\n")
    told = [str(drift) for drift in org.table("contacts").drift]
    assert told[:2] == [
        "column property_lifecyclestage has vanished: Lifecycle Stage feeds the same field",
        "column company has vanished: Company Name feeds the same field",
    ]
    assert org.query("from raw_acme.contacts select * exclude (_handoff_landed_at)") == [
        ("1", "customer", "One Ltd", "contacts.csv", 1)
    ]


def test_of_several_rows_of_a_key_the_one_landed_last_tells_what_a_column_held(org: Org) -> None:
    org.write("leads/1.csv", "lead_id,fit_grade\nL1,A\n")
    (org.folder / "leads.csv").unlink()
    org.land()
    org.write("leads/2.csv", "lead_id,fit_grade\nL1,B\n")
    org.land()
    org.write("leads/3.csv", "lead_id\nL1\n")
    org.land()
    assert org.query("select fit_grade from raw_acme.leads order by _handoff_file") == [
        ("A",),
        ("B",),
        ("B",),
    ]


def test_the_key_may_have_another_type_and_a_name_of_the_users(org: Org) -> None:
    (org.folder / "leads.csv").unlink()
    (source,) = org.settings.sources
    source = replace(source, fields={"lead_id": "No"}, tables={"leads": "crm_export"})
    org.settings = replace(org.settings, sources=(source,))
    parquet(
        org.folder / "crm_export.parquet", "select 7 as no, [1, 2] as scores, date '2026-01-02' as mql_at"
    )
    org.land()
    parquet(org.folder / "crm_export.parquet", "select '7' as no, 'x' as email")
    org.land()
    assert org.query("select no, scores, cast(mql_at as varchar) from raw_acme.crm_export") == [
        ("7", [1, 2], "2026-01-02")
    ]


def test_without_a_key_and_in_json_lines_values_are_not_kept_and_it_is_said(org: Org) -> None:
    org.write("leads.csv", "lead_id,email\nL1,a@x.example\n")
    org.write("campaigns.csv", "name,campaign_type\nSpring,Email\n")
    org.write("accounts.jsonl", '{"account_id": "A1", "customer_since": "2026-01-01"}\n')
    org.land()
    org.write("campaigns.csv", "name\nSpring\n")
    org.write("accounts.jsonl", '{"account_id": "A1"}\n')
    told = {table.table: [str(drift) for drift in table.drift] for table in org.land().sources[0].tables}
    assert told["campaigns"] == [
        "column campaign_type has vanished: rows that are landed anew lose it, since no column tells them"
        " apart"
    ]
    assert told["accounts"] == [
        "column customer_since has vanished: rows that are landed anew have it blank, since JSON may leave"
        " out what is blank"
    ]
    assert org.query("select column_name from duckdb_columns() where table_name = 'accounts'")[:1] == [
        ("account_id",)
    ]


def test_a_column_that_is_new_is_told_and_no_warning(org: Org) -> None:
    org.write("events/1.csv", "id\n1\n")
    org.land()
    org.write("events/2.csv", "id,grade\n2,A\n")
    report = org.land()
    assert "  acme.events: column grade is new" in list(report.lines())
    assert gate(org) == ("pass", "as before")


def test_a_type_that_changes_is_told_once_and_the_values_of_before_stay(org: Org) -> None:
    parquet(org.folder / "events" / "1.parquet", "select 1 as id, 7 as score")
    org.land()
    parquet(org.folder / "events" / "2.parquet", "select 2 as id, 'high' as score")
    (found,) = org.table("events").drift
    assert str(found) == "column score was INTEGER and is VARCHAR; it is kept as text"
    assert org.query("select id, score from raw_acme.events order by id") == [(1, "7"), (2, "high")]
    assert gate(org) == ("warn", "events.score changed its type")

    parquet(org.folder / "events" / "3.parquet", "select 3 as id, 9 as score")
    org.land()
    parquet(org.folder / "events" / "4.parquet", "select 4 as id, 9 as score")
    assert org.table("events").drift == ()
    assert org.query("select score from raw_acme.events order by id")[-1] == ("9",)


def test_several_new_files_are_compared_as_one(org: Org) -> None:
    org.write("events/1.csv", "id,a,b\n1,x,y\n")
    org.land()
    org.write("events/2.csv", "id,a\n2,x\n")
    org.write("events/3.csv", "id,b\n3,y\n")
    assert org.table("events").drift == ()


def test_a_table_that_is_gone_lacks_nothing(org: Org) -> None:
    org.write("events/1.csv", "id,grade\n1,A\n")
    org.land()
    second = org.write("events/2.csv", "id\n2\n")
    org.land()
    (org.folder / "events" / "1.csv").unlink()
    second.unlink()
    org.land()
    assert gate(org) == ("pass", "as before")
