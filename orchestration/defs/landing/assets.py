"""Landing: every CRM source of the sources file, and the user's policies, into the warehouse."""

from collections.abc import Iterator

import duckdb
from dagster import (
    AssetCheckKey,
    AssetCheckResult,
    AssetCheckSpec,
    AssetExecutionContext,
    AssetKey,
    AssetSpec,
    Backoff,
    Jitter,
    MaterializeResult,
    RetryPolicy,
    multi_asset,
)

from handoff import dbt_project, gates
from handoff.config import Settings, load_settings
from handoff.landing import LandingReport, land
from handoff.policies import land_policies, require_sound
from handoff.progress import meanwhile
from handoff.publication import Layout
from orchestration.defs.landing.keys import REGISTER, UNKNOWN_SOURCES, configured_sources, raw_keys
from orchestration.defs.line.freshness import DAILY
from orchestration.defs.line.resources import Home
from orchestration.defs.line.words import as_asset_check, in_words, say


def _specs() -> list[AssetSpec]:
    raw = [
        AssetSpec(
            AssetKey(["raw", source.name]),
            group_name="raw",
            kinds={source.crm, "duckdb"},
            description=f"The raw {source.crm} tables of {source.name}, as they came, with load metadata.",
            # A source taken out of the file since Dagster was started has nothing to show.
            skippable=True,
            freshness_policy=DAILY,
        )
        for source in configured_sources()
    ]
    if not raw:
        words = "No readable sources file yet: `make demo`, or set HANDOFF_SOURCES."
        raw = [AssetSpec(UNKNOWN_SOURCES, group_name="raw", description=words, skippable=True)]
    register = AssetSpec(
        REGISTER,
        deps=raw_keys(),
        group_name="raw",
        kinds={"duckdb"},
        description="What landed: sources, files, rows set aside, and the clock of the diagnosis.",
    )
    return [*raw, register]


def _check_specs() -> list[AssetCheckSpec]:
    return [
        AssetCheckSpec(
            check.check,
            asset=AssetKey(["raw", source.name]),
            blocking=check.severity == "critical",
            description=f"{check.tier}, {check.severity}: what landed of {source.name}",
        )
        for source in configured_sources()
        for check in gates.expected_of_sources([source.name])
    ]


# A database or an API may be out of reach for a moment. Nothing else of the line gets better by waiting: what
# it says in words stays as it is until somebody mends it.
PATIENCE = RetryPolicy(max_retries=3, delay=20, backoff=Backoff.EXPONENTIAL, jitter=Jitter.PLUS_MINUS)


@multi_asset(name="land", specs=_specs(), check_specs=_check_specs(), retry_policy=PATIENCE)
def land_sources(
    context: AssetExecutionContext, home: Home
) -> Iterator[MaterializeResult[None] | AssetCheckResult]:
    """Check the policies, land every source, and report the landing's gate."""
    with in_words():
        settings = load_settings()
        require_sound(settings)
        names = ", ".join(source.name for source in settings.sources)
        say(context, f"landing: {names} of {settings.sources_file}")
        _announce(settings, home.run_id(context))
        landed = land(settings, on_source=lambda source: meanwhile(f"landing: {source.name}"))
        land_policies(settings)
        results = _report_gate(settings, home.run_id(context))
    for line in landed.lines():
        context.log.info(line)
    rows = {source.name: sum(table.rows for table in source.tables) for source in landed.sources}
    say(context, f"landing: {sum(rows.values()):,} rows ({', '.join(f'{n} {r:,}' for n, r in rows.items())})")
    yield from _materialized(context, landed)
    yield from _checked(context, results)


def _announce(settings: Settings, run_id: str) -> None:
    """Say by name what this run has to report, so that a check that stays silent has its row all the same."""
    names = [source.name for source in settings.sources]
    expected = [
        *gates.expected_of_sources(names),
        *gates.expected_of_dbt(dbt_project.manifest(settings.home)),
        *gates.CONTENT_CHECKS,
    ]
    gates.announce(settings.home, run_id, expected)


def _report_gate(settings: Settings, run_id: str) -> list[gates.GateResult]:
    warehouse = Layout(settings.home).warehouse
    warehouse.chmod(0o600)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        results = gates.landing_results(connection)
    gates.record(settings.home, run_id, gates.LANDING, results)
    return results


def _checked(context: AssetExecutionContext, results: list[gates.GateResult]) -> Iterator[AssetCheckResult]:
    declared = set(context.selected_asset_check_keys)
    for result in results:
        key = AssetKey(["raw", result.table.removeprefix("raw_")])
        if AssetCheckKey(key, result.check) in declared:
            yield as_asset_check(result, key)


def _materialized(context: AssetExecutionContext, landed: LandingReport) -> Iterator[MaterializeResult[None]]:
    declared = set(context.selected_asset_keys)
    for source in landed.sources:
        key = AssetKey(["raw", source.name])
        if key not in declared:
            context.log.warning(
                f"{source.name} is new in the sources file; reload the code location to see it."
            )
            continue
        yield MaterializeResult(
            key,
            metadata={
                "tables": len(source.tables),
                "rows": sum(table.rows for table in source.tables),
                "rows set aside": sum(table.rows_set_aside for table in source.tables),
            },
        )
    yield MaterializeResult(REGISTER, metadata={"landed at": landed.landed_at.isoformat() + "Z"})
