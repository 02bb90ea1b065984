"""Stations of the benchmark that are no command of their own; each is a child, so that its memory is its own.

python -m handoff.bench.stations limit FOLDER
"""

from __future__ import annotations

import csv
import json
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import yaml

from handoff import builds
from handoff.bench import analyst
from handoff.bench.models import compiled_models
from handoff.config import load_settings
from handoff.landing import land
from handoff.policies import land_policies

_OF_THE_DAY = ("lead", "lead_history", "task")


def write(folder: Path, leads: int) -> dict[str, Any]:
    """Write a busy Salesforce CRM: per lead 12 field changes and 6 activities."""
    from demo.cli import write_demo

    write_demo(folder / "demo", leads=leads, crms=("salesforce",), is_busy=True)
    # A folder per table, to which a day adds its own file.
    for table in _OF_THE_DAY:
        (_raw() / table).mkdir()
        (_raw() / f"{table}.parquet").rename(_raw() / table / "whole.parquet")
    return {}


def write_day(folder: Path, leads: int) -> dict[str, Any]:
    """Add the files of a day that touches one of 200 leads, and move as_of on by it."""
    as_of = load_settings().as_of
    if as_of is None:
        raise LookupError("the CRM that was written has no as_of")
    sql = (Path(__file__).parent / "day.sql").read_text(encoding="utf-8")
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(sql.format(folder=str(_raw()).replace("'", "''"), day=as_of))
    sources = folder / "demo" / "sources.yml"
    said = yaml.safe_load(sources.read_text(encoding="utf-8"))
    said["as_of"] = f"{as_of + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"
    sources.write_text(yaml.safe_dump(said, sort_keys=False), encoding="utf-8")
    return {}


def another_sla(folder: Path, leads: int) -> dict[str, Any]:
    """Promise every first action in half the time; return what tells dbt to build what hangs on it."""
    policy = folder / "demo" / "policies" / "sla_policy.csv"
    with policy.open(newline="", encoding="utf-8") as lines:
        columns, *rows = csv.reader(lines)
    minutes = columns.index("first_action_minutes")
    for row in rows:
        row[minutes] = str(int(row[minutes]) // 2)
    with policy.open("w", newline="", encoding="utf-8") as lines:
        csv.writer(lines).writerows([columns, *rows])
    settings = load_settings()
    land_policies(settings)
    return {"build": builds.begin(settings).environment}


def limit(folder: Path, leads: int) -> dict[str, Any]:
    """Take the limit; return how many events there are."""
    sql = (Path(__file__).parent / "limit.sql").read_text(encoding="utf-8")
    with duckdb.connect(str(folder / "limit.duckdb")) as connection:
        connection.execute(sql.format(folder=str(_raw()).replace("'", "''")))
        (events,) = connection.execute("select count(*) from events").fetchone() or (0,)
    return {"events": int(events)}


def landing(folder: Path, leads: int) -> dict[str, Any]:
    """Land the CRM and the policies."""
    settings = load_settings()
    land(settings)
    land_policies(settings)
    return {}


def sql_alone(folder: Path, leads: int) -> dict[str, Any]:
    """Run the statements that dbt compiled once more, one after the other and without dbt."""
    settings = load_settings()
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        connection.execute("set TimeZone = 'UTC'; set preserve_insertion_order = false")
        for model in compiled_models(folder / "dbt"):
            connection.execute(f"drop {model.kind} if exists {model.relation} cascade")
            connection.execute(f"create {model.kind} {model.relation} as (\n{model.sql}\n)")
    return {}


def by_duckdb(folder: Path, leads: int) -> dict[str, Any]:
    """Make the analyst's handoffs by one DuckDB query."""
    return analyst.by_duckdb(_raw(), folder / "analyst.duckdb")


def by_pandas(folder: Path, leads: int) -> dict[str, Any]:
    """Make the analyst's handoffs in pandas."""
    return analyst.by_pandas(_raw(), folder / "analyst_pandas.parquet")


def by_polars(folder: Path, leads: int) -> dict[str, Any]:
    """Make the analyst's handoffs in Polars."""
    return analyst.by_polars(_raw(), folder / "analyst_polars.parquet")


STATIONS: dict[str, Callable[[Path, int], dict[str, Any]]] = {
    station.__name__: station
    for station in (
        write,
        limit,
        landing,
        sql_alone,
        write_day,
        another_sla,
        by_duckdb,
        by_pandas,
        by_polars,
    )
}


def _raw() -> Path:
    return load_settings().sources[0].path


if __name__ == "__main__":
    # Imports are not what is measured.
    started = time.monotonic()
    found = STATIONS[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))
    print(json.dumps({"seconds": time.monotonic() - started, **found}))
