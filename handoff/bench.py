"""The benchmark: how long a build takes beside the least that DuckDB alone must do with the same events."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from handoff.config import PROJECT, load_settings
from handoff.dbt_project import child_command, child_environment
from handoff.landing import land
from handoff.policies import land_policies

_UNTESTED = ("build", "--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")

# The limit: read the raw files, make one event table of them, sort it by lead and time, write it.
_EVENTS = """
create table events as
select * from (
    select
        id as lead_id, created_date as occurred_at, 'created' as event_type, null as field, status as value,
        created_by_id as actor_id
    from read_parquet('{folder}/lead.parquet')
    union all
    select lead_id, created_date, 'changed', field, new_value, created_by_id
    from read_parquet('{folder}/lead_history.parquet')
    union all
    select
        who_id, coalesce(completed_date_time, created_date), 'activity', task_subtype, call_disposition,
        owner_id
    from read_parquet('{folder}/task.parquet')
    union all
    select who_id, created_date, 'activity', event_subtype, null, owner_id
    from read_parquet('{folder}/event.parquet')
    union all
    select lead_id, created_date, 'campaign', null, null, null
    from read_parquet('{folder}/campaign_member.parquet')
)
order by lead_id, occurred_at
"""


class BenchFailed(Exception):
    """The benchmark could not be taken; the message says why."""


def bench(home: Path, leads: int, say: Callable[[str], None]) -> None:
    """Write a busy Salesforce CRM below `home`/bench; time the limit, the landing, the build and its tests.

    leads: how many; 12 field changes and 6 activities each. say: takes each line of the result.

    Raises:
        BenchFailed: dbt could not build; ConfigError or LandingError, in words, where the landing could not.
    """
    # Data of the benchmark's own: nothing else in the home is touched.
    folder = home / "bench"
    shutil.rmtree(folder, ignore_errors=True)
    environment = {
        "HANDOFF_HOME": str(folder),
        "HANDOFF_SOURCES": str(folder / "demo" / "sources.yml"),
        "HANDOFF_POLICIES": str(folder / "demo" / "policies"),
    }
    seconds: dict[str, float] = {}
    with _timed(seconds, "writing the CRM"):
        from demo.cli import write_demo

        write_demo(folder / "demo", leads=leads, crms=("salesforce",), is_busy=True)
    settings = load_settings(environment)
    raw = settings.sources[0].path
    with _timed(seconds, "limit L"):
        events = _limit(raw, folder / "limit.duckdb")
    with _timed(seconds, "landing"):
        land(settings)
        land_policies(settings)
    with _timed(seconds, "build B"):
        _dbt(folder, environment, *_UNTESTED)
    with _timed(seconds, "tests"):
        _dbt(folder, environment, "test", "--exclude-resource-type", "unit_test")
    say(f"{leads:,} leads, {events:,} events, {os.cpu_count()} cores, DuckDB {duckdb.__version__}")
    for name, taken in seconds.items():
        say(f"{name:<16} {taken:8.1f} s   {taken / seconds['limit L']:6.1f} x L")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
    written = settings.warehouse_path.stat().st_size / 2**30
    say(f"peak memory of dbt {peak:.1f} GiB, warehouse {written:.2f} GiB")


@contextmanager
def _timed(seconds: dict[str, float], name: str) -> Iterator[None]:
    started = time.monotonic()
    yield
    seconds[name] = time.monotonic() - started


def _limit(raw: Path, file: Path) -> int:
    with duckdb.connect(str(file)) as connection:
        connection.execute(_EVENTS.format(folder=str(raw).replace("'", "''")))
        (events,) = connection.execute("select count(*) from events").fetchone() or (0,)
    return int(events)


def _dbt(home: Path, environment: dict[str, str], *words: str) -> None:
    target = home / "dbt"
    places = ("--target-path", str(target), "--log-path", str(target), "--profiles-dir", str(PROJECT))
    ended = subprocess.run(
        [*child_command("--quiet", *words), *places],
        cwd=PROJECT,
        env=os.environ | environment | child_environment(home),
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode != 0:
        raise BenchFailed(f"dbt {words[0]} failed:\n{(ended.stdout + ended.stderr).strip()[-3000:]}")
