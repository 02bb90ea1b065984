"""Gate results: what landing and dbt say, in the one vocabulary that the publication reads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from handoff import gates
from handoff.gates import GateResult


def landing(warehouse: Path) -> dict[str, GateResult]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return {result.check: result for result in gates.landing_results(connection)}


def test_a_source_without_rows_fails_and_set_aside_rows_warn(
    warehouse: Path, change: Callable[[str], None]
) -> None:
    assert {result.status for result in landing(warehouse).values()} == {"pass"}
    change("update landing.loads set rows_set_aside = 3")
    # A load that a later one replaced says nothing about today.
    change(
        "insert into landing.loads by name"
        " select * replace (false as is_current, 'bad' as error) from landing.loads"
    )
    found = landing(warehouse)
    assert (found["rows_readable"].status, found["rows_readable"].observed) == ("warn", "3 rows set aside")
    assert found["files_readable"].status == "pass"
    change("delete from landing.loads")
    assert landing(warehouse)["rows_landed"].status == "fail"


def outcome(status: str, **more: object) -> dict[str, Any]:
    return {"results": [{"unique_id": "test.crm_handoff.unique_fct_handoffs", "status": status, **more}]}


@pytest.mark.parametrize(
    ("severity", "status", "expected"),
    [
        ("ERROR", "pass", ("critical", "pass")),
        ("ERROR", "fail", ("critical", "fail")),
        ("warn", "warn", ("warning", "warn")),
        # A test that could not run proves nothing, whatever its severity.
        ("warn", "error", ("warning", "fail")),
    ],
)
def test_dbt_outcomes_become_gate_results(
    dbt_manifest: dict[str, Any], severity: str, status: str, expected: tuple[str, str]
) -> None:
    dbt_manifest["nodes"]["test.crm_handoff.unique_fct_handoffs"]["config"]["severity"] = severity
    (result,) = gates.dbt_results(dbt_manifest, outcome(status, failures=2, message="two"))
    assert (result.severity, result.status) == expected
    assert (result.check, result.table, result.tier) == ("unique_fct_handoffs", "fct_handoffs", "structure")


def test_a_skipped_dbt_test_did_not_report(dbt_manifest: dict[str, Any]) -> None:
    assert gates.dbt_results(dbt_manifest, outcome("skipped")) == []


def test_old_runs_are_forgotten(home: Path, report_gates: Callable[[str], None]) -> None:
    for number in range(5):
        report_gates(f"run-{number}")
    gates.forget_old_runs(home, keep=2)
    assert gates.recorded_runs(home) == ["run-3", "run-4"]
