"""The candidate is built aside, reported on, and only then made current."""

from dagster import AssetExecutionContext, AssetKey, AssetObservation, MaterializeResult, MetadataValue, asset

from handoff.alerts import alert
from handoff.progress import meanwhile
from handoff.publication import Layout, Manifest, build_candidate, current_run, release
from handoff.report import as_metadata, write_report
from orchestration.defs.line.freshness import DAILY
from orchestration.defs.line.resources import Home
from orchestration.defs.line.words import in_words, say
from orchestration.defs.transformation.assets import MANIFEST

CANDIDATE = AssetKey(["publication", "candidate"])
REPORT = AssetKey(["publication", "report"])
PUBLISHED = AssetKey(["published"])


def _marts() -> list[AssetKey]:
    models = [node for node in MANIFEST["nodes"].values() if node["resource_type"] == "model"]
    return sorted(AssetKey(["marts", node["name"]]) for node in models if node["schema"] == "marts")


@asset(key=CANDIDATE, deps=_marts(), group_name="publication", kinds={"duckdb", "parquet"})
def candidate(context: AssetExecutionContext, home: Home) -> MaterializeResult[None]:
    """Every mart, copied aside as DuckDB and Parquet, if every expected gate of this run allows it."""
    meanwhile("publishing: the tables")
    with in_words():
        folder = build_candidate(home.folder, home.run_id(context), MANIFEST)
    return MaterializeResult(metadata={"folder": MetadataValue.path(str(folder))})


@asset(key=REPORT, deps=[CANDIDATE], group_name="publication", kinds={"html"})
def report(context: AssetExecutionContext, home: Home) -> MaterializeResult[None]:
    """The page that people look at, made from the candidate's marts alone."""
    meanwhile("publishing: the report")
    with in_words():
        written = write_report(Layout(home.folder).building_folder(home.run_id(context)))
    pictures = {mart: MetadataValue.md(picture) for mart, picture in as_metadata(written.figures).items()}
    # Each mart shows what it holds, the report all of it.
    for mart, picture in pictures.items():
        if (key := AssetKey(["marts", mart])) in _marts():
            context.log_event(AssetObservation(asset_key=key, metadata={"picture": picture}))
    return MaterializeResult(metadata={"page": MetadataValue.path(str(written.page)), **pictures})


@asset(
    key=PUBLISHED,
    deps=[REPORT],
    group_name="publication",
    kinds={"duckdb", "parquet", "html"},
    freshness_policy=DAILY,
)
def published(context: AssetExecutionContext, home: Home) -> MaterializeResult[None]:
    """The publication that readers see: one pointer moved, whole or not at all."""
    run_id = home.run_id(context)
    layout = Layout(home.folder)
    with in_words():
        before = Manifest.read(layout.pointer) if current_run(home.folder) else None
        manifest = release(home.folder, run_id)
    _alert_to_warnings(manifest, before)
    rows = sum(manifest.row_counts.values())
    say(
        context,
        f"published: {len(manifest.row_counts)} tables, {rows:,} rows in {layout.published}/marts.duckdb",
    )
    say(context, f"report: {layout.published}/report/index.html")
    return MaterializeResult(
        metadata={
            "run_id": run_id,
            "as_of": manifest.as_of,
            "rows": rows,
            "gates passed": len(manifest.gates_passed),
            "gates warned": len(manifest.gates_warned),
            "report": MetadataValue.path(str(layout.published / "report" / "index.html")),
        }
    )


def _alert_to_warnings(manifest: Manifest, before: Manifest | None) -> None:
    """Say which gates warn, when others do than in the publication before: not the same every hour."""
    if manifest.gates_warned and (before is None or set(manifest.gates_warned) != set(before.gates_warned)):
        alert(
            f"crm-handoff: published {manifest.run_id}, and {len(manifest.gates_warned)} gates warn",
            manifest.gates_warned,
        )
