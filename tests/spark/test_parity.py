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

# Of dbt's own tests those that ask for more than one row: grains, references, and what must add up. Nulls and
# the values of a column are in the rows that are compared.
CHECKED = (
    "test_type:singular",
    *(
        f"path:models/marts,test_name:{name}"
        for name in ("unique", "unique_grain", "relationships", "belongs_to")
    ),
)
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


def test_dbts_own_tests_pass_on_spark(parity: Parity) -> None:
    parity.home.run_dbt("spark", "test", "--select", *CHECKED, "--exclude", "test_type:unit")
    ended = parity.home.results("spark")
    assert set(ended.values()) == {"pass"}
    folder = PROJECT / "tests" / "dbt"
    singular = {path.stem for path in (*folder.glob("*.sql"), *folder.glob("logic/*.sql"))}
    assert len(singular) > 15 and singular <= ended.keys()
    grains = {name for table in PUBLISHED for name in ended if name.startswith("unique") and table in name}
    assert len(grains) >= len(PUBLISHED)


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
