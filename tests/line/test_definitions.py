"""What Dagster loads: the line as a readable graph, one job, its schedules and sensors."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from expectations.suites import SUITES
from handoff.config import PROJECT
from handoff.gates.landing import LANDING_CHECKS

if TYPE_CHECKING:
    from dagster import AssetsDefinition, RepositoryDefinition

pytestmark = pytest.mark.slow

SOURCES = [{"name": "acme", "crm": "salesforce"}, {"name": "beta", "crm": "hubspot"}]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RepositoryDefinition]:
    """The definitions, loaded as Dagster would with two sources configured."""
    folder = tmp_path_factory.mktemp("sources")
    sources = [source | {"from": {"kind": "files", "path": "."}} for source in SOURCES]
    (folder / "sources.yml").write_text(yaml.safe_dump({"sources": sources}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HANDOFF_SOURCES", str(folder / "sources.yml"))
        patch.setenv("HANDOFF_HOME", str(folder / "home"))
        from orchestration.definitions import defs

        yield defs.get_repository_def()


def groups(repository: RepositoryDefinition) -> set[tuple[str | None, str | None]]:
    graph = repository.asset_graph
    return {
        (graph.get(parent).group_name, graph.get(key).group_name)
        for key in graph.get_all_asset_keys()
        for parent in graph.get(key).parent_keys
    }


def test_one_job_runs_the_whole_line_and_schedules_run_the_job(repository: RepositoryDefinition) -> None:
    job = repository.get_job("handoff_line")
    graph = repository.asset_graph
    assert set(job.asset_layer.executable_asset_keys) == set(graph.executable_asset_keys)
    assert set(job.asset_layer.asset_graph.asset_check_keys) == set(graph.asset_check_keys)
    assert [(s.name, s.cron_schedule, s.job_name) for s in repository.schedule_defs] == [
        ("hourly", ["0 9-17 * * 1,2,3,4,5"], "handoff_line"),
        ("nightly", "30 3 * * *", "handoff_line"),
    ]
    assert {sensor.name for sensor in repository.sensor_defs} == {
        "new_files",
        "alert_on_failure",
        "lost_runs",
    }


def test_what_landed_and_what_is_published_may_grow_a_day_old(repository: RepositoryDefinition) -> None:
    from dagster import AssetKey
    from dagster._core.definitions.freshness import TimeWindowFreshnessPolicy

    graph = repository.asset_graph
    for key in (["raw", "acme"], ["raw", "beta"], ["published"]):
        policy = graph.get(AssetKey(key)).freshness_policy
        assert isinstance(policy, TimeWindowFreshnessPolicy)
        assert policy.fail_window.to_timedelta().total_seconds() == 26 * 3600


def test_only_the_landing_is_tried_again(repository: RepositoryDefinition) -> None:
    """The others would find what they found before: bad data, a full disk, a gate that says no."""
    from dagster import Backoff

    steps = {
        definition.node_def.name: getattr(definition.node_def, "retry_policy", None)
        for definition in repository.assets_defs_by_key.values()
        if definition.is_executable
    }
    assert {name for name, policy in steps.items() if policy} == {"land"}
    patience = steps["land"]
    assert patience is not None
    assert (patience.max_retries, patience.backoff) == (3, Backoff.EXPONENTIAL)


def test_each_source_is_a_raw_asset_above_the_staging_of_its_crm(repository: RepositoryDefinition) -> None:
    from dagster import AssetKey

    graph = repository.asset_graph
    assert {key for key in graph.get_all_asset_keys() if key.path[0] == "raw"} == {
        AssetKey(["raw", "acme"]),
        AssetKey(["raw", "beta"]),
    }
    children = graph.get(AssetKey(["raw", "acme"])).child_keys
    assert AssetKey(["staging", "stg_salesforce__lead"]) in children
    assert not [key for key in children if "hubspot" in key.path[-1]]


def test_the_graph_reads_from_raw_to_published(repository: RepositoryDefinition) -> None:
    edges = groups(repository)
    stations = ["raw", "staging", "canonical_crm", "events", "handoffs", "marts", "publication"]
    for above, below in pairwise(stations):
        assert (above, below) in edges, f"nothing leads from {above} to {below}"
    assert "default" not in {group for edge in edges for group in edge}


def test_publication_waits_for_every_mart_and_every_check(repository: RepositoryDefinition) -> None:
    from dagster import AssetKey

    graph = repository.asset_graph
    marts = {key for key in graph.get_all_asset_keys() if key.path[0] == "marts"}
    candidate = graph.get(AssetKey(["publication", "candidate"]))
    assert marts
    assert candidate.parent_keys == marts
    assert graph.get(AssetKey(["published"])).parent_keys == {AssetKey(["publication", "report"])}

    names = {key.name for key in graph.asset_check_keys}
    assert {check.name for suite in SUITES for check in suite.checks} <= names
    raw = {key.name for key in graph.asset_check_keys if key.asset_key == AssetKey(["raw", "acme"])}
    assert raw == set(LANDING_CHECKS)
    contracts = {key.asset_key for key in graph.asset_check_keys if key.name == "contract"}
    assert contracts >= marts


def test_every_dbt_test_of_a_table_is_an_asset_check(repository: RepositoryDefinition) -> None:
    from orchestration.defs.transformation.assets import MANIFEST

    tests = {
        node["name"]
        for node in MANIFEST["nodes"].values()
        if node["resource_type"] == "test" and node["depends_on"]["nodes"]
    }
    assert tests <= {key.name for key in repository.asset_graph.asset_check_keys}


def test_a_run_uses_one_process_and_nothing_is_sent_home(repository: RepositoryDefinition) -> None:
    assert repository.get_job("handoff_line").executor_def.name == "in_process"
    settings = yaml.safe_load((PROJECT / "dagster.yaml").read_text())
    assert settings["telemetry"] == {"enabled": False}


def test_the_line_declares_all_its_steps_once(repository: RepositoryDefinition) -> None:
    definitions: list[AssetsDefinition] = list(repository.assets_defs_by_key.values())
    steps = {definition.node_def.name for definition in definitions if definition.is_executable}
    assert steps == {"land", "dbt_build", "publication__candidate", "publication__report", "published"}


def test_loads_without_a_sources_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dagster import AssetKey

    from orchestration.defs.landing.keys import raw_keys

    monkeypatch.delenv("HANDOFF_SOURCES", raising=False)
    monkeypatch.setenv("HANDOFF_HOME", str(tmp_path))
    assert raw_keys() == [AssetKey(["raw", "sources"])]
