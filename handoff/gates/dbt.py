"""dbt's gate: its data tests, and the contracts that it enforces while it builds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from handoff.gates.results import GateResult, Severity, Status, Tier

CONTRACT = "contract"
_KEY_TESTS = ("unique", "unique_grain", "unique_together")


def dbt_results(dbt_manifest: Mapping[str, Any], run_results: Mapping[str, Any]) -> list[GateResult]:
    """Translate dbt's ``run_results.json`` to gate results: one per data test that ran, and one per model
    whose contract was enforced.

    What dbt skipped (something above it failed) did not report and is left out.
    """
    results = []
    for outcome in run_results["results"]:
        node = dbt_manifest["nodes"].get(outcome["unique_id"])
        if node is None or outcome["status"] == "skipped":
            continue
        status = str(outcome["status"])
        if node["resource_type"] == "test":
            severity = severity_of(node)
            results.append(
                GateResult(
                    check=str(node["name"]),
                    table=tested_table(node, dbt_manifest),
                    tier=tier_of(node),
                    severity=severity,
                    status=_status(status, severity),
                    observed=_observed(outcome),
                    expected="0 rows",
                )
            )
        elif has_contract(node):
            is_met = status == "success"
            results.append(
                GateResult(
                    check=CONTRACT,
                    table=str(node["name"]),
                    tier="structure",
                    severity="critical",
                    status="pass" if is_met else "fail",
                    observed="columns and types as promised" if is_met else _message(outcome),
                    expected="columns and types as promised",
                )
            )
    return results


def tests_of(dbt_manifest: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the data tests of a manifest."""
    yield from (node for node in dbt_manifest["nodes"].values() if node["resource_type"] == "test")


def contracted_models(dbt_manifest: Mapping[str, Any]) -> list[str]:
    """Return the names of the models whose contract dbt enforces."""
    return sorted(str(node["name"]) for node in dbt_manifest["nodes"].values() if has_contract(node))


def has_contract(node: Mapping[str, Any]) -> bool:
    """Whether dbt enforces a contract on a node."""
    return node["resource_type"] == "model" and bool(node.get("contract", {}).get("enforced"))


def is_key_test(node: Mapping[str, Any]) -> bool:
    """Whether a test holds a table to its key, so that a row twice stops the publication."""
    kind = (node.get("test_metadata") or {}).get("name")
    return kind in _KEY_TESTS and severity_of(node) == "critical"


def severity_of(node: Mapping[str, Any]) -> Severity:
    """Return how bad it is when a test fails."""
    return "warning" if str(node["config"].get("severity", "error")).lower() == "warn" else "critical"


def tier_of(node: Mapping[str, Any]) -> Tier:
    """Return the tier of a test: as configured, else by its kind."""
    configured = node["config"].get("meta", {}).get("tier")
    tiers: tuple[Tier, ...] = ("structure", "logic", "content")
    for tier in tiers:
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


def tested_table(node: Mapping[str, Any], dbt_manifest: Mapping[str, Any]) -> str:
    """Return the name of the table that a test speaks about."""
    tested = tested_node(node, dbt_manifest)
    return str(tested["name"]) if tested else "warehouse"


def _status(status: str, severity: Severity) -> Status:
    if status in ("pass", "success"):
        return "pass"
    # A test that could not run ("error") has proved nothing, whatever its severity says about its rows.
    if status == "error":
        return "fail"
    return "warn" if status == "warn" or severity == "warning" else "fail"


def _observed(outcome: Mapping[str, Any]) -> str:
    if outcome["status"] == "error":
        return _message(outcome)
    failures = int(outcome.get("failures") or 0)
    return f"{failures} row{'' if failures == 1 else 's'}"


def _message(outcome: Mapping[str, Any]) -> str:
    # What stands in single quotes may be a value of the CRM, and results are published: it is left out.
    words = re.sub(r"'[^']*('|$)", "'…'", str(outcome.get("message") or "an error"))
    return " ".join(words.split())[:500]
