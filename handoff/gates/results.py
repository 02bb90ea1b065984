"""What a check found, and the folder in which a run's gates report."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

Tier = Literal["structure", "logic", "content"]
Severity = Literal["critical", "warning", "info"]
Status = Literal["pass", "fail", "warn", "not_applicable", "too_early"]

LANDING = "landing"
DBT = "dbt"

# Runs whose results are kept in the state folder, for looking back at runs that were never published.
KEPT_RUNS = 50

_ANNOUNCED = "expected.json"


@dataclass(frozen=True)
class GateResult:
    """One check on one table in one run.

    ``observed`` and ``expected`` are readable text. ``status`` is ``fail`` only for what the check's
    severity makes a failure: a missed ``warning`` is ``warn``.
    """

    check: str
    table: str
    tier: Tier
    severity: Severity
    status: Status
    observed: str
    expected: str

    @property
    def name(self) -> str:
        """The check and its table, as people read it."""
        return f"{self.check} on {self.table}"


@dataclass(frozen=True)
class ExpectedCheck:
    """One place of the check x table index: a check that a run has to report, and on which table."""

    gate: str
    check: str
    table: str
    tier: Tier
    severity: Severity

    @property
    def name(self) -> str:
        """Gate, check and table, as people read it."""
        return f"{self.gate}: {self.check} on {self.table}"


@dataclass(frozen=True)
class GateReport:
    """What one gate reported in one run, and when (naive UTC)."""

    gate: str
    reported_at: datetime
    results: tuple[GateResult, ...]


def announce(home: Path, run_id: str, expected: Iterable[ExpectedCheck]) -> None:
    """Write down what a run has to report, before it does: what then stays silent is known by name.

    Runs are numbered here in the order in which they begin, whatever the clock says.
    """
    known = recorded_runs(home)
    number = 1 + max((_announcement(home, run).get("number", 0) for run in known if run != run_id), default=0)
    content = {"number": number, "announced_at": _now(), "expected": [asdict(check) for check in expected]}
    _write(home, run_id, _ANNOUNCED, content)


def announced(home: Path, run_id: str) -> list[ExpectedCheck]:
    """Return what a run said that it has to report; nothing where it never came so far."""
    return [ExpectedCheck(**check) for check in _announcement(home, run_id).get("expected", [])]


def record(home: Path, run_id: str, gate: str, results: Iterable[GateResult]) -> None:
    """Write one gate's results of a run, whole or not at all."""
    content = {"gate": gate, "reported_at": _now(), "results": [asdict(result) for result in results]}
    _write(home, run_id, f"{gate}.json", content)


def reports(home: Path, run_id: str) -> list[GateReport]:
    """Return what has reported in a run."""
    found = []
    for path in sorted(_run_folder(home, run_id).glob("*.json")):
        if path.name == _ANNOUNCED or path.name.startswith("."):
            continue
        content = json.loads(path.read_text(encoding="utf-8"))
        results = tuple(GateResult(**result) for result in content["results"])
        reported_at = datetime.fromisoformat(content["reported_at"])
        found.append(GateReport(str(content["gate"]), reported_at, results))
    return found


def silent(home: Path, run_id: str) -> list[GateReport]:
    """Return what a run announced and never reported, as failures: the index has no empty place."""
    reported = {
        (gate, result.check, result.table) for gate, group in read(home, run_id).items() for result in group
    }
    missing: dict[str, list[GateResult]] = {}
    for check in announced(home, run_id):
        if (check.gate, check.check, check.table) not in reported:
            missing.setdefault(check.gate, []).append(
                GateResult(
                    check.check, check.table, check.tier, check.severity, "fail", "did not report", "a report"
                )
            )
    at = datetime.fromisoformat(_announcement(home, run_id).get("announced_at", _now()))
    return [GateReport(gate, at, tuple(results)) for gate, results in sorted(missing.items())]


def read(home: Path, run_id: str) -> dict[str, list[GateResult]]:
    """Return gate -> results of everything that reported in a run."""
    return {report.gate: list(report.results) for report in reports(home, run_id)}


def recorded_runs(home: Path) -> list[str]:
    """Return the ids of the runs that the state folder still holds, in the order in which they began."""
    runs = home / "state" / "runs"
    found = [path.name for path in runs.iterdir() if path.is_dir()] if runs.is_dir() else []
    return sorted(found, key=lambda run: (_announcement(home, run).get("number", 0), run))


def forget_old_runs(home: Path, keep: int = KEPT_RUNS) -> None:
    """Delete all but the latest runs' results; published ones live on in ``fct_quality_results``."""
    for run_id in recorded_runs(home)[:-keep]:
        shutil.rmtree(_run_folder(home, run_id))


def _announcement(home: Path, run_id: str) -> dict[str, Any]:
    path = _run_folder(home, run_id) / _ANNOUNCED
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return content


def _write(home: Path, run_id: str, name: str, content: dict[str, Any]) -> None:
    folder = _run_folder(home, run_id)
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / f".{name}.tmp"
    aside.write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")
    aside.replace(folder / name)


def _now() -> str:
    return datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="seconds")


def _run_folder(home: Path, run_id: str) -> Path:
    return home / "state" / "runs" / run_id
