"""A folder is mirrored: what is new is read, what changed is read again, what is gone goes, nothing twice."""

from __future__ import annotations

import gzip
import os
import threading
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import duckdb
import pytest

from handoff import landing
from handoff.landing import LandingError, files_source
from handoff.landing.folders import DataFile, fingerprint
from tests.landing.conftest import Org

JANUARY = "id,name\n1,a\n2,b\n"
FEBRUARY = "id,name,extra\n3,c,x\n"


def write_parquet(path: Path, select: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    duckdb.connect().execute(f"copy ({select}) to '{path}' (format parquet)")


def loads(org: Org) -> list[tuple[Any, ...]]:
    return org.query(
        "select file, count(*) from landing.loads where raw_table = 'events' group by file order by file"
    )


def ids(org: Org) -> list[Any]:
    return [row[0] for row in org.query("select id from raw_acme.events order by id::int")]


def test_a_folder_of_files_is_one_table(org: Org) -> None:
    org.write("events/2026/01.csv", JANUARY)
    org.write("events/2026/02.csv.gz", FEBRUARY)
    org.write("events/03.jsonl", '{"id": 4, "name": "d", "more": {"a": 1}}\n')
    write_parquet(org.folder / "events" / "04.parquet", "select 5 as id, 'e' as name, 1.5::double as amount")

    table = org.table("events")

    assert (table.files, table.rows, table.status) == (4, 5, "landed")
    assert org.query(
        "select _handoff_file, _handoff_row, id, name, extra, more, amount from raw_acme.events order by id"
    ) == [
        ("events/2026/01.csv", 1, "1", "a", None, None, None),
        ("events/2026/01.csv", 2, "2", "b", None, None, None),
        ("events/2026/02.csv.gz", 1, "3", "c", "x", None, None),
        ("events/03.jsonl", 1, "4", "d", None, '{"a":1}', None),
        ("events/04.parquet", 1, "5", "e", None, None, 1.5),
    ]


def test_parquet_keeps_its_types(org: Org) -> None:
    write_parquet(
        org.folder / "events.parquet",
        "select 1 as id, timestamptz '2026-01-01 00:00:00+02' as at, date '2026-01-02' as day,"
        " {'a': [1]} as nested",
    )
    org.land()
    assert org.query('select typeof(id), typeof("at"), typeof(day), typeof(nested) from raw_acme.events') == [
        ("INTEGER", "TIMESTAMP WITH TIME ZONE", "DATE", "STRUCT(a INTEGER[])")
    ]


def test_a_column_that_changes_its_type_becomes_text(org: Org) -> None:
    write_parquet(org.folder / "events" / "1.parquet", "select 1 as id, {'a': 1} as nested, 7 as value")
    write_parquet(org.folder / "events" / "2.parquet", "select 2 as id, 'x' as nested, 'seven' as value")
    write_parquet(
        org.folder / "events" / "3.parquet", "select 3 as id, [1, 2] as nested, date '2026-01-01' as value"
    )
    org.land()
    assert org.query("select nested, value from raw_acme.events order by id") == [
        ('{"a":1}', "7"),
        ("x", "seven"),
        ("[1,2]", "2026-01-01"),
    ]


def test_nothing_new_is_not_read_again(org: Org) -> None:
    org.write("events/1.csv", JANUARY)
    org.land()
    before = org.query("select * from raw_acme.events")
    os.utime(org.folder / "events" / "1.csv")

    report = org.land()

    assert not report.has_changed
    assert {table.status for table in report.sources[0].tables} == {"unchanged"}
    assert org.query("select * from raw_acme.events") == before
    assert loads(org) == [("events/1.csv", 1)]
    assert org.query("select landed_at from landing.clock") == [(report.landed_at,)]


def test_a_new_file_is_added_and_the_others_are_not_read_again(org: Org) -> None:
    org.write("events/1.csv", JANUARY)
    org.land()
    org.write("events/2.csv", FEBRUARY)

    assert org.table("events").status == "appended"
    assert ids(org) == ["1", "2", "3"]
    assert loads(org) == [("events/1.csv", 1), ("events/2.csv", 1)]


def test_a_changed_file_takes_the_place_of_its_rows(org: Org) -> None:
    org.write("events/1.csv", JANUARY)
    org.write("events/2.csv", FEBRUARY)
    org.land()
    org.write("events/1.csv", "id,name\n7,z\nshort\n")

    org.land()

    assert ids(org) == ["3", "7"]
    assert loads(org) == [("events/1.csv", 2), ("events/2.csv", 1)]
    assert [row[0] for row in org.set_aside("events")] == [3]
    org.write("events/1.csv", JANUARY)
    org.land()
    assert (ids(org), org.set_aside("events")) == (["1", "2", "3"], [])


def test_a_file_that_is_gone_takes_its_rows_along_and_may_come_back(org: Org) -> None:
    first = org.write("events/1.csv", JANUARY)
    org.write("events/2.csv", FEBRUARY)
    org.land()
    first.unlink()
    assert org.table("events").rows == 1
    assert ids(org) == ["3"]
    org.write("events/1.csv", JANUARY)
    org.land()
    assert ids(org) == ["1", "2", "3"]


def test_a_table_that_is_gone_is_dropped(org: Org) -> None:
    path = org.write("events.csv", JANUARY + "short\n")
    org.land()
    path.unlink()
    org.land()
    assert org.query("select table_name from duckdb_tables() where schema_name = 'raw_acme'") == [("leads",)]
    assert org.query("select distinct raw_table from landing.loads where is_current") == [("leads",)]
    assert org.set_aside("events") == []


def test_a_table_file_may_change_its_case_or_its_format(org: Org) -> None:
    org.write("events.csv", JANUARY).unlink()
    org.write("Events.csv", JANUARY)
    org.land()
    (org.folder / "Events.csv").unlink()
    org.write("EVENTS.jsonl", '{"id": 5}\n')
    org.land()
    assert ids(org) == ["5"]


def test_two_files_of_one_table_are_refused_with_the_mend(org: Org) -> None:
    org.write("Events.csv", JANUARY)
    org.write("events.jsonl", '{"id": 1}\n')
    with pytest.raises(LandingError, match=r"Events\.csv and events\.jsonl both name the table .* folder"):
        org.land()


def test_what_is_no_table_is_said(org: Org) -> None:
    org.write("SOURCE.txt", "about")
    org.write("events/notes.xlsx", "about")
    org.write("_SUCCESS", "")
    org.write(".hidden.csv", JANUARY)
    (source,) = org.land().sources
    assert source.left_out == ("SOURCE.txt", "events/notes.xlsx")
    assert [table.table for table in source.tables] == ["leads"]


@pytest.mark.parametrize(
    "name", ["a[1]", "what?", "all*", "it's", 'say "so"', "with space", "ümlaut", "semi;colon"]
)
def test_names_of_files_are_names_and_no_patterns_or_sql(org: Org, name: str) -> None:
    org.write(f"{name}.csv", JANUARY)
    org.write(f"{name}1.csv", FEBRUARY)
    assert org.table(name).rows == 2
    assert org.table(f"{name}1").rows == 1


def test_a_file_that_breaks_keeps_the_rows_of_its_last_good_landing(org: Org) -> None:
    org.write("events.csv.gz", JANUARY)
    org.land()
    whole = (org.folder / "events.csv.gz").read_bytes()
    (org.folder / "events.csv.gz").write_bytes(whole[:-9])

    report = org.land()

    assert ids(org) == ["1", "2"]
    assert any("breaks off" in line for line in report.lines())
    assert org.query("select count(*) from landing.loads where error is not null and is_current") == [(1,)]
    (org.folder / "events.csv.gz").write_bytes(whole)
    org.land()
    assert org.query("select count(*) from landing.loads where error is not null and is_current") == [(0,)]


def test_rows_carry_the_instant_of_their_landing(org: Org) -> None:
    org.write("events/1.csv", JANUARY)
    first = org.land().landed_at
    org.write("events/2.csv", FEBRUARY)
    second = org.land().landed_at
    assert org.query("select distinct _handoff_landed_at from raw_acme.events order by 1") == [
        (first,),
        (second,),
    ]


def test_a_gzip_without_the_name_of_one_is_read_as_one(org: Org) -> None:
    """dlt writes such files."""
    (org.folder / "events.jsonl").write_bytes(gzip.compress(b'{"id": 1}\n'))
    (org.folder / "notes.csv").write_bytes(gzip.compress(JANUARY.encode()))
    tables = {table.table: table.rows for table in org.land().sources[0].tables}
    assert tables == {"events": 1, "leads": 1, "notes": 2}


def test_a_file_that_changes_or_goes_while_it_is_read_is_set_aside(
    org: Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    changing = org.write("events.csv", JANUARY)
    going = org.write("notes.csv", JANUARY)
    whole = fingerprint

    def meddle(file: DataFile) -> str:
        found = whole(file)
        if file.path == changing:
            changing.write_text(JANUARY + FEBRUARY)
        if file.path == going:
            going.unlink()
        return found

    monkeypatch.setattr(files_source, "fingerprint", meddle)
    report = org.land()

    assert any("events.csv: set aside: was being written" in line for line in report.lines())
    assert any("notes.csv: set aside: cannot be opened" in line for line in report.lines())
    assert org.query("select table_name from duckdb_tables() where schema_name = 'raw_acme'") == [("leads",)]


def test_a_full_disk_is_not_the_files_fault(org: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    org.land()
    org.write("leads.csv", "lead_id\nL2\n")

    def fail(*_: object) -> int:
        raise duckdb.IOException("IO Error: Could not write file: No space left on device")

    monkeypatch.setattr(files_source, "write", fail)
    with pytest.raises(LandingError, match="No space left"):
        org.land()
    assert org.query("select lead_id from raw_acme.leads") == [("L1",)]


def test_a_file_that_is_written_all_the_time_never_lands_as_a_mix_of_two(org: Org) -> None:
    """A real writer, not a meddled reader. Each version of the file holds its number in every row; what
    stands there at one moment may lack the end of it, and nothing can tell.
    """
    target = org.folder / "events.csv"
    is_done = threading.Event()

    def write_on() -> None:
        version = 100_000
        while not is_done.is_set():
            version += 1
            with target.open("w") as file:
                file.write("id,name\n")
                for row in range(3000):
                    file.write(f"{row},{version}\n")

    writer = threading.Thread(target=write_on)
    writer.start()
    try:
        for _ in range(10):
            org.land()
            if org.query("select 1 from duckdb_tables() where table_name = 'events'"):
                ((versions,),) = org.query(
                    "select count(distinct name) from raw_acme.events where length(name) = 6"
                )
                assert versions <= 1
    finally:
        is_done.set()
        writer.join()
    org.land()
    assert org.query("select count(*), count(distinct name) from raw_acme.events") == [(3000, 1)]


@pytest.mark.parametrize("jump", [timedelta(days=-400), timedelta(days=400)])
def test_a_clock_that_jumps_loses_and_doubles_nothing(
    org: Org, monkeypatch: pytest.MonkeyPatch, jump: timedelta
) -> None:
    org.write("events/1.csv", JANUARY)
    first = org.land().landed_at

    class Jumped(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Jumped:
            return cls.fromtimestamp(datetime.now(tz).timestamp() + jump.total_seconds(), tz)

    monkeypatch.setattr(landing, "datetime", Jumped)
    org.write("events/2.csv", FEBRUARY)
    second = org.land().landed_at
    assert abs((second - first) - jump) < timedelta(minutes=30)
    assert ids(org) == ["1", "2", "3"]
    monkeypatch.undo()
    org.write("events/1.csv", "id,name\n7,z\n")
    org.land()
    assert ids(org) == ["3", "7"]
    assert org.query("select count(*) from landing.clock") == [(1,)]
