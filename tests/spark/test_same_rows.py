"""The comparison of two tables finds what it is there to find."""

from __future__ import annotations

import duckdb
import pytest

from tests.spark.same_rows import differences

OURS = (
    "select * from (values (1, 'a', 0.5::double), (2, null, null), (3, 'c', 1e6::double)) t (id, name, share)"
)


@pytest.mark.parametrize(
    ("theirs", "told"),
    [
        (f"{OURS} order by id desc", ""),
        (f"select id, name, share + 1e-10 as share from ({OURS})", ""),
        (f"select id, name, share + 1e-8 as share from ({OURS})", "share: 0.5 and 0.50000001"),
        (f"select id, coalesce(name, '') as name, share from ({OURS})", "name: None and ''"),
        (f"select id, name, coalesce(share, 0) as share from ({OURS})", "share: None and 0.0"),
        (f"{OURS} where id < 3", "3 rows and 2"),
        (f"{OURS} union all {OURS} where id = 3", "3 rows and 4"),
        (
            f"select id::bigint as id, name, share from ({OURS})",
            "columns: [('id', 'BIGINT'), ('id', 'INTEGER')]",
        ),
        (f"select id, name, share, 1 as more from ({OURS})", "columns: [('more', 'INTEGER')]"),
    ],
)
def test_differences_are_told(theirs: str, told: str) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"create table ours as {OURS}; create table theirs as {theirs}")
        found = differences(connection, "ours", "theirs")
    assert (told in found[0]) if told else not found
