"""A real PostgreSQL that an EL tool lands in: what is new is read, nothing is lost and nothing is doubled."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlalchemy as sa

from handoff.config import Settings, Source
from handoff.doctor import examine
from handoff.landing import LandingError, LandingReport, TableLanding, database_source, land
from tests.postgres import Postgres, running_postgres

SECRET = "s3cr3t-canary"
VARIABLE = "TEST_REPLICA_URL"


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with running_postgres() as postgres:
        yield postgres


@dataclass
class Replica:
    """A schema `crm` in the database, and the warehouse that it lands in."""

    engine: sa.Engine
    settings: Settings
    url: str

    def run(self, *statements: str) -> None:
        with self.engine.begin() as connection:
            for statement in statements:
                connection.execute(sa.text(statement))

    def land(self) -> LandingReport:
        return land(self.settings)

    def table(self, name: str = "lead") -> TableLanding:
        (found,) = (table for table in self.land().sources[0].tables if table.table == name)
        return found

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.settings.warehouse_path), read_only=True) as connection:
            connection.execute("set TimeZone = 'UTC'")
            return connection.execute(sql).fetchall()

    def configure(self, **options: str | int) -> None:
        (source,) = self.settings.sources
        source = replace(source, options={**source.options, **options})
        self.settings = replace(self.settings, sources=(source,))


@pytest.fixture
def replica(server: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Replica]:
    url = server.url(password=SECRET)
    monkeypatch.setenv(VARIABLE, url)
    monkeypatch.setenv("HANDOFF_HOME", str(tmp_path / "home"))
    source = Source("acme", "salesforce", "database", {"url_env": VARIABLE, "schema": "crm"})
    settings = Settings(tmp_path / "home", tmp_path / "sources.yml", None, None, None, (source,))
    engine = sa.create_engine(url)
    found = Replica(engine, settings, url)
    found.run(
        # What a test that failed still holds open must not keep the next one waiting.
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where datname = current_database() and pid != pg_backend_pid()",
        "drop schema if exists crm cascade",
        "drop schema if exists other cascade",
        "drop table if exists public.task",
        "create schema crm",
        "create table crm.lead (id text primary key, status text, system_modstamp timestamptz)",
        "insert into crm.lead select 'L' || n, 'New', timestamptz '2026-01-01 00:00+00'"
        " + n * interval '1 hour' from generate_series(1, 1000) as n",
    )
    yield found
    engine.dispose()


def counts(replica: Replica, table: str = "lead") -> tuple[int, int]:
    ((rows, different),) = replica.query(f"select count(*), count(distinct id) from raw_acme.{table}")
    return rows, different


def test_what_a_staging_model_would_read_is_read_and_nothing_else(replica: Replica) -> None:
    replica.run(
        "create table crm.invoice as select 1 as id",
        'create table crm."LeadHistory" ("Id" text, "LeadId" text)',
        "insert into crm.\"LeadHistory\" values ('1', 'L1')",
        "create view crm.sf_user as select '005' as id, 'Rep' as name",
        "create materialized view crm.account as select '001' as id, 'Acme' as name",
        "create table public.task as select 1 as id",
    )
    report = replica.land()
    assert sorted((t.table, t.rows, t.status) for t in report.sources[0].tables) == [
        ("LeadHistory", 1, "landed"),
        ("account", 1, "landed"),
        ("lead", 1000, "landed"),
        ("sf_user", 1, "landed"),
    ]
    assert replica.query("select raw_table, rows_landed from landing.loads where is_current order by 1") == [
        ("LeadHistory", 1),
        ("account", 1),
        ("lead", 1000),
        ("sf_user", 1),
    ]


def test_values_come_as_the_database_holds_them(replica: Replica) -> None:
    replica.run(
        "create table crm.task (id int, instant timestamptz, naive timestamp, day date, amount numeric,"
        " price numeric(10, 2), props jsonb, tags text[], key uuid, span interval, host inet, raw bytea,"
        " clock time, ratio double precision, is_open boolean, empty int)",
        "insert into crm.task values (1, '2026-01-01 02:00+02', '2026-01-01 02:00', '2026-01-02',"
        " 12345678901234567890.123456789012345678901, 1.50, '{\"a\": [1, \"ü\"]}', array['x', 'y'],"
        " '6f9619ff-8b86-d011-b42d-00cf4fc964ff', '1 day', '10.0.0.1', '\\x00ff', '10:00', 0.1, true, null)",
    )
    replica.land()
    ((row),) = replica.query(
        "select id, epoch(instant), naive::varchar, day::varchar, amount, price::varchar,"
        " props::json->>'$.a[1]', tags, key, span, host, hex(raw), clock::varchar, ratio, is_open, empty"
        " from raw_acme.task"
    )
    assert row == (
        *(1, 1767225600.0, "2026-01-01 02:00:00", "2026-01-02", "12345678901234567890.123456789012345678901"),
        *("1.50", "ü", '["x","y"]', "6f9619ff-8b86-d011-b42d-00cf4fc964ff", "1 day", "10.0.0.1/32", "00FF"),
        *("10:00:00", 0.1, True, None),
    )


def test_nothing_new_lands_nothing(replica: Replica) -> None:
    replica.run("create table crm.task as select n::text as id from generate_series(1, 10) as n")
    replica.land()
    before = replica.query("from raw_acme.lead")

    report = replica.land()

    assert not report.has_changed
    assert {table.status for table in report.sources[0].tables} == {"unchanged"}
    assert replica.query("from raw_acme.lead") == before
    assert replica.query("select count(*) from landing.loads") == [(2,)]
    assert replica.query("select landed_at from landing.clock") == [(report.landed_at,)]


def test_only_what_lies_behind_the_overlap_is_left_unread(replica: Replica) -> None:
    """Rows that change without a new stamp tell what was read: those of the last day, by default."""
    replica.land()
    replica.run("update crm.lead set status = 'changed unseen' where id in ('L900', 'L975', 'L977', 'L1000')")
    assert replica.table().rows_new == 2
    assert replica.query("select id from raw_acme.lead where status = 'changed unseen' order by 1") == [
        ("L1000",),
        ("L977",),
    ]
    replica.configure(overlap_minutes=25 * 60)
    assert replica.table().rows_new == 1
    assert counts(replica) == (1000, 1000)


def test_a_row_that_changed_replaces_its_version_before(replica: Replica) -> None:
    replica.land()
    replica.run(
        "update crm.lead set status = 'Working', system_modstamp = '2026-06-01' where id = 'L5'",
        "insert into crm.lead values ('L1001', 'New', '2026-06-02'), ('L1002', 'New', null)",
    )
    found = replica.table()
    assert (found.rows, found.rows_new, found.status) == (1002, 3, "appended")
    assert replica.query("select status from raw_acme.lead where id = 'L5'") == [("Working",)]
    assert counts(replica) == (1002, 1002)
    assert not replica.land().has_changed


def test_rows_deleted_or_slipped_in_behind_the_cursor_are_noticed(replica: Replica) -> None:
    replica.land()
    replica.run("delete from crm.lead where id = 'L7'")
    assert (replica.table().rows, counts(replica)) == (999, (999, 999))
    replica.run("insert into crm.lead values ('late', 'New', '2026-01-01')")
    assert (replica.table().rows, counts(replica)) == (1000, (1000, 1000))


@pytest.mark.parametrize("key", ["", ", primary key (id)"])
def test_a_table_without_a_key_ends_as_one_with_a_key(replica: Replica, key: str) -> None:
    """Tools write tables without declaring a key; an id that tells all rows apart will do."""
    replica.run(
        f"create table crm.task (id text, status text, _fivetran_synced timestamp{key})",
        "insert into crm.task select n::text, 'Open', timestamp '2026-01-01' + n * interval '1 hour'"
        " from generate_series(1, 100) as n",
    )
    replica.land()
    replica.run("update crm.task set status = 'Completed', _fivetran_synced = '2026-03-01' where id = '5'")
    assert replica.table("task").status == "appended"
    assert counts(replica, "task") == (100, 100)
    assert replica.query("select status from raw_acme.task where id = '5'") == [("Completed",)]


def test_versions_that_the_tool_appends_stand_beside_each_other(replica: Replica) -> None:
    replica.run(
        "create table crm.task (id text, status text, _airbyte_extracted_at timestamptz)",
        "insert into crm.task values ('1', 'Open', '2026-01-01'), ('1', 'Completed', '2026-01-02')",
    )
    replica.land()
    replica.run("insert into crm.task values ('1', 'Reopened', '2026-01-03'), ('2', 'Open', '2026-01-03')")
    assert replica.table("task").status == "appended"
    assert replica.query("select id, status from raw_acme.task order by _airbyte_extracted_at, id") == [
        ("1", "Open"),
        ("1", "Completed"),
        ("1", "Reopened"),
        ("2", "Open"),
    ]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ("system_modstamp timestamptz, _fivetran_synced timestamp", "_fivetran_synced"),
        ('"SystemModstamp" timestamptz, _airbyte_extracted_at timestamptz', "_airbyte_extracted_at"),
        ('"SystemModstamp" timestamp', "SystemModstamp"),
        ("_dlt_load_id text, system_modstamp timestamptz", "_dlt_load_id"),
        ("system_modstamp text, last_modified_date timestamp", "last_modified_date"),
        ("created_date timestamp", None),
    ],
)
def test_the_cursor_of_a_table_is_found_by_its_name(
    replica: Replica, columns: str, expected: str | None
) -> None:
    replica.run(f"create table crm.task (id text, {columns})", "insert into crm.task (id) values ('1')")
    replica.land()
    assert replica.query("select cursor_name from landing.positions where stream = 'task'") == [(expected,)]


def test_the_stamps_of_a_change_log_and_of_dlt_are_cursors_too(replica: Replica) -> None:
    replica.run(
        "create table crm.lead_history (id text, created_date timestamptz)",
        "insert into crm.lead_history values ('1', '2026-01-01'), ('2', '2026-01-05')",
        "create table crm.task (id text, _dlt_load_id text)",
        "insert into crm.task values ('1', '1767225600.5'), ('2', '1769839200.25')",
    )
    replica.land()
    replica.run(
        "insert into crm.lead_history values ('3', '2026-01-06')",
        "insert into crm.task values ('3', '1769839300.125')",
    )
    report = {table.table: table for table in replica.land().sources[0].tables}
    assert (report["lead_history"].status, report["task"].status) == ("appended", "appended")
    assert (counts(replica, "lead_history"), counts(replica, "task")) == ((3, 3), (3, 3))
    assert replica.query(
        "select stream, landed_to from landing.positions where stream <> 'lead' order by 1"
    ) == [
        ("lead_history", "2026-01-06 00:00:00+00"),
        ("task", "1769839300.125"),
    ]


def test_a_stamp_that_lies_ahead_hides_nothing(replica: Replica) -> None:
    replica.run("update crm.lead set system_modstamp = '2199-01-01' where id = 'L1'")
    replica.land()
    replica.run("update crm.lead set status = 'Working', system_modstamp = '2026-03-01' where id = 'L2'")
    assert replica.table().rows_new == 1


def test_a_column_that_goes_or_changes_its_type_is_told_and_the_old_values_stay(replica: Replica) -> None:
    replica.run("alter table crm.lead add column grade int", "update crm.lead set grade = 7")
    replica.land()
    replica.run(
        "alter table crm.lead drop column status",
        "alter table crm.lead alter column grade type text",
        "insert into crm.lead values ('L1001', '2026-06-01', 'high')",
    )
    found = replica.table()
    assert sorted((drift.column, drift.change) for drift in found.drift) == [
        ("grade", "type_changed"),
        ("status", "vanished"),
    ]
    assert replica.query(
        "select id, status, grade from raw_acme.lead where id in ('L5', 'L1001') order by 1"
    ) == [
        ("L1001", None, "high"),
        ("L5", "New", "7"),
    ]


def test_rows_that_are_landed_anew_keep_what_a_column_that_went_held(replica: Replica) -> None:
    replica.run(
        "create table crm.account (id text primary key, name text, website text)",
        "insert into crm.account values ('A1', 'One', 'one.example'), ('A2', 'Two', 'two.example')",
        "create table crm.contact (name text)",
        "insert into crm.contact values ('Ann')",
    )
    replica.land()
    replica.run(
        "alter table crm.lead drop column status",
        "update crm.lead set system_modstamp = '2026-06-01' where id in ('L5', 'L1000')",
        "alter table crm.account drop column website",
        "update crm.account set name = 'First' where id = 'A1'",
        "insert into crm.account values ('A3', 'Three')",
        "alter table crm.contact add column email text",
        "alter table crm.contact drop column name",
    )
    told = {table.table: [str(drift) for drift in table.drift] for table in replica.land().sources[0].tables}
    assert told["account"] == ["column website has vanished: each row keeps its last value, by id"]
    assert told["contact"][0] == (
        "column name has vanished: rows that are landed anew lose it, since no column tells them apart"
    )
    # The one is read from its cursor on, the other whole at every landing.
    assert replica.query("select count(*), count(status) from raw_acme.lead") == [(1000, 1000)]
    assert replica.query("select id, name, website from raw_acme.account order by id") == [
        ("A1", "First", "one.example"),
        ("A2", "Two", "two.example"),
        ("A3", "Three", None),
    ]
    assert {table.table: table.rows_new for table in replica.land().sources[0].tables} == {
        "account": 0,
        "contact": 0,
        "lead": 0,
    }


def test_another_database_of_the_same_name_is_landed_afresh(
    replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    replica.land()
    replica.run("create schema other", "create table other.lead as select 'X' as id")
    replica.configure(schema="other")
    assert (replica.table().status, counts(replica)) == ("landed", (1, 1))


@pytest.mark.parametrize("kind", ["files", "database"])
def test_a_source_may_move_between_files_and_a_database(replica: Replica, kind: str, tmp_path: Path) -> None:
    (tmp_path / "crm").mkdir()
    (tmp_path / "crm" / "lead.csv").write_text("Id\nfrom_a_file\n")
    database = replica.settings.sources[0]
    files = replace(database, kind="files", options={"path": tmp_path / "crm"})
    order = (files, database) if kind == "files" else (database, files, database)
    for source in order:
        replica.settings = replace(replica.settings, sources=(source,))
        replica.land()
        assert counts(replica) == ((1, 1) if source is files else (1000, 1000))
        assert replica.query("select count(*) from landing.loads where is_current") == [(1,)]


DIES = """
import os, signal, sys
from pathlib import Path
from handoff.config import Settings, Source
from handoff.landing import database_source, land, registry, streams

module, name, calls, home = sys.argv[1], sys.argv[2], int(sys.argv[3]), Path(sys.argv[4])
database_source._CHUNK = 100
owner = {"streams": streams, "registry": registry}[module]
whole, made = getattr(owner, name), []


def die(*arguments, **named):
    made.append(name)
    if len(made) == calls:
        os.kill(os.getpid(), signal.SIGKILL)
    return whole(*arguments, **named)


setattr(owner, name, die)
source = Source("acme", "salesforce", "database", {"url_env": "TEST_REPLICA_URL", "schema": "crm"})
land(Settings(home, home, None, None, None, (source,)))
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("place", "calls", "begun_again"),
    [
        # In the first table, in the second, and while taking over.
        (("streams", "_write"), 4, 701 + 1000),
        (("streams", "_write"), 15, 1 + 601),
        (("registry", "record_source"), 1, 2),
    ],
)
def test_a_landing_that_is_killed_is_gone_on_with_and_loses_and_doubles_nothing(
    replica: Replica,
    monkeypatch: pytest.MonkeyPatch,
    place: tuple[str, str],
    calls: int,
    begun_again: int,
) -> None:
    replica.run("create table crm.task (id text, system_modstamp timestamptz)")
    replica.run("insert into crm.task select id, system_modstamp from crm.lead")
    dead = subprocess.run(
        [sys.executable, "-c", DIES, *place, str(calls), str(replica.settings.home)],
        capture_output=True,
        check=False,
    )
    assert dead.returncode == -9, dead.stderr
    with duckdb.connect(str(replica.settings.warehouse_path)) as connection:
        found = (
            "select count(*) from duckdb_tables() where schema_name = 'raw_acme'"
            " and table_name in ('lead', 'task')"
        )
        assert connection.execute(found).fetchall() == [(0,)]
    read: list[int] = []
    rows_of = database_source._rows

    def counted(engine: sa.Engine, table: database_source.Table, since: str | None) -> Iterator[Any]:
        for batch in rows_of(engine, table, since):
            read.append(sum(rows.num_rows for rows in batch.rows.values()))
            yield batch

    monkeypatch.setattr(database_source, "_rows", counted)
    replica.land()
    assert (counts(replica), counts(replica, "task")) == ((1000, 1000), (1000, 1000))
    # What was read before the death is not read again, but for the row that it came to.
    assert sum(read) <= begun_again
    assert replica.query("select count(*) from duckdb_tables() where table_name like '__incoming%'") == [(0,)]
    assert not replica.land().has_changed


def test_rows_that_change_between_death_and_resumption_stand_once(
    replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_source, "_CHUNK", 100)
    rows_of = database_source._rows

    def breaks_off(engine: sa.Engine, table: database_source.Table, since: str | None) -> Iterator[Any]:
        for number, batch in enumerate(rows_of(engine, table, since)):
            if number == 5:
                raise KeyboardInterrupt
            yield batch

    monkeypatch.setattr(database_source, "_rows", breaks_off)
    with pytest.raises(KeyboardInterrupt):
        replica.land()
    monkeypatch.setattr(database_source, "_rows", rows_of)
    replica.run("update crm.lead set status = 'Working', system_modstamp = '2026-03-01' where id = 'L3'")
    replica.run("delete from crm.lead where id = 'L4'")
    replica.land()
    assert replica.query("select status from raw_acme.lead where id = 'L3'") == [("Working",)]
    replica.land()
    assert counts(replica) == (999, 999)


def test_a_connection_that_breaks_is_told_in_words_and_gone_on_with(
    replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    replica.run(
        "insert into crm.lead select 'M' || n, repeat('x', 1000), timestamptz '2026-03-01'"
        " + n * interval '1 s' from generate_series(1, 20000) as n"
    )
    monkeypatch.setattr(database_source, "_CHUNK", 100)
    rows_of = database_source._rows

    def terminated(engine: sa.Engine, table: database_source.Table, since: str | None) -> Iterator[Any]:
        for number, batch in enumerate(rows_of(engine, table, since)):
            yield batch
            if number == 3:
                replica.run(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                    " where pid <> pg_backend_pid() and state = 'idle in transaction'"
                )

    monkeypatch.setattr(database_source, "_rows", terminated)
    with pytest.raises(LandingError, match=r"the database of TEST_REPLICA_URL, .* could not be read"):
        replica.land()
    monkeypatch.setattr(database_source, "_rows", rows_of)
    replica.land()
    assert counts(replica) == (21000, 21000)


def test_a_table_that_may_not_be_read_is_told_with_the_mend_and_the_others_land(
    replica: Replica, monkeypatch: pytest.MonkeyPatch, server: Postgres
) -> None:
    replica.run("create table crm.task as select '1' as id")
    replica.land()
    replica.run(
        "drop role if exists reader",
        "create role reader login",
        "grant usage on schema crm to reader",
        "grant select on crm.lead to reader",
    )
    database = sa.make_url(replica.url).database or ""
    monkeypatch.setenv(VARIABLE, server.url(database, "reader", SECRET))
    report = replica.land()
    assert report.sources[0].remarks == (
        "task is not read: the login may not read it. Grant it select on crm.task",
    )
    assert "acme: task is not read" in "\n".join(report.lines())
    assert counts(replica, "task") == (1, 1)
    replica.run("revoke select on crm.lead from reader", "grant select on crm.task to reader")
    with pytest.raises(LandingError, match="lead, which holds the leads: the login may not read it"):
        replica.land()
    assert counts(replica) == (1000, 1000)
    replica.run("drop owned by reader", "drop role reader")


@pytest.mark.parametrize(
    ("url", "words", "may_pass"),
    [
        ("", f"the environment variable {VARIABLE} is not set", False),
        (f"not a url {SECRET}", "is no database URL", False),
        (f"nosuch://me:{SECRET}@127.0.0.1/crm", "no driver for nosuch", False),
        (f"postgresql://me:{SECRET}@127.0.0.1:1/crm", "refused", True),
    ],
)
def test_a_url_that_will_not_do_is_told_without_its_secret(
    replica: Replica, monkeypatch: pytest.MonkeyPatch, url: str, words: str, may_pass: bool
) -> None:
    monkeypatch.setenv(VARIABLE, url)
    with pytest.raises(LandingError, match=words) as raised:
        replica.land()
    assert SECRET not in str(raised.value)
    assert raised.value.may_pass == may_pass


def test_a_login_that_is_refused_is_not_tried_again(
    replica: Replica, server: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Waiting mends no password, and no database that is not there."""
    monkeypatch.setenv(VARIABLE, server.url("nowhere"))
    with pytest.raises(LandingError, match="does not exist") as raised:
        replica.land()
    assert not raised.value.may_pass


def test_a_schema_or_a_lead_table_that_is_not_there_is_told_with_the_mend(replica: Replica) -> None:
    replica.configure(schema="nope")
    with pytest.raises(LandingError, match=r"has no schema nope\. Found: crm.* Mend `schema:`"):
        replica.land()
    replica.configure(schema="public")
    with pytest.raises(LandingError, match="no lead table in the database"):
        replica.land()


def test_leads_that_are_all_gone_stop_the_landing_and_stay(replica: Replica) -> None:
    replica.land()
    replica.run("truncate crm.lead")
    with pytest.raises(LandingError, match="is empty"):
        replica.land()
    assert counts(replica) == (1000, 1000)


def test_the_doctor_logs_in_and_finds_the_leads_and_lands_nothing(replica: Replica, tmp_path: Path) -> None:
    replica.run("create table crm.task (id text)", "create table crm.invoice (id text)")
    (tmp_path / "sources.yml").write_text(
        "sources: [{name: acme, crm: salesforce,"
        f" from: {{kind: database, url_env: {VARIABLE}, schema: crm}}}}]"
    )
    environment = {"HANDOFF_SOURCES": str(tmp_path / "sources.yml"), "HANDOFF_HOME": str(tmp_path / "home")}
    assert [(remark.state, remark.text) for remark in examine(environment) if remark.subject == "acme"] == [
        ("ok", f"2 tables in the database of {VARIABLE}, schema crm, leads in lead")
    ]
    assert not (tmp_path / "home").exists()


def test_the_login_is_written_nowhere(replica: Replica) -> None:
    replica.land()
    written = [path for path in replica.settings.home.rglob("*") if path.is_file()]
    assert [path.name for path in written] == ["warehouse.duckdb"]
    assert SECRET.encode() not in written[0].read_bytes()
    assert SECRET not in str(replica.query("from landing.sources")) + str(
        replica.query("from landing.positions")
    )


def test_another_dialect_lands_the_same_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path}/crm.db")
    with engine.begin() as connection:
        connection.execute(sa.text("create table contacts (id text, updated_at timestamp, email text)"))
        connection.execute(
            sa.text("insert into contacts values ('1', '2026-01-01 10:00:00.000000', 'a@b.c')")
        )
    monkeypatch.setenv(VARIABLE, f"sqlite:///{tmp_path}/crm.db")
    source = Source("acme", "hubspot", "database", {"url_env": VARIABLE})
    settings = Settings(tmp_path / "home", tmp_path, None, None, None, (source,))
    for status in ("landed", "unchanged"):
        (found,) = land(settings).sources[0].tables
        assert (found.table, found.rows, found.status) == ("contacts", 1, status)
