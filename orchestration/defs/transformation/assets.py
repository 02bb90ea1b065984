"""`dbt build` as assets and asset checks."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from dagster import AssetExecutionContext, AssetKey
from dagster_dbt import dbt_assets

from handoff import builds, dbt_project, gates
from handoff.config import home_folder, load_settings
from handoff.dbt_project import DbtProblem
from handoff.progress import meanwhile
from orchestration.defs.line.resources import ChildDbt, Home, until_the_reader_stops
from orchestration.defs.line.words import in_words, say
from orchestration.defs.transformation.translator import LineTranslator, with_tests_attached

# What one event of a build tells of.
BUILT = ("model", "seed", "snapshot", "test")

MANIFEST = with_tests_attached(dbt_project.manifest(home_folder()))


def asset_key_of(table: str) -> AssetKey:
    """Return the key of the asset that a model is, by its name."""
    (node,) = (
        node
        for node in MANIFEST["nodes"].values()
        if node["name"] == table and node["resource_type"] in ("model", "snapshot", "seed")
    )
    return LineTranslator().get_asset_key(node)


@dbt_assets(manifest=MANIFEST, name="dbt_build", dagster_dbt_translator=LineTranslator())
def dbt_build(context: AssetExecutionContext, dbt: ChildDbt, home: Home) -> Iterator[Any]:
    """Build staging, the canonical CRM, the event log, handoffs, findings and marts, and test them."""
    with in_words():
        settings = load_settings()
        build = None if context.is_subset else builds.begin(settings)
    say(context, f"dbt: building and testing the models{_of_what(build)}")
    invocation = dbt.build(context, home.folder, build)
    yield from _with_progress(until_the_reader_stops(invocation, invocation.stream()))
    with in_words():
        outcome = _run_results(dbt_project.run_folder(home.folder))
        gates.record(home.folder, home.run_id(context), gates.DBT, gates.dbt_results(MANIFEST, outcome))
        error = invocation.get_error()
        if error is not None:
            raise DbtProblem(_in_words(outcome) or f"dbt failed: {error}")
        if build:
            builds.complete(settings)
        say(context, f"dbt: {_summary(outcome)}")


def _of_what(build: builds.Build | None) -> str:
    if build is None or build.kind == "whole":
        return ""
    differing = f", and all that hangs on {', '.join(build.differing)}" if build.differing else ""
    return f" of the leads that something changed for{differing}"


def _with_progress(events: Iterable[Any]) -> Iterator[Any]:
    """Pass dbt's events on, and say how many of all there were: long work must not look dead."""
    total = sum(node["resource_type"] in BUILT for node in MANIFEST["nodes"].values())
    for done, event in enumerate(events, start=1):
        yield event
        meanwhile(f"dbt: {min(done, total)} of {total} models and tests")


def _run_results(target: Path) -> dict[str, Any]:
    path = target / "run_results.json"
    if not path.is_file():
        # dbt ended before it ran a node; its own error message says why.
        return {"results": []}
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def _in_words(outcome: dict[str, Any]) -> str:
    broken = [result for result in outcome["results"] if result["status"] in ("error", "fail")]
    lines = [
        f"- {result['unique_id'].split('.', 2)[2]}: {' '.join(str(result['message']).split())[:500]}"
        for result in broken
    ]
    skipped = sum(result["status"] == "skipped" for result in outcome["results"])
    lines += [f"- {skipped} more were skipped because of these"] if skipped else []
    return (
        f"dbt: {len(broken)} of {len(outcome['results'])} nodes failed:\n" + "\n".join(lines)
        if broken
        else ""
    )


def _summary(outcome: dict[str, Any]) -> str:
    results = outcome["results"]
    tests = [result for result in results if result["unique_id"].startswith("test.")]
    warned = sum(result["status"] == "warn" for result in tests)
    seconds = outcome.get("elapsed_time", 0.0)
    return (
        f"{len(results) - len(tests)} models and seeds built, {len(tests)} tests run"
        f"{f' ({warned} warned)' if warned else ''} in {seconds:.1f} s"
    )
