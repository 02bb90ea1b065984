"""Gates: what each run must have checked before anything is published.

Every station reports its checks to ``$HANDOFF_HOME/state/runs/<run_id>/<gate>.json``. The publication does
not trust build order (an orchestrator may skip a check and carry on): it reads what reported and compares
it with what was expected, by name.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import duckdb

Tier = Literal["structure", "logic", "content"]
Severity = Literal["critical", "warning", "info"]
Status = Literal["pass", "fail", "warn", "not_applicable", "too_early"]

LANDING = "landing"
DBT = "dbt"

# Named here and not where the suites are written, so that a check taken out of a suite is missed.
EXPECTED_CHECKS: Mapping[str, frozenset[str]] = {
    "handoffs": frozenset(
        {
            "closed_after_opened",
            "assigned_after_opened",
            "human_owned_after_assigned",
            "due_after_human_owned",
            "first_activity_after_opened",
            "connected_after_first_activity",
            "accepted_after_opened",
            "owners_present",
            "source_present",
            "context_complete",
            "statuses_mapped",
        }
    ),
    "rejections": frozenset({"rejection_has_instant", "reasons_structured"}),
}

# Runs whose results are kept in the state folder, for looking back at runs that were never published.
KEPT_RUNS = 50


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
class GateReport:
    """What one gate reported in one run, and when (naive UTC)."""

    gate: str
    reported_at: datetime
    results: tuple[GateResult, ...]


@dataclass(frozen=True)
class Assessment:
    """What a run's gates add up to."""

    missing: tuple[str, ...]
    failed: tuple[str, ...]
    warned: tuple[str, ...]
    passed: tuple[str, ...]

    @property
    def is_publishable(self) -> bool:
        """Whether every expected gate reported and no critical one failed."""
        return not self.missing and not self.failed


def record(home: Path, run_id: str, gate: str, results: Iterable[GateResult]) -> None:
    """Write one gate's results of a run, whole or not at all."""
    folder = _run_folder(home, run_id)
    folder.mkdir(parents=True, exist_ok=True)
    content = {
        "gate": gate,
        "reported_at": datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="seconds"),
        "results": [asdict(result) for result in results],
    }
    aside = folder / f".{gate}.json.tmp"
    aside.write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")
    aside.replace(folder / f"{gate}.json")


def reports(home: Path, run_id: str) -> list[GateReport]:
    """Return what has reported in a run."""
    found = []
    for path in sorted(_run_folder(home, run_id).glob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        results = tuple(GateResult(**result) for result in content["results"])
        reported_at = datetime.fromisoformat(content["reported_at"])
        found.append(GateReport(str(content["gate"]), reported_at, results))
    return found


def read(home: Path, run_id: str) -> dict[str, list[GateResult]]:
    """Return gate -> results of everything that reported in a run."""
    return {report.gate: list(report.results) for report in reports(home, run_id)}


def recorded_runs(home: Path) -> list[str]:
    """Return the ids of the runs that the state folder still holds, oldest first."""
    runs = home / "state" / "runs"
    return sorted(path.name for path in runs.iterdir() if path.is_dir()) if runs.is_dir() else []


def forget_old_runs(home: Path, keep: int = KEPT_RUNS) -> None:
    """Delete all but the latest runs' results; published ones live on in ``fct_quality_results``."""
    for run_id in recorded_runs(home)[:-keep]:
        shutil.rmtree(_run_folder(home, run_id))


def assess(
    reported: Mapping[str, Sequence[GateResult]],
    dbt_manifest: Mapping[str, Any],
    published_tables: Iterable[str],
) -> Assessment:
    """Compare what reported with what was expected.

    ``published_tables`` are the tables about to be published: each needs at least one critical dbt test of
    its own, so that a table cannot slip out ungated because somebody deleted its tests.
    """
    missing = [*_missing_checks(reported), *_missing_dbt_tests(reported.get(DBT, ()), dbt_manifest)]
    missing += _untested_tables(reported.get(DBT, ()), published_tables)
    results = [(gate, result) for gate, group in sorted(reported.items()) for result in group]
    return Assessment(
        missing=tuple(missing),
        failed=tuple(
            f"{gate}: {result.name} (found {result.observed}, expected {result.expected})"
            for gate, result in results
            if result.status == "fail"
        ),
        warned=_names(results, "warn"),
        passed=_names(results, "pass"),
    )


def landing_results(connection: duckdb.DuckDBPyConnection) -> list[GateResult]:
    """Return the landing gate: every source holds rows, nothing that came was set aside, no column went.

    ``connection`` is an open connection to the warehouse. Reads ``landing.sources``, ``landing.loads`` and
    ``landing.drift``.
    """
    drifted = dict(
        connection.execute(
            """
            select
                source_system,
                string_agg(
                    raw_table || '.' || column_name
                    || if(change = 'vanished', ' vanished', ' changed its type'),
                    ', ' order by raw_table, column_name
                )
            from landing.drift
            where is_current and change in ('vanished', 'type_changed')
            group by 1
            """
        ).fetchall()
    )
    rows = connection.execute(
        """
        select
            sources.source_system,
            coalesce(sum(loads.rows_landed), 0)::bigint,
            coalesce(sum(loads.rows_set_aside), 0)::bigint,
            count(loads.error)
        from landing.sources as sources
        left join landing.loads as loads
            on loads.source_system = sources.source_system and loads.is_current
        group by 1
        order by 1
        """
    ).fetchall()
    results: list[GateResult] = []
    for source, landed, set_aside, unreadable in rows:
        table = f"raw_{source}"
        found: list[tuple[str, Severity, bool, str, str]] = [
            ("rows_landed", "critical", landed > 0, f"{landed} rows", "at least 1 row"),
            ("rows_readable", "warning", set_aside == 0, f"{set_aside} rows set aside", "0 rows set aside"),
            (
                "files_readable",
                "warning",
                unreadable == 0,
                f"{unreadable} files set aside",
                "0 files set aside",
            ),
            (
                "columns_stable",
                "warning",
                source not in drifted,
                drifted.get(source, "as before"),
                "no column gone or of another type",
            ),
        ]
        for check, severity, is_met, observed, expected in found:
            missed: Status = "fail" if severity == "critical" else "warn"
            status: Status = "pass" if is_met else missed
            results.append(GateResult(check, table, "structure", severity, status, observed, expected))
    return results


def dbt_results(dbt_manifest: Mapping[str, Any], run_results: Mapping[str, Any]) -> list[GateResult]:
    """Translate dbt's ``run_results.json`` to gate results: one per data test that ran.

    A test that dbt skipped (something above it failed) did not report and is left out.
    """
    results = []
    for outcome in run_results["results"]:
        node = dbt_manifest["nodes"].get(outcome["unique_id"])
        if node is None or node["resource_type"] != "test" or outcome["status"] == "skipped":
            continue
        severity: Severity = (
            "warning" if str(node["config"].get("severity", "error")).lower() == "warn" else "critical"
        )
        results.append(
            GateResult(
                check=str(node["name"]),
                table=_tested_table(node, dbt_manifest),
                tier=_dbt_tier(node),
                severity=severity,
                status=_dbt_status(str(outcome["status"]), severity),
                observed=_dbt_observed(outcome),
                expected="0 rows",
            )
        )
    return results


def _dbt_status(status: str, severity: Severity) -> Status:
    if status in ("pass", "success"):
        return "pass"
    # A test that could not run ("error") has proved nothing, whatever its severity says about its rows.
    if status == "error":
        return "fail"
    return "warn" if status == "warn" or severity == "warning" else "fail"


def _dbt_observed(outcome: Mapping[str, Any]) -> str:
    if outcome["status"] == "error":
        return " ".join(str(outcome.get("message") or "an error").split())[:500]
    failures = int(outcome.get("failures") or 0)
    return f"{failures} row{'' if failures == 1 else 's'}"


def _dbt_tier(node: Mapping[str, Any]) -> Tier:
    configured = node["config"].get("meta", {}).get("tier")
    for tier in ("structure", "logic", "content"):
        if configured == tier or f"tier:{tier}" in node.get("tags", ()):
            return tier
    # Generic tests are about keys, references and types; a singular test says something about meaning.
    return "structure" if node.get("test_metadata") else "logic"


def tested_node(node: Mapping[str, Any], dbt_manifest: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the dbt node that a test speaks about: its own, else a mart among its parents."""
    attached = node.get("attached_node")
    parents = [attached] if attached else list(node["depends_on"]["nodes"])
    nodes = [dbt_manifest["nodes"][parent] for parent in parents if parent in dbt_manifest["nodes"]]
    marts = [parent for parent in nodes if parent.get("schema") == "marts"]
    return next(iter(marts or nodes), None)


def _tested_table(node: Mapping[str, Any], dbt_manifest: Mapping[str, Any]) -> str:
    tested = tested_node(node, dbt_manifest)
    return str(tested["name"]) if tested else "warehouse"


def _missing_checks(reported: Mapping[str, Sequence[GateResult]]) -> list[str]:
    missing = [] if reported.get(LANDING) else [f"{LANDING}: nothing reported"]
    for gate, checks in sorted(EXPECTED_CHECKS.items()):
        found = {result.check for result in reported.get(gate, ())}
        missing += [f"{gate}: {check}" for check in sorted(checks - found)]
    return missing


def _missing_dbt_tests(results: Sequence[GateResult], dbt_manifest: Mapping[str, Any]) -> list[str]:
    expected = {
        str(node["name"]) for node in dbt_manifest["nodes"].values() if node["resource_type"] == "test"
    }
    return [f"{DBT}: {check}" for check in sorted(expected - {result.check for result in results})]


def _untested_tables(results: Sequence[GateResult], published_tables: Iterable[str]) -> list[str]:
    tested = {result.table for result in results if result.severity == "critical"}
    return [f"{DBT}: a critical test on {table}" for table in sorted(set(published_tables) - tested)]


def _names(results: Iterable[tuple[str, GateResult]], status: Status) -> tuple[str, ...]:
    return tuple(f"{gate}: {result.name}" for gate, result in results if result.status == status)


def _run_folder(home: Path, run_id: str) -> Path:
    return home / "state" / "runs" / run_id
