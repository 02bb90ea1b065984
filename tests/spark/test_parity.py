"""Every published table is equal on Spark and DuckDB, row for row, though a worker is killed on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from handoff.config import PROJECT
from tests.spark.conftest import KILLED, Parity
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
