"""The history of owners' teams goes on from one build to the next, on Spark as on DuckDB."""

from __future__ import annotations

import duckdb
import pytest

from handoff.lake import thrift
from handoff.lake.cluster import HOST
from tests.spark.conftest import Parity
from tests.spark.same_rows import differences

KEYS = "intermediate.int_owner_team_keys"
HISTORY = "snapshots.snap_owner_teams"
# What the next landing finds: one owner has moved, one is in no team any more, one has gone, one is new.
NEXT = f"""
    with numbered as (
        select *, row_number() over (order by source_system, owner_id) as number
        from {KEYS} where team_key is not null
    )
    select
        source_system, owner_id,
        case when number = 1 then 'elsewhere' when number > 2 then team_key end as team_key,
        timestamp '2027-01-01 00:00:00' as seen_at
    from numbered where number <> 3
    union all
    select source_system, 'new', team_key, timestamp '2027-01-01 00:00:00' from numbered where number = 4
    union all
    select source_system, owner_id, team_key, timestamp '2027-01-01 00:00:00'
    from {KEYS} where team_key is null
"""
# Each engine's landing has its own instant, and so has the hash of a version.
STAMPS = ("seen_at", "dbt_updated_at", "dbt_valid_from")
COLUMNS = ", ".join(
    (
        *("source_system", "owner_id", "team_key", "dbt_valid_to"),
        *(
            f"case when {stamp} >= timestamp '2027-01-01 00:00:00' then {stamp} end as {stamp}"
            for stamp in STAMPS
        ),
    )
)


@pytest.fixture(scope="module")
def continued(parity: Parity) -> Parity:
    """One more snapshot of owners who moved; on Spark the one before died between its two renamings."""
    with duckdb.connect(str(parity.home.folder / "warehouse.duckdb")) as connection:
        connection.execute(f"create or replace table {KEYS} as {NEXT}")
    with thrift(HOST, parity.home.port) as ask:
        ask(f"create table {KEYS}_next as {NEXT}")
        ask(f"drop table {KEYS}")
        ask(f"alter table {KEYS}_next rename to {KEYS}")
        ask(f"alter table {HISTORY} rename to {HISTORY}__before")
    for target in ("duckdb", "spark"):
        parity.home.run_dbt(target, "snapshot")
    return parity


def test_versions_end_and_begin_as_on_duckdb(continued: Parity) -> None:
    with continued.home.open("snapshots") as connection:
        connection.execute(f"create view ours as select {COLUMNS} from warehouse.{HISTORY}")
        connection.execute(f"create view theirs as select {COLUMNS} from spark.snap_owner_teams")
        assert not differences(connection, "ours", "theirs")
        versions = connection.execute(
            "select count(*) filter (dbt_valid_to is not null), count(*) filter (owner_id = 'new'),"
            " count(*) filter (team_key = 'elsewhere') from theirs"
        ).fetchone()
    assert versions == (2, 1, 1)


def test_nothing_is_left_beside_the_history(continued: Parity) -> None:
    with thrift(HOST, continued.home.port) as ask:
        tables = [row[1] for row in ask("show tables in snapshots")]
        hashes = ask(f"select count(*), count(distinct dbt_scd_id) from {HISTORY}")
    assert tables == ["snap_owner_teams"]
    assert hashes[0][0] == hashes[0][1]
