"""The benchmark: every station of it is taken on a small CRM, and what analysts would write answers alike.

No time is asserted: how fast a machine is says nothing about the code.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pytest

from handoff import bench
from handoff.bench import analyst, run

LEADS = 600


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """The benchmark's home and what it said."""
    home = tmp_path_factory.mktemp("bench")
    lines: list[str] = []
    bench.bench(home, LEADS, lines.append)
    return home, lines


def test_every_station_is_timed_beside_the_limit(taken: tuple[Path, list[str]]) -> None:
    _, lines = taken
    assert lines[0].startswith(f"{LEADS} leads, ")
    # Each busy lead has its creation, 12 changes and 6 activities at the least.
    assert int(lines[0].split(";")[0].split(", ")[1].removesuffix(" events").replace(",", "")) >= LEADS * 19
    titles = [re.split(r"  +", line.strip())[0] for line in lines[1:16]]
    assert titles == [
        "writing the CRM",
        "limit L",
        "landing",
        "build B",
        "tests",
        "SQL of B alone",
        "the whole line",
        "of it, gates",
        "publication",
        "a day: landing",
        "a day: build",
        "another SLA: build",
        "handoffs, DuckDB",
        "handoffs, pandas",
        "handoffs, Polars",
    ]
    assert all(re.search(r"\d+\.\d s +\d+\.\d x L", line) for line in lines[1:16])
    slowest = lines[lines.index("slowest models:") + 1 : -1]
    assert len(slowest) == 10
    assert all(re.fullmatch(r" +[\d.]+ s  (stg|int|fct|dim|rpt)_\w+", line) for line in slowest)


def test_a_run_is_remembered_beside_its_data(taken: tuple[Path, list[str]]) -> None:
    home, _ = taken
    (line,) = (home / "bench-history.jsonl").read_text(encoding="utf-8").splitlines()
    run = json.loads(line)
    assert run["leads"] == LEADS
    assert run["stations"]["build"]["peak"] > 50 * 2**20
    assert run["stations"]["landing"]["written"] > 0


def test_the_whole_line_publishes(taken: tuple[Path, list[str]]) -> None:
    home, _ = taken
    with duckdb.connect(str(home / "bench" / "published" / "marts.duckdb"), read_only=True) as published:
        (handoffs,) = published.execute("select count(*) from marts.fct_handoffs").fetchone() or (0,)
    assert handoffs > LEADS / 2


def test_a_build_for_another_sla_asks_it_of_all_handoffs(taken: tuple[Path, list[str]]) -> None:
    home, _ = taken
    with duckdb.connect() as connection:
        for name in ("warehouse.duckdb", "published/marts.duckdb"):
            connection.execute(f"attach '{home / 'bench' / name}' as {Path(name).stem} (read_only)")
        earlier, later = connection.execute(
            "select count_if(now.first_action_due_at < before.first_action_due_at),"
            " count_if(now.first_action_due_at > before.first_action_due_at)"
            " from warehouse.marts.fct_handoffs as now"
            " inner join marts.marts.fct_handoffs as before using (source_system, lead_id, opened_at)"
        ).fetchone() or (0, 0)
    # The day before touched one lead of 200. To others no SLA was promised.
    assert earlier > LEADS / 2
    assert later == 0


def test_duckdb_pandas_and_polars_find_the_same_handoffs(taken: tuple[Path, list[str]]) -> None:
    home, _ = taken
    folder = home / "bench"
    raw = folder / "demo" / "landing" / "demo_salesforce"
    columns = (
        "lead_id, opened_at, first_action_at, accepted_at, rejected_at, converted_at, "
        "round(minutes_to_first_action, 6)"
    )
    with duckdb.connect(str(folder / "analyst.duckdb"), read_only=True) as connection:
        expected = connection.execute(f"select {columns} from handoffs order by 1").fetchall()
        for library in ("pandas", "polars"):
            file = folder / f"analyst_{library}.parquet"
            assert connection.execute(f"select {columns} from '{file}' order by 1").fetchall() == expected
    assert len(expected) > LEADS / 2
    figures = analyst.by_polars(raw, folder / "again.parquet")
    assert figures == pytest.approx(analyst.by_pandas(raw, folder / "again.parquet"))
    assert 0 < figures["acceptance"] < 1


def test_the_build_can_be_taken_alone_on_little_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there: list[str] = []

    def build(folder: Path, environment: Mapping[str, str]) -> run.Taken:
        # Builds alike are taken above; here what is on disk meanwhile is looked at.
        assert environment["HANDOFF_HOME"] == str(folder)
        there.extend(path.name for path in folder.rglob("*") if path.suffix in (".duckdb", ".parquet"))
        with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as warehouse:
            count = "select count(distinct id) from raw_demo_salesforce.lead"
            assert warehouse.execute(count).fetchone() == (LEADS,)
        return run.Taken(1.5, found={"slowest": [("int_handoffs", 0.5)]})

    monkeypatch.setattr(run, "_whole_build", build)
    lines: list[str] = []
    bench.bench(tmp_path, LEADS, lines.append, build_alone=True)
    assert there == ["warehouse.duckdb"]
    assert [re.split(r"  +", line)[0] for line in lines[1:5]] == [
        "writing the CRM",
        "landing",
        "build B",
        "slowest models:",
    ]
    assert lines[3].endswith("1.5 s")
