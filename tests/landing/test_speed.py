"""A million rows land about as fast as DuckDB reads them, and the second time not at all."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from tests.landing.conftest import Org

LEADS = """
select
    'L' || range as lead_id,
    'name ' || range as first_name,
    'x' || range || '@example.com' as email,
    timestamp '2026-01-01' + to_seconds(range) as created_at,
    case when range % 3 = 0 then 'MQL' end as lifecycle_stage,
    'Some, "quoted" text of ' || range as rejection_note,
    range % 100 as fit_score,
    'https://example.com/landing/' || range as landing_page
from range(1000000)
"""


def seconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


@pytest.mark.slow
def test_a_million_rows_take_half_as_long_again_as_duckdbs_own_reader_at_most(
    org: Org, tmp_path: Path
) -> None:
    path = org.folder / "leads.csv"
    duckdb.execute(f"copy ({LEADS}) to '{path}' (header)")

    def read_alone(number: int) -> None:
        with duckdb.connect(str(tmp_path / f"alone_{number}.duckdb")) as connection:
            connection.execute(f"create table leads as from read_csv('{path}')")

    alone, landed = [], []
    # The machine has other work too: the best of some rounds counts for each.
    for number in range(6):
        alone.append(seconds(lambda number=number: read_alone(number)))  # type: ignore[misc]
        org.settings = replace(org.settings, home=tmp_path / f"home_{number}")
        landed.append(seconds(org.land))
        if min(landed) <= 1.5 * min(alone):
            break
    assert min(landed) <= 1.5 * min(alone)
    assert org.query(
        "select count(*), count(*) filter (lead_id <> 'L' || (_handoff_row - 1)) from raw_acme.leads"
    ) == [(1_000_000, 0)]

    assert seconds(org.land) < 5
    assert not org.land().has_changed
    assert org.query("select count(*) from landing.loads") == [(1,)]
