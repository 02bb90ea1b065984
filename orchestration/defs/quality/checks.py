"""Gates as asset checks: Great Expectations' suites, and the contracts that dbt has enforced."""

from collections.abc import Iterator

from dagster import (
    AssetCheckExecutionContext,
    AssetCheckResult,
    AssetCheckSpec,
    multi_asset_check,
)

from handoff import gates
from handoff.gates import ExpectedCheck
from handoff.publication import Layout
from orchestration.defs.line.resources import Home
from orchestration.defs.line.words import as_asset_check, in_words, say
from orchestration.defs.transformation.assets import MANIFEST, asset_key_of

CONTRACTS = [
    check
    for check in gates.expected_of_dbt(MANIFEST)
    if check.check == "contract" and check.gate == gates.DBT
]


def _spec(check: ExpectedCheck, description: str) -> AssetCheckSpec:
    # A warning never blocks; whether a content check is one is for the policy to say.
    return AssetCheckSpec(
        check.check, asset=asset_key_of(check.table), blocking=True, description=description
    )


@multi_asset_check(
    name="contracts",
    specs=[_spec(check, "structure, critical: columns and types as promised") for check in CONTRACTS],
)
def contracts(context: AssetCheckExecutionContext, home: Home) -> Iterator[AssetCheckResult]:
    """Show what dbt has reported on each contract while it built the model."""
    reported = gates.read(home.folder, home.run_id(context)).get(gates.DBT, [])
    for result in reported:
        if result.check == "contract":
            yield as_asset_check(result, asset_key_of(result.table))


@multi_asset_check(
    name="great_expectations",
    specs=[
        _spec(check, f"{check.tier}, {check.severity}: suite {check.gate}") for check in gates.CONTENT_CHECKS
    ],
)
def great_expectations(context: AssetCheckExecutionContext, home: Home) -> Iterator[AssetCheckResult]:
    """Judge what the CRM's content is like, and report it to the publication."""
    # Here and not above: the import takes several seconds, and only this step needs it.
    from expectations.runner import run_suites

    say(context, "gates: Great Expectations reads the marts")
    layout, run_id = Layout(home.folder), home.run_id(context)
    with in_words():
        reported = run_suites(layout.warehouse, published=layout.pointer, pages=layout.quality)
        for suite, results in reported.items():
            gates.record(home.folder, run_id, suite, results)
    everything = [result for results in reported.values() for result in results]
    amiss = [result for result in everything if result.status in ("fail", "warn")]
    say(context, f"gates: {len(everything)} checks of the content, {len(amiss)} amiss")
    for result in amiss:
        say(context, f"  {result.status}: {result.name}: {result.observed}, expected {result.expected}")
    for result in everything:
        yield as_asset_check(result, asset_key_of(result.table))
