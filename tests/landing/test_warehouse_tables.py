"""Tables that lie in the warehouse already are read where they are: nothing is copied, nothing touched."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from handoff.config import Source
from handoff.doctor import examine
from handoff.landing import LandingError
from tests.landing.conftest import Org

SOURCE = Source("acme", "salesforce", "warehouse", {"schema": "crm_replica"})


@pytest.fixture
def replica(org: Org) -> Org:
    """An org whose Salesforce tables an EL tool has put into the warehouse itself."""
    org.settings = replace(org.settings, sources=(SOURCE,))
    write(
        org,
        "create schema crm_replica",
        "create table crm_replica.lead as select '00Q' || range as id, 'New' as status from range(3)",
        "create table crm_replica.opportunity_history as select 1 as id",
        "create view crm_replica.sf_user as select '005' as id, 'Rep' as name",
    )
    return org


def write(org: Org, *statements: str) -> None:
    """What the EL tool does to the warehouse."""
    org.settings.home.mkdir(exist_ok=True)
    with duckdb.connect(str(org.settings.warehouse_path)) as connection:
        for statement in statements:
            connection.execute(statement)


def test_the_tables_are_read_where_they_are(replica: Org) -> None:
    report = replica.land()
    assert [(t.table, t.rows, t.status) for t in report.sources[0].tables] == [
        ("lead", 3, "in place"),
        ("sf_user", 1, "in place"),
    ]
    assert replica.query("select count(*) from duckdb_tables() where schema_name = 'raw_acme'") == [(0,)]
    assert replica.query(
        "select id, status, _handoff_file, _handoff_landed_at from raw_acme.lead where id = '00Q1'"
    ) == [("00Q1", "New", "crm_replica.lead", report.landed_at)]
    assert replica.query("select raw_schema from landing.sources") == [("raw_acme",)]


def test_the_doctor_finds_the_leads_and_writes_nothing(replica: Org) -> None:
    file = replica.settings.sources_file
    file.write_text("sources: [{name: acme, crm: salesforce, from: {kind: warehouse, schema: CRM_Replica}}]")
    environment = {"HANDOFF_SOURCES": str(file), "HANDOFF_HOME": str(replica.settings.home)}
    assert [(remark.state, remark.text) for remark in examine(environment) if remark.subject == "acme"] == [
        ("ok", "2 tables in schema CRM_Replica of the warehouse, leads in lead")
    ]
    assert replica.query("select count(*) from duckdb_schemas() where schema_name = 'landing'") == [(0,)]


def test_what_happens_to_a_table_is_seen_at_once_and_drift_at_the_next_landing(replica: Org) -> None:
    replica.land()
    write(
        replica,
        "insert into crm_replica.lead values ('00Q9', 'Working')",
    )
    assert replica.query("select count(*) from raw_acme.lead") == [(4,)]
    write(replica, "alter table crm_replica.lead drop column status", "drop view crm_replica.sf_user")
    (lead,) = replica.land().sources[0].tables
    assert [str(drift) for drift in lead.drift] == [
        "column status has vanished: its values went with it, since the table is read where it is"
    ]
    assert replica.query("select raw_table, rows_landed from landing.loads where is_current") == [("lead", 4)]


def test_a_source_taken_out_leaves_the_tables_alone(replica: Org) -> None:
    replica.land()
    files = Source("files", "canonical", "files", {"path": replica.folder})
    replica.settings = replace(replica.settings, sources=(files,))
    replica.land()
    assert replica.query("select count(*) from crm_replica.lead") == [(3,)]
    assert replica.query("select count(*) from duckdb_schemas() where schema_name = 'raw_acme'") == [(0,)]


def test_a_source_may_move_from_files_to_the_warehouse_and_back(replica: Org) -> None:
    folder = replica.folder / "sf"
    folder.mkdir()
    (folder / "lead.csv").write_text("Id\n00Qx\n")
    (folder / "task.csv").write_text("Id\n00Tx\n")
    files = replace(SOURCE, kind="files", options={"path": folder})
    for source, expected in ((files, ["00Qx"]), (SOURCE, ["00Q0", "00Q1", "00Q2"]), (files, ["00Qx"])):
        replica.settings = replace(replica.settings, sources=(source,))
        replica.land()
        assert [row[0] for row in replica.query("select id from raw_acme.lead order by 1")] == expected
        assert len(replica.query("select 1 from landing.loads where is_current")) == 2


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ("nowhere", r"acme: the warehouse has no schema nowhere\. Found: .*crm_replica.*Mend `schema:`"),
        ("raw_acme", "schema raw_acme is written by the landing itself"),
        ("main", "no lead table in schema main of the warehouse"),
    ],
)
def test_a_schema_that_will_not_do_is_refused_with_the_mend(
    replica: Org, schema: str, words: str, tmp_path: Path
) -> None:
    replica.land()
    replica.settings = replace(replica.settings, sources=(replace(SOURCE, options={"schema": schema}),))
    with pytest.raises(LandingError, match=words):
        replica.land()
    assert replica.query("select count(*) from raw_acme.lead") == [(3,)]
