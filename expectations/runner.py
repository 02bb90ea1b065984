# ruff: noqa: ANN401 - the library makes its classes at run time; there is no better type than Any.
"""Run the suites on a warehouse and translate what Great Expectations found to gate results."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations.dialect import read_only_url, register
from expectations.suites import SUITES, Check, Suite
from handoff.gates import GateResult, Status

if TYPE_CHECKING:
    from great_expectations.datasource.fluent.sql_datasource import SQLDatasource

# Below this many rows a share says little; the metrics call the same number unreliable.
RELIABLE_ROWS = 30

# Counts only: values of the CRM must not travel into results, logs or documents.
RESULT_FORMAT = {"result_format": "BASIC", "partial_unexpected_count": 0}


def run_suites(warehouse: Path, suites: tuple[Suite, ...] = SUITES) -> dict[str, list[GateResult]]:
    """Return suite name -> one gate result per check.

    Opens the warehouse read-only and leaves no connection behind. A check that cannot run (a column is
    missing, say) fails, with the reason as its observation.
    """
    with _datasource(warehouse) as (library, datasource):
        return {suite.name: _run_suite(library, datasource, suite) for suite in suites}


@contextmanager
def _datasource(warehouse: Path) -> Iterator[tuple[Any, SQLDatasource]]:
    # Read when the library is imported: nothing is sent anywhere.
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as library
    from great_expectations.data_context.types.base import ProgressBarsConfig

    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    register()
    context = library.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    datasource = context.data_sources.add_sql(
        "warehouse", connection_string=read_only_url(warehouse), create_temp_table=False
    )
    try:
        yield library, datasource
    finally:
        # One process may write: an engine left open here would keep the next landing out of the file.
        datasource.get_execution_engine().close()
        datasource.get_engine().dispose()


def _run_suite(library: Any, datasource: SQLDatasource, suite: Suite) -> list[GateResult]:
    results = []
    for rows in dict.fromkeys(check.rows for check in suite.checks):
        checks = [check for check in suite.checks if check.rows == rows]
        asset = datasource.add_query_asset(f"{suite.name}.{checks[0].name}", query=rows)
        batch = asset.add_batch_definition_whole_table("all").get_batch()
        expected = library.ExpectationSuite(
            name=suite.name, expectations=[_expectation(library, check) for check in checks]
        )
        outcome = batch.validate(expected, result_format=RESULT_FORMAT)
        by_name = {result.expectation_config.meta["check"]: result for result in outcome.results}
        results += [_gate_result(check, by_name[check.name]) for check in checks]
    return results


def _expectation(library: Any, check: Check) -> Any:
    kind = getattr(library.expectations, check.expectation)
    mostly = {} if check.mostly == 1.0 else {"mostly": check.mostly}
    return kind(**check.options, **mostly, severity=check.severity, meta={"check": check.name})


def _gate_result(check: Check, outcome: Any) -> GateResult:
    found = outcome.result
    judged = int(found.get("element_count") or 0) - _left_out(check, found)
    missed = int(found.get("unexpected_count") or 0)
    if not found:
        status: Status = "fail"
        observed = _reason(outcome.exception_info)
    else:
        status = _status(check, bool(outcome.success), judged)
        observed = _observed(check, judged, missed)
    return GateResult(
        check=check.name,
        table=check.table,
        tier=check.tier,
        severity=check.severity,
        status=status,
        observed=observed,
        expected="no row amiss" if check.mostly == 1.0 else f"at least {check.mostly:.0%} of rows",
    )


def _left_out(check: Check, found: dict[str, Any]) -> int:
    """Rows that the expectation skipped because a value is missing; for a share, a missing value counts as
    judged.
    """
    return 0 if check.mostly < 1.0 else int(found.get("missing_count") or 0)


def _status(check: Check, is_met: bool, judged: int) -> Status:
    if judged == 0:
        return "not_applicable"
    if check.severity != "critical" and judged < RELIABLE_ROWS:
        return "too_early"
    if is_met:
        return "pass"
    return "fail" if check.severity == "critical" else "warn"


def _observed(check: Check, judged: int, missed: int) -> str:
    if check.mostly == 1.0:
        return f"{missed} of {judged} rows amiss"
    return f"{(judged - missed) / judged:.1%} of {judged} rows" if judged else "no rows"


def _reason(exceptions: dict[str, Any]) -> str:
    """The first reason why a check could not run; the library nests them by metric when there are several."""
    for exception in [exceptions, *exceptions.values()]:
        if isinstance(exception, dict) and exception.get("exception_message"):
            return " ".join(str(exception["exception_message"]).split())[:500]
    return "the check could not run"
