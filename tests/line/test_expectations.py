"""Great Expectations on the warehouse itself: it reads through DuckDB, judges, and lets go of the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from expectations.runner import run_suites
from expectations.suites import SUITES
from handoff import gates
from handoff.gates import GateResult

pytestmark = pytest.mark.slow


def judged(warehouse: Path) -> dict[str, GateResult]:
    return {result.check: result for group in run_suites(warehouse).values() for result in group}


def test_the_suites_are_those_that_the_publication_expects() -> None:
    assert {suite.name: {check.name for check in suite.checks} for suite in SUITES} == gates.EXPECTED_CHECKS


def test_every_check_reads_the_warehouse_and_leaves_it_writable(warehouse: Path) -> None:
    found = judged(warehouse)
    critical = {name: result.status for name, result in found.items() if result.severity == "critical"}
    assert set(critical.values()) == {"pass"}
    # A ninth of the handoffs lacks its source, a third of the rejections its reason.
    assert {name for name, result in found.items() if result.status == "warn"} == {
        "source_present",
        "reasons_structured",
    }
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create table marts.writable as select 1")


@pytest.mark.parametrize(
    ("sql", "check"),
    [
        ("set closed_at = opened_at - interval 1 second where lead_id = 'lead-5'", "closed_after_opened"),
        ("set assigned_at = opened_at - interval 1 second where lead_id = 'lead-1'", "assigned_after_opened"),
        (
            "set human_owned_at = assigned_at - interval 1 hour where lead_id = 'lead-1'",
            "human_owned_after_assigned",
        ),
        ("set accepted_at = opened_at - interval 2 day where lead_id = 'lead-1'", "accepted_after_opened"),
        ("set rejected_at = null where lead_id = 'lead-5'", "rejection_has_instant"),
    ],
)
def test_one_broken_handoff_fails_its_rule(
    warehouse: Path, change: Callable[[str], None], sql: str, check: str
) -> None:
    change(f"update marts.fct_handoffs {sql}")
    result = judged(warehouse)[check]
    assert (result.severity, result.status) == ("critical", "fail")
    assert result.observed.startswith("1 of ")


def test_content_warns_and_never_fails(warehouse: Path, change: Callable[[str], None]) -> None:
    change("update marts.fct_handoffs set has_owner = false, rejection_reason = null")
    found = judged(warehouse)
    assert found["owners_present"].status == "warn"
    assert found["owners_present"].observed == "0.0% of 400 rows"
    assert found["reasons_structured"].status == "warn"


def test_too_few_rows_are_too_early_and_none_is_not_applicable(
    warehouse: Path, change: Callable[[str], None]
) -> None:
    change("delete from marts.fct_handoffs where lead_id not in ('lead-5', 'lead-1', 'lead-2')")
    assert judged(warehouse)["owners_present"].status == "too_early"
    change("update marts.fct_handoffs set layer_routing = 'not_recorded'")
    assert judged(warehouse)["owners_present"].status == "not_applicable"


def test_a_check_that_cannot_run_fails_with_its_reason(
    warehouse: Path, change: Callable[[str], None]
) -> None:
    change("alter table marts.fct_handoffs drop column connected_at")
    result = judged(warehouse)["connected_after_first_activity"]
    assert result.status == "fail"
    assert "connected_at" in result.observed


def test_results_carry_counts_and_no_value_of_the_crm(warehouse: Path, change: Callable[[str], None]) -> None:
    change("update marts.fct_handoffs set status_group = 'jane.doe@example.com'")
    assert "jane.doe" not in repr(run_suites(warehouse))
