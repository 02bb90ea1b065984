"""Runs the stations of the benchmark one after the other, and says what each took."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from handoff.bench.models import slowest_models
from handoff.builds import BUILD_SETTING, INCREMENTAL_SETTING
from handoff.config import PROJECT
from handoff.dbt_project import child_command, child_environment

HISTORY = "bench-history.jsonl"

_BUILD = ("build", "--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")

_TITLES = {
    "write": "writing the CRM",
    "limit": "limit L",
    "landing": "landing",
    "build": "build B",
    "tests": "tests",
    "sql_alone": "SQL of B alone",
    "line": "the whole line",
    "gates": "  of it, gates",
    "publication": "  publication",
    "day_landing": "a day: landing",
    "day_build": "a day: build",
    "sla_build": "another SLA: build",
    "by_duckdb": "handoffs, DuckDB",
    "by_pandas": "handoffs, pandas",
    "by_polars": "handoffs, Polars",
}


class BenchFailed(Exception):
    """The benchmark could not be taken; the message says why."""


@dataclass(frozen=True)
class Taken:
    """What a station took. seconds: on the clock; peak: bytes of memory at most; written: bytes."""

    seconds: float
    peak: int = 0
    written: int = 0
    found: dict[str, Any] = field(default_factory=dict)


def bench(home: Path, leads: int, say: Callable[[str], None], build_alone: bool = False) -> None:
    """Write a busy Salesforce CRM below `home`/bench, take every station, add a line to the history there.

    leads: how many; 12 field changes and 6 activities each. say: takes each line of the result. build_alone:
    take the landing and the build only, and keep no file that the build does not read.

    Raises:
        BenchFailed: a station ended with an error; the message holds its words.
    """
    # Data of the benchmark's own: nothing else in the home is touched.
    folder = home / "bench"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    environment = {
        "HANDOFF_HOME": str(folder),
        "HANDOFF_SOURCES": str(folder / "demo" / "sources.yml"),
        "HANDOFF_POLICIES": str(folder / "demo" / "policies"),
    }
    taken = (_stations_to_the_build if build_alone else _stations)(folder, leads, environment)
    for line in _lines(leads, taken):
        say(line)
    with (home / HISTORY).open("a", encoding="utf-8") as history:
        history.write(json.dumps(_remembered(leads, taken)) + "\n")
    say(f"added to {home / HISTORY}")


def _stations(folder: Path, leads: int, environment: Mapping[str, str]) -> dict[str, Taken]:
    def station(name: str) -> Taken:
        return _station(name, folder, leads, environment)

    taken = {name: station(name) for name in ("write", "limit", "landing")}
    taken["build"] = _whole_build(folder, environment)
    taken["tests"] = _dbt(folder, environment, "test", "--exclude-resource-type", "unit_test")
    taken["sql_alone"] = station("sql_alone")
    # The line itself starts from what is landed, as a scheduled run does.
    line = _child([sys.executable, "-m", "handoff", "run"], {**environment, "PYTHONUNBUFFERED": "1"})
    taken["line"] = line
    taken |= {name: Taken(seconds) for name, seconds in _of_the_line(line.found["words"]).items()}
    # What the line has built is what a day starts from.
    station("write_day")
    taken["day_landing"] = station("landing")
    taken["day_build"] = _dbt(folder, {**environment, BUILD_SETTING: "changes"}, *_BUILD)
    told = _station("another_sla", folder, leads, {**environment, INCREMENTAL_SETTING: "always"})
    taken["sla_build"] = _dbt(folder, {**environment, **told.found["build"]}, *_BUILD)
    return taken | {name: station(name) for name in ("by_duckdb", "by_pandas", "by_polars")}


def _stations_to_the_build(folder: Path, leads: int, environment: Mapping[str, str]) -> dict[str, Taken]:
    taken = {name: _station(name, folder, leads, environment) for name in ("write", "landing")}
    shutil.rmtree(folder / "demo" / "landing")
    (folder / "demo" / "truth.jsonl").unlink()
    return taken | {"build": _whole_build(folder, environment)}


def _station(name: str, folder: Path, leads: int, environment: Mapping[str, str]) -> Taken:
    return _child(
        [sys.executable, "-m", "handoff.bench.stations", name, str(folder), str(leads)], environment
    )


def _whole_build(folder: Path, environment: Mapping[str, str]) -> Taken:
    build = _dbt(folder, {**environment, BUILD_SETTING: "whole"}, *_BUILD)
    # The next call of dbt writes over what this one told.
    build.found["slowest"] = slowest_models(folder / "dbt")
    return build


def _dbt(folder: Path, environment: Mapping[str, str], *words: str) -> Taken:
    target = folder / "dbt"
    places = ("--target-path", str(target), "--log-path", str(target), "--profiles-dir", str(PROJECT))
    return _child([*child_command("--quiet", *words), *places], dict(environment) | child_environment(folder))


def _child(command: Sequence[str], environment: Mapping[str, str]) -> Taken:
    """Run a command to its end. Where its last line is JSON, that is what it found, its seconds its own."""
    with tempfile.TemporaryFile(mode="w+", encoding="utf-8") as said:
        started = time.monotonic()
        child = subprocess.Popen(
            command,
            cwd=PROJECT,
            env=os.environ | dict(environment),
            stdout=said,
            stderr=subprocess.STDOUT,
            text=True,
        )
        _, status, used = os.wait4(child.pid, 0)
        seconds = time.monotonic() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        words = said.read().strip()
    if child.returncode != 0:
        raise BenchFailed(f"{' '.join(command[1:4])} failed:\n{words[-3000:]}")
    last = words.rpartition("\n")[2]
    found = json.loads(last) if last.startswith("{") else {"words": words}
    return Taken(found.pop("seconds", seconds), used.ru_maxrss * 1024, used.ru_oublock * 512, found)


def _of_the_line(words: str) -> dict[str, float]:
    """The seconds of gates and publication, from the clock in front of each of the line's own words."""
    instants = {
        name: max(float(at) for at in re.findall(rf"^ *([\d.]+) s  {said}", words, re.MULTILINE))
        for name, said in (("dbt", r"dbt: .* run in"), ("gates", r"gates: \d"), ("published", "published:"))
    }
    return {
        "gates": instants["gates"] - instants["dbt"],
        "publication": instants["published"] - instants["gates"],
    }


def _lines(leads: int, taken: Mapping[str, Taken]) -> list[str]:
    limit = taken.get("limit")
    events = f", {limit.found['events']:,} events" if limit else ""
    lines = [f"{leads:,} leads{events}; {', '.join(_machine())}"]
    for name, station in taken.items():
        line = f"{_TITLES[name]:<17} {station.seconds:9.1f} s"
        if limit:
            line += f" {station.seconds / limit.seconds:7.1f} x L"
        if station.peak:
            line += f"   peak {station.peak / 2**30:5.1f} GiB, written {station.written / 2**30:6.2f} GiB"
        lines.append(line)
    if limit:
        lines += _ratios(limit.seconds, taken)
    lines.append("slowest models:")
    return lines + [f"{seconds:9.1f} s  {name}" for name, seconds in taken["build"].found["slowest"]]


def _ratios(limit: float, taken: Mapping[str, Taken]) -> list[str]:
    build, query = taken["build"].seconds, taken["by_duckdb"].seconds
    return [
        f"B is {build / limit:.1f} x L; dbt takes {build / taken['sql_alone'].seconds:.2f} x its SQL alone",
        f"a day's change takes {taken['day_build'].seconds / build:.0%} of B, "
        f"another SLA {taken['sla_build'].seconds / build:.0%}",
        f"the same handoffs: pandas {taken['by_pandas'].seconds / query:.1f} x and "
        f"Polars {taken['by_polars'].seconds / query:.1f} x DuckDB's one query",
    ]


def _machine() -> list[str]:
    python = f"Python {platform.python_version()}"
    packages = [f"{name} {version(name)}" for name in ("duckdb", "dbt-core", "pandas", "polars")]
    return [f"{os.cpu_count()} cores", python, *packages]


def _remembered(leads: int, taken: Mapping[str, Taken]) -> dict[str, Any]:
    stations = {name: asdict(station) for name, station in taken.items()}
    for station in stations.values():
        station["found"].pop("words", None)
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "leads": leads,
        "machine": _machine(),
        "stations": stations,
    }
