"""Great Expectations' suites as asset checks on the handoffs."""

from collections.abc import Iterator

from dagster import (
    AssetCheckExecutionContext,
    AssetCheckResult,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetKey,
    multi_asset_check,
)

from expectations.suites import SUITES
from handoff import gates
from handoff.publication import Layout
from orchestration.defs.line.resources import Home
from orchestration.defs.line.words import in_words, say


def _key(table: str) -> AssetKey:
    return AssetKey(["marts", table])


@multi_asset_check(
    name="great_expectations",
    specs=[
        AssetCheckSpec(
            check.name,
            asset=_key(check.table),
            blocking=check.severity == "critical",
            description=f"{check.tier}, {check.severity}: suite {suite.name}",
        )
        for suite in SUITES
        for check in suite.checks
    ],
)
def great_expectations(context: AssetCheckExecutionContext, home: Home) -> Iterator[AssetCheckResult]:
    """Judge what the CRM's content is like, and report it to the publication."""
    # Here and not above: the import takes several seconds, and only this step needs it.
    from expectations.runner import run_suites

    say(context, "gates: Great Expectations reads the handoffs")
    run_id = home.run_id(context)
    with in_words():
        reported = run_suites(Layout(home.folder).warehouse)
        for suite, results in reported.items():
            gates.record(home.folder, run_id, suite, results)
    everything = [result for results in reported.values() for result in results]
    amiss = [result for result in everything if result.status in ("fail", "warn")]
    say(context, f"gates: {len(everything)} checks of the content, {len(amiss)} amiss")
    for result in amiss:
        say(context, f"  {result.status}: {result.name}: {result.observed}, expected {result.expected}")
    for result in everything:
        yield AssetCheckResult(
            passed=result.status not in ("fail", "warn"),
            asset_key=_key(result.table),
            check_name=result.check,
            severity=AssetCheckSeverity.ERROR if result.severity == "critical" else AssetCheckSeverity.WARN,
            metadata={"status": result.status, "observed": result.observed, "expected": result.expected},
        )
