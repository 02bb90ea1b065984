# ruff: noqa: ANN401 - the library makes its classes at run time; there is no better type than Any.
"""Run the suites on a warehouse and translate what Great Expectations found to gate results."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations.dialect import read_only_url, register
from expectations.pages import page_name, write_pages
from expectations.suites import SUITES, Check, Suite
from handoff.gates import GateResult, Severity, Status

if TYPE_CHECKING:
    from great_expectations.datasource.fluent.sql_datasource import SQLDatasource

# Counts only: values of the CRM must not travel into results, logs or documents.
RESULT_FORMAT = {"result_format": "BASIC", "partial_unexpected_count": 0}

THRESHOLDS = "staging.stg_policies__content_thresholds"


@dataclass(frozen=True)
class _Measured:
    """What one source's content came to, and what the policy asks of it."""

    source: str
    judged: int
    observed: float
    threshold: float
    severity: Severity


def run_suites(
    warehouse: Path,
    suites: tuple[Suite, ...] = SUITES,
    *,
    published: Path | None = None,
    pages: Path | None = None,
) -> dict[str, list[GateResult]]:
    """Return suite name -> one gate result per check.

    Opens the warehouse read-only and leaves no connection behind. A check that cannot run (a column is
    missing, say) fails, with the reason as its observation. ``published`` is the folder of the last
    publication, if there is one. ``pages`` is where Great Expectations' Data Docs of this run go.
    """
    with _context(warehouse) as (library, context, datasource):
        results = {
            suite.name: [
                _judge(library, context, datasource, suite, check, published) for check in suite.checks
            ]
            for suite in suites
        }
        if pages:
            write_pages(context, pages, results)
    return results


@contextmanager
def _without_spark() -> Iterator[None]:
    """Keep the library from importing pyspark, which it needs for Spark's data alone.

    In a process of Dagster's code server pyspark takes itself for a test run of its own and ends the process.
    """
    hidden = "pyspark" not in sys.modules
    if hidden:
        # What Python itself takes for a module that cannot be imported.
        sys.modules["pyspark"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        if hidden:
            del sys.modules["pyspark"]


@contextmanager
def _context(warehouse: Path) -> Iterator[tuple[Any, Any, SQLDatasource]]:
    # Read when the library is imported: nothing is sent anywhere.
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    with _without_spark():
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
        yield library, context, datasource
    finally:
        # One process may write: an engine left open here would keep the next landing out of the file.
        datasource.get_execution_engine().close()
        datasource.get_engine().dispose()


def _judge(
    library: Any, context: Any, datasource: SQLDatasource, suite: Suite, check: Check, published: Path | None
) -> GateResult:
    name = page_name(suite.name, check.name, check.table)
    rows = _reading(check, published)
    judged_rows = f"select * from ({rows}) where judged >= {check.least}" if check.bound else rows
    asset = datasource.add_query_asset(name, query=judged_rows)
    expected = context.suites.add(
        library.ExpectationSuite(
            name=name,
            expectations=[_expectation(library, check)],
            notes=[check.says],
        )
    )
    definition = context.validation_definitions.add(
        library.ValidationDefinition(
            name=name, data=asset.add_batch_definition_whole_table("all"), suite=expected
        )
    )
    (outcome,) = definition.run(result_format=RESULT_FORMAT).results
    if not outcome.result:
        return _result(check, check.severity, "fail", _reason(outcome.exception_info), "a check that runs")
    if check.bound:
        return _content_result(check, bool(outcome.success), _measured(datasource, rows))
    return _rule_result(check, bool(outcome.success), outcome.result)


def _reading(check: Check, published: Path | None) -> str:
    """The check's rows; of content with the threshold of each source."""
    file = published / f"{check.table}.parquet" if published else None
    if file and file.is_file():
        previous = "read_parquet('" + str(file).replace("'", "''") + "')"
    else:
        previous = f"(select * from marts.{check.table} limit 0)"
    rows = check.rows.replace("{previous}", previous)
    if not check.bound:
        return rows
    return f"""
        select measured.source_system, judged, cast(observed as double) as observed,
            coalesce(own.threshold, shared.threshold) as threshold,
            coalesce(own.severity, shared.severity) as severity
        from ({rows}) as measured
        left join {THRESHOLDS} as own
            on own.source_system = measured.source_system and own.check_name = '{check.name}'
        left join {THRESHOLDS} as shared
            on shared.source_system = '*' and shared.check_name = '{check.name}'
        where judged > 0
    """


def _expectation(library: Any, check: Check) -> Any:
    if not check.bound:
        kind = getattr(library.expectations, check.expectation)
        return kind(
            **check.options, severity=check.severity, description=check.says, meta={"check": check.name}
        )
    greater, less = ("observed", "threshold") if check.bound == "at least" else ("threshold", "observed")
    return library.expectations.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A=greater,
        column_B=less,
        or_equal=True,
        severity=check.severity,
        description=f"{check.says}: {check.bound} the threshold of the policy, in every source",
    )


def _measured(datasource: SQLDatasource, rows: str) -> list[_Measured]:
    with datasource.get_engine().connect() as connection:
        found = connection.exec_driver_sql(f"select * from ({rows}) order by source_system").fetchall()
    return [_Measured(*row) for row in found]


def _content_result(check: Check, is_met: bool, measured: list[_Measured]) -> GateResult:
    reliable = [source for source in measured if source.judged >= check.least]
    missed = [source for source in reliable if _is_missed(check, source)]
    is_critical = any(source.severity == "critical" for source in reliable)
    if not measured:
        status: Status = "not_applicable"
    elif not reliable:
        status = "too_early"
    elif is_met:
        status = "pass"
    else:
        status = "fail" if any(source.severity == "critical" for source in missed) else "warn"
    observed = "; ".join(
        f"{source.source} {_figure(check, source.observed)} of {source.judged:,}" for source in measured
    )
    limits = sorted({_figure(check, source.threshold) for source in measured})
    expected = f"{check.bound} {' or '.join(limits) or 'the threshold'}"
    severity: Severity = "critical" if is_critical else "warning"
    return _result(check, severity, status, observed or "nothing to judge", expected)


def _is_missed(check: Check, source: _Measured) -> bool:
    if check.bound == "at least":
        return source.observed < source.threshold
    return source.observed > source.threshold


def _figure(check: Check, value: float) -> str:
    return f"{value:.1%}" if check.is_share else f"{value:.2f} times"


def _rule_result(check: Check, is_met: bool, found: dict[str, Any]) -> GateResult:
    judged = int(found.get("element_count") or 0) - int(found.get("missing_count") or 0)
    missed = int(found.get("unexpected_count") or 0)
    status: Status = "not_applicable" if judged <= 0 else "pass" if is_met else "fail"
    return _result(check, check.severity, status, f"{missed} of {judged:,} rows amiss", "no row amiss")


def _result(check: Check, severity: Severity, status: Status, observed: str, expected: str) -> GateResult:
    return GateResult(check.name, check.table, check.tier, severity, status, observed, expected)


def _reason(exceptions: dict[str, Any]) -> str:
    """The first reason why a check could not run; the library nests them by metric when there are several."""
    for exception in [exceptions, *exceptions.values()]:
        if isinstance(exception, dict) and exception.get("exception_message"):
            return " ".join(str(exception["exception_message"]).split())[:500]
    return "the check could not run"
