"""The benchmark, on a CRM of a few leads and without dbt: it counts every event and names what it timed."""

from __future__ import annotations

from pathlib import Path

import pytest

from handoff import bench


def test_the_bench_times_each_station(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []
    monkeypatch.setattr(bench, "_dbt", lambda home, environment, *words: called.append(words[0]))
    lines: list[str] = []

    bench.bench(tmp_path, 2000, lines.append)

    assert called == ["build", "test"]
    assert lines[0].startswith("2,000 leads, ")
    # Each busy lead has its creation, 12 changes and 6 activities at the least.
    assert int(lines[0].split(", ")[1].removesuffix(" events").replace(",", "")) >= 2000 * 19
    assert [line.split("  ")[0] for line in lines[1:6]] == [
        "writing the CRM",
        "limit L",
        "landing",
        "build B",
        "tests",
    ]
