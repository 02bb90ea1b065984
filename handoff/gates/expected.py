"""What a run must have reported before it may publish.

Checks are named here and not where they are written, so that one taken out is missed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handoff.gates.dbt import (
    CONTRACT,
    contracted_models,
    has_contract,
    is_key_test,
    severity_of,
    tested_node,
    tested_table,
    tests_of,
    tier_of,
)
from handoff.gates.landing import LANDING_CHECKS
from handoff.gates.results import DBT, LANDING, ExpectedCheck, GateResult

# dbt's tests of meaning: one that is taken out of the project, or that its configuration disables, is missed.
REQUIRED_TESTS = frozenset(
    {
        "crm_leads_reconcile",
        "crm_rows_reconcile",
        "marts_reconcile",
        "events_follow_one_another",
        "every_finding_has_its_rule",
        "findings_are_consistent",
        "handoff_milestones_in_order",
        "handoff_outcomes_agree_with_milestones",
        "handoff_windows_do_not_overlap",
        "layers_agree_with_findings",
        "metrics_rest_on_what_is_recorded",
        "nothing_happens_after_as_of",
        "periods_do_not_overlap",
        "rate_gap_contributions_sum_to_the_gap",
        "speed_to_lead_is_the_sum_of_its_parts",
        "worklist_is_ordered",
    }
)

# Great Expectations' suites: what the CRM's content is like, and the published aggregates.
_CONTENT: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "completeness": {
        "fct_handoffs": ("owners_present", "source_present", "context_complete", "reasons_structured"),
    },
    "vocabulary": {
        "int_status_values": ("statuses_mapped",),
        "int_stage_values": ("stages_mapped",),
        "int_reason_values": ("reasons_mapped",),
    },
    "recency": {
        "dim_leads": ("leads_keep_coming", "leads_not_flooding", "newest_lead_is_recent"),
        "fct_lead_events": ("activities_keep_coming", "newest_event_is_recent"),
    },
    "coverage": {
        "fct_crm_coverage": ("elements_still_recorded",),
        "dim_leads": ("leads_still_there",),
    },
    "aggregates": {
        "fct_handoff_metrics": ("shares_are_shares", "numerators_fit", "values_lie_in_their_intervals"),
        "fct_first_action_survival": ("survival_is_a_share",),
        "fct_acceptance_survival": ("survival_is_a_share",),
        "rpt_handoff_scorecard": ("shares_are_shares", "broken_fit_judged"),
        "fct_rejection_feedback": ("shares_are_shares", "reasons_make_up_the_rejections"),
        "fct_rate_gap_contributions": ("p_values_are_shares",),
    },
}
CONTENT_CHECKS: tuple[ExpectedCheck, ...] = tuple(
    ExpectedCheck(suite, check, table, "logic", "critical")
    if suite == "aggregates"
    else ExpectedCheck(suite, check, table, "content", "warning")
    for suite, tables in _CONTENT.items()
    for table, checks in tables.items()
    for check in checks
)


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


def expected_of_sources(sources: Iterable[str]) -> list[ExpectedCheck]:
    """Return the landing's part of the index, for the names of the sources."""
    return [
        ExpectedCheck(LANDING, check, f"raw_{source}", "structure", severity)
        for source in sources
        for check, severity in LANDING_CHECKS.items()
    ]


def expected_of_dbt(dbt_manifest: Mapping[str, Any]) -> list[ExpectedCheck]:
    """Return dbt's part of the index: every data test of the project, and every contract."""
    tests = [
        ExpectedCheck(
            DBT, str(node["name"]), tested_table(node, dbt_manifest), tier_of(node), severity_of(node)
        )
        for node in tests_of(dbt_manifest)
    ]
    contracts = [
        ExpectedCheck(DBT, CONTRACT, model, "structure", "critical")
        for model in contracted_models(dbt_manifest)
    ]
    return [*tests, *contracts]


def assess(
    reported: Mapping[str, Sequence[GateResult]],
    announced: Iterable[ExpectedCheck],
    dbt_manifest: Mapping[str, Any],
    published_tables: Iterable[str],
) -> Assessment:
    """Compare what reported with what was expected.

    ``announced`` is what the run itself said that it has to report; what the project and this module expect
    counts whether it was announced or not. ``published_tables`` are the tables about to be published: each
    needs its key tested and its contract enforced, so that a table cannot slip out ungated because somebody
    deleted its tests.
    """
    expected = dict.fromkeys([*announced, *expected_of_dbt(dbt_manifest), *CONTENT_CHECKS])
    found = {(gate, result.check, result.table) for gate, group in reported.items() for result in group}
    missing = [] if reported.get(LANDING) else [f"{LANDING}: nothing reported"]
    missing += sorted(check.name for check in expected if (check.gate, check.check, check.table) not in found)
    missing += _taken_out(dbt_manifest) + _ungated(dbt_manifest, published_tables)
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


def _taken_out(dbt_manifest: Mapping[str, Any]) -> list[str]:
    """Name the required tests that the project no longer has, or that no longer stop a publication."""
    held = {str(node["name"]) for node in tests_of(dbt_manifest) if severity_of(node) == "critical"}
    return [f"{DBT}: {name} (not a critical test of the project)" for name in sorted(REQUIRED_TESTS - held)]


def _ungated(dbt_manifest: Mapping[str, Any], published_tables: Iterable[str]) -> list[str]:
    contracted = {node["name"] for node in dbt_manifest["nodes"].values() if has_contract(node)}
    keyed = set()
    for node in tests_of(dbt_manifest):
        tested = tested_node(node, dbt_manifest)
        if tested and is_key_test(node):
            keyed.add(tested["name"])
    tables = sorted(set(published_tables))
    missing = [f"{DBT}: a critical test of the key of {table}" for table in tables if table not in keyed]
    return missing + [f"{DBT}: a contract on {table}" for table in tables if table not in contracted]


def _names(results: Iterable[tuple[str, GateResult]], status: str) -> tuple[str, ...]:
    return tuple(f"{gate}: {result.name}" for gate, result in results if result.status == status)
