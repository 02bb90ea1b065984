"""Every published table is equal on Spark and DuckDB, row for row, though a worker is killed on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from handoff.config import PROJECT
from handoff.lake import thrift
from handoff.lake.cluster import HOST
from tests.spark.conftest import KILLED, Parity
from tests.spark.lake_sources import SCHEMAS, types_in_spark
from tests.spark.same_rows import differences

PUBLISHED = sorted(path.stem for path in (PROJECT / "models" / "marts").glob("*.sql"))


def test_a_worker_was_killed_while_tables_were_built(parity: Parity) -> None:
    assert not Path(f"/proc/{parity.home.processes[KILLED]}").exists()
    assert parity.begun > 100, "the worker had hardly done anything"
    assert parity.built_after > 30, parity.told
    assert "Lost executor" in (parity.home.folder / "spark" / "logs" / "thrift.log").read_text()


@pytest.mark.parametrize("table", PUBLISHED)
def test_published_table_is_the_same_on_spark(parity: Parity, table: str) -> None:
    with parity.home.open() as connection:
        assert not differences(connection, f"warehouse.marts.{table}", f"spark.{table}")
        (rows,) = connection.execute(f"select count(*) from spark.{table}").fetchone() or (0,)
    assert rows > 0


@pytest.mark.parametrize("source", SCHEMAS)
def test_tables_of_the_lake_were_read_where_they_are(parity: Parity, source: str) -> None:
    assert not (parity.home.folder / "lake" / f"raw_{source}").exists()
    with parity.home.open() as connection:
        (handoffs,) = connection.execute(
            "select count(*) from spark.fct_handoffs where source_system = ?", [source]
        ).fetchone() or (0,)
    assert handoffs > 200


def test_tables_of_the_lake_have_types_of_their_own(parity: Parity) -> None:
    with thrift(HOST, parity.home.port) as ask:
        types = types_in_spark(ask)
    assert types >= {
        "string",
        "boolean",
        "bigint",
        "double",
        "date",
        "timestamp",
        "timestamp_ntz",
        "struct",
        "array",
    }
