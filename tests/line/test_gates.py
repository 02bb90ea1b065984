"""Gate results: what landing and dbt say, in the one vocabulary that the publication reads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from handoff import dbt_project, gates
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
    change("insert into raw_acme.lead values ('L401')")
    doubled = landing(warehouse)["rows_reconcile"]
    assert (doubled.status, doubled.observed) == ("fail", "lead: 400 rows in, 401 held")
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


def test_an_enforced_contract_reports_with_its_model(dbt_manifest: dict[str, Any]) -> None:
    def of_model(status: str, **more: object) -> list[GateResult]:
        outcome = {"unique_id": "model.crm_handoff.fct_handoffs", "status": status, **more}
        return gates.dbt_results(dbt_manifest, {"results": [outcome]})

    (result,) = of_model("success")
    assert (result.check, result.table, result.status) == ("contract", "fct_handoffs", "pass")
    (result,) = of_model("error", message="Could not convert string 'jane@example.com' to INT32")
    assert result.status == "fail"
    # Results are published: what dbt quotes of the CRM stays out of them.
    assert result.observed == "Could not convert string '…' to INT32"


def test_old_runs_are_forgotten_in_the_order_in_which_they_began(home: Path) -> None:
    """The clock jumps back: names then sort the other way round."""
    for run in ("2026-e", "2026-d", "2025-c", "2025-b", "2025-a"):
        gates.announce(home, run, [])
    gates.forget_old_runs(home, keep=2)
    assert gates.recorded_runs(home) == ["2025-b", "2025-a"]


def test_the_real_project_has_every_test_that_publication_asks_for(tmp_path: Path) -> None:
    """And each check on each table of the index is there once."""
    manifest = dbt_project.manifest(tmp_path)
    tests = {node["name"] for node in manifest["nodes"].values() if node["resource_type"] == "test"}
    assert tests >= gates.REQUIRED_TESTS
    index = [*gates.expected_of_dbt(manifest), *gates.CONTENT_CHECKS, *gates.expected_of_sources(["acme"])]
    places = [(check.gate, check.check, check.table) for check in index]
    assert len(places) == len(set(places))
    assert {check.tier for check in index} == {"structure", "logic", "content"}
    marts = {node["name"] for node in manifest["nodes"].values() if node.get("schema") == "marts"}
    passed = gates.assess({}, [], manifest, marts).missing
    assert not [name for name in passed if "key of" in name or "a contract on" in name]
