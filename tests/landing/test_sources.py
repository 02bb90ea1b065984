"""Sources as wholes: the register, the lead table that each must have, kinds, locks, and sudden death."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from handoff.config import Source
from handoff.landing import LandingError, land
from tests.landing.conftest import Org


def test_the_register_holds_sources_and_clock(org: Org) -> None:
    source = Source(
        "acme",
        "canonical",
        "files",
        {"path": org.folder},
        timezone="Europe/Berlin",
        fields={"status": "My_Status__c"},
        tables={"leads": "leads"},
    )
    as_of = datetime(2026, 1, 14, 16, 15)
    org.settings = replace(org.settings, sources=(source,), file_as_of=as_of)
    report = org.land()
    ((crm, schema, zone, fields, tables, landed_at),) = org.query(
        "select crm, raw_schema, timezone, fields, tables, landed_at from landing.sources"
    )
    assert (crm, schema, zone, landed_at) == ("canonical", "raw_acme", "Europe/Berlin", report.landed_at)
    assert (json.loads(fields), json.loads(tables)) == ({"status": "My_Status__c"}, {"leads": "leads"})
    assert org.query("from landing.clock") == [(as_of, report.landed_at)]


@pytest.mark.parametrize("setting", ["as_of", "file_as_of"])
def test_a_landing_is_never_before_the_instant_of_the_diagnosis(org: Org, setting: str) -> None:
    """Else whatever lies between a slow clock and that instant would be set aside as impossible."""
    as_of = datetime(2099, 1, 14, 16, 15)
    as_set = replace(org.settings, as_of=as_of), replace(org.settings, file_as_of=as_of)
    org.settings = as_set[0 if setting == "as_of" else 1]
    assert org.land().landed_at == as_of


def test_a_source_taken_out_of_the_file_is_dropped(org: Org) -> None:
    other = replace(org.settings.sources[0], name="other")
    org.settings = replace(org.settings, sources=(*org.settings.sources, other))
    org.land()
    org.settings = replace(org.settings, sources=(other,))
    org.land()
    assert org.query("select source_system from landing.sources") == [("other",)]
    assert org.query("select distinct source_system from landing.loads") == [("other",)]
    assert org.query("select distinct schema_name from duckdb_tables() where schema_name like 'raw%'") == [
        ("raw_other",)
    ]


def test_a_source_without_leads_is_refused_with_the_mend(org: Org) -> None:
    (org.folder / "leads.csv").rename(org.folder / "people.csv")
    with pytest.raises(
        LandingError, match=r"no lead table .* found: people\. .*`tables: \{leads: <its name>\}`"
    ):
        org.land()
    org.settings = replace(
        org.settings, sources=(replace(org.settings.sources[0], tables={"leads": "People"}),)
    )
    assert org.table("people").rows == 1


def test_a_named_lead_table_that_is_not_there_is_refused(org: Org) -> None:
    org.settings = replace(
        org.settings, sources=(replace(org.settings.sources[0], tables={"leads": "peple"}),)
    )
    with pytest.raises(LandingError, match=r"Expected peple; found: leads\. Mend `tables:`"):
        org.land()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        ("größe\n1\n".encode("latin-1"), "not UTF-8"),
        (b"a,b\n1\n2\n", "not one row .* line 2"),
    ],
)
def test_leads_that_cannot_be_read_stop_the_run_and_leave_what_was(
    org: Org, content: bytes, words: str
) -> None:
    org.land()
    before = org.query("from landing.clock")
    org.write("leads.csv", content)
    org.write("accounts.csv", "id\n1\n")
    with pytest.raises(LandingError, match=words):
        org.land()
    assert org.query("select lead_id from raw_acme.leads") == [("L1",)]
    assert org.query("from landing.clock") == before
    assert org.query("select table_name from duckdb_tables() where schema_name = 'raw_acme'") == [("leads",)]


def test_a_lead_table_of_many_files_needs_one_that_can_be_read(org: Org) -> None:
    (org.folder / "leads.csv").unlink()
    org.write("leads/1.csv", b"")
    org.write("leads/2.csv", "lead_id\nL2\n")
    assert org.table("leads").rows == 1


@pytest.mark.parametrize(
    ("crm", "table"),
    [("salesforce", "Lead"), ("salesforce", "lead"), ("hubspot", "contacts"), ("canonical", "leads")],
)
def test_lead_tables_go_by_the_names_of_their_tools(org: Org, crm: str, table: str) -> None:
    (org.folder / "leads.csv").unlink()
    org.write(f"{table}.csv", "id\n1\n")
    org.settings = replace(org.settings, sources=(replace(org.settings.sources[0], crm=crm),))
    assert org.table(table).rows == 1


def test_a_warehouse_in_use_is_said_in_words(org: Org) -> None:
    org.land()
    hold = (
        "import duckdb, sys, time; c = duckdb.connect(sys.argv[1]); print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", hold, str(org.settings.warehouse_path)], stdout=subprocess.PIPE
    )
    try:
        assert holder.stdout and holder.stdout.readline() == b"held\n"
        with pytest.raises(LandingError, match="in use by another process"):
            org.land()
    finally:
        holder.kill()
        holder.wait()


def test_a_memory_limit_that_is_no_amount_is_said_in_words(org: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    org.write("leads.csv", "lead_id,created_at\nL1,2026-01-01T00:00:00Z\n")
    monkeypatch.setenv("HANDOFF_MEMORY", "a lot")
    with pytest.raises(
        LandingError, match="HANDOFF_MEMORY is 'a lot', which is no amount of memory: write 8GB"
    ):
        org.land()
    monkeypatch.setenv("HANDOFF_MEMORY", "600MB")
    assert org.land().has_changed


def test_the_warehouse_is_its_owners_alone(org: Org) -> None:
    org.land()
    assert org.settings.warehouse_path.stat().st_mode & 0o077 == 0


def test_nothing_of_a_landing_is_left_beside(org: Org) -> None:
    org.write("events.csv", 'id,name\n1,"open\n2,b\n')
    org.land()
    assert [path.name for path in org.settings.home.iterdir()] == ["warehouse.duckdb"]


def test_death_at_any_moment_leaves_the_landing_before_whole(org: Org) -> None:
    """Killed while it reads or takes over: every table is as before, or every table is new."""
    for table in ("events", "notes"):
        org.write(f"{table}.csv", "id,version\n" + "".join(f"{i},old\n" for i in range(20_000)))
    org.land()
    for table in ("events", "notes"):
        org.write(f"{table}.csv", "id,version\n" + "".join(f"{i},new\n" for i in range(20_000)))
    program = (
        "import sys; from pathlib import Path; from handoff.config import Settings, Source;"
        "from handoff.landing import land; home, folder = map(Path, sys.argv[1:]);"
        "source = Source('acme', 'canonical', 'files', {'path': folder}); print('go', flush=True);"
        "land(Settings(home, home, None, None, None, (source,)))"
    )
    command = [sys.executable, "-c", program, str(org.settings.home), str(org.folder)]
    for delay in (0.02, 0.06, 0.1, 0.15, 0.25):
        child = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert child.stdout and child.stdout.readline() == b"go\n"
        time.sleep(delay)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        # A reader with the right to write first plays the log of the killed process back.
        with duckdb.connect(str(org.settings.warehouse_path)) as connection:
            versions = connection.execute(
                "select distinct version from (from raw_acme.events union all by name from raw_acme.notes)"
            ).fetchall()
        assert versions in ([("old",)], [("new",)])
    land(org.settings)
    assert org.query("select version, count(*) from raw_acme.notes group by version") == [("new", 20_000)]
    assert org.query("select count(*) from duckdb_tables() where table_name like '__incoming%'") == [(0,)]


def test_real_exports_land_without_a_row_set_aside(real_data: Path, tmp_path: Path) -> None:
    """Salesforce's own CSV export, with its byte order mark, texts of several lines and JSON addresses."""
    source = Source("native", "salesforce", "files", {"path": real_data / "salesforce_native_csv"})
    org = Org(replace(Org.at(tmp_path).settings, sources=(source,)), tmp_path)
    tables = {table.table: table for table in org.land().sources[0].tables}
    expected = {"Lead": 60, "Contact": 102, "Account": 22, "Task": 75, "Campaign": 8, "CampaignMember": 68}
    assert {name: tables[name].rows for name in expected} == expected
    assert sum(table.rows_set_aside for table in tables.values()) == 0


def test_the_real_olist_funnel_lands_to_the_row(real_data: Path, tmp_path: Path) -> None:
    source = Source(
        "olist",
        "canonical",
        "files",
        {"path": real_data / "olist"},
        tables={"leads": "olist_marketing_qualified_leads_dataset"},
    )
    org = Org(replace(Org.at(tmp_path).settings, sources=(source,)), tmp_path)
    rows = {table.table: table.rows for table in org.land().sources[0].tables}
    assert rows["olist_marketing_qualified_leads_dataset"] == 8000
    assert rows["olist_closed_deals_dataset"] == 842
