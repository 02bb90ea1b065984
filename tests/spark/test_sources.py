"""Sources that a lake holds in its own ways: tables read in place, and columns with types of their own."""

from __future__ import annotations

import duckdb
import pytest

from handoff.config import load_settings
from handoff.lake import fill_lake
from handoff.lake.cluster import HOST
from tests.diagnosis.worlds import write_sources
from tests.spark.conftest import Home, Parity
from tests.spark.same_rows import differences

STAGING = ("stg_salesforce__lead", "stg_hubspot__contact", "stg_canonical__leads")

# A naive timestamp is its source's local time, one with a zone is an instant, a date is a day.
LEADS = """
    select 1.0::double as id, timestamp '2025-07-01 12:00:00' as created_at, 'New' as status,
        timestamptz '2025-07-01 12:00:00+00' as lifecycle_stage_at, date '2025-07-02' as mql_at,
        12.5::decimal(9, 2) as fit_score, 7::hugeint as owner_id,
        uuid '00000000-0000-0000-0000-000000000001' as campaign_id
    union all select 2, timestamp '2025-10-26 02:30:00', null, null, null, null, null, null
"""
# HubSpot's API keeps what it knows of a contact in one object.
CONTACTS = """
    select '51' as id, timestamptz '2025-06-01 10:00:00+00' as "createdAt", false as archived,
        {
            'email': 'a@b.co', 'createdate': '2025-06-01T10:00:00Z', 'firstname': 'Zoë "Z"', 'lastname': null
        } as properties
"""


@pytest.fixture(scope="module")
def built(parity: Parity, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The stories' Salesforce where the lake has it, and two exports with types; their leads are built."""
    folder = tmp_path_factory.mktemp("sources")
    for name, table, rows in (("typed", "leads", LEADS), ("nested", "contacts", CONTACTS)):
        (folder / name).mkdir()
        duckdb.connect().execute(f"copy ({rows}) to '{folder / name / table}.parquet' (format parquet)")
    files = {name: {"kind": "files", "path": str(folder / name)} for name in ("typed", "nested")}
    place = {"kind": "warehouse", "schema": "raw_salesforce_101"}
    sources = [
        {"name": "in_place", "crm": "salesforce", "from": place},
        {"name": "typed", "crm": "canonical", "timezone": "Europe/Berlin", "from": files["typed"]},
        {"name": "nested", "crm": "hubspot", "from": files["nested"]},
    ]
    write_sources(folder / "sources.yml", "2026-08-31T00:00:00Z", sources)
    settings = load_settings({"HANDOFF_HOME": str(folder), "HANDOFF_SOURCES": str(folder / "sources.yml")})
    tables = fill_lake(settings, folder / "lake", HOST, parity.home.port)
    assert {table.schema for table in tables if table.is_view} == {"raw_in_place"}
    assert not (folder / "lake" / "raw_in_place").exists()
    parity.home.run_dbt("spark", "build", "--select", *STAGING, "--exclude-resource-type", "unit_test")
    return parity.home


def test_tables_that_are_in_the_lake_are_read_in_place(built: Home) -> None:
    read = "select * exclude (source_system, _raw_table, _file, _row_number, _landed_at) from"
    held = "warehouse.staging.stg_salesforce__lead where source_system = 'salesforce_101'"
    with built.open("staging") as connection:
        connection.execute(f"create view ours as {read} {held}")
        connection.execute(f"create view theirs as {read} spark.stg_salesforce__lead")
        assert not differences(connection, "ours", "theirs")


def test_columns_with_types_are_read_for_what_they_are(built: Home) -> None:
    columns = "created_at, lifecycle_stage_at, mql_at, mql_at_is_day, fit_score, owner_id, campaign_id"
    with built.open("staging") as connection:
        rows = connection.execute(
            f"select lead_id, {columns} from spark.stg_canonical__leads order by lead_id"
        ).fetchall()
    assert [" | ".join(map(str, row)) for row in rows] == [
        "1 | 2025-07-01 10:00:00 | 2025-07-01 12:00:00 | 2025-07-02 00:00:00 | True | 12.5 | 7"
        " | 00000000-0000-0000-0000-000000000001",
        "2 | 2025-10-26 01:30:00 | None | None | None | None | None | None",
    ]


def test_objects_are_read_inside(built: Home) -> None:
    columns = "lead_id, created_at, email, first_name, last_name"
    with built.open("staging") as connection:
        (row,) = connection.execute(f"select {columns} from spark.stg_hubspot__contact").fetchall()
    assert tuple(str(value) for value in row) == ("51", "2025-06-01 10:00:00", "a@b.co", 'Zoë "Z"', "None")
