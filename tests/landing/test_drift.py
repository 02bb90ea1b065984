"""A column that comes, goes or changes its type between two landings is told, and what was landed stays."""

from __future__ import annotations

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
