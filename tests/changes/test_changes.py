"""A build of changes leaves every table as a build of everything would: row for row, load after load."""

from __future__ import annotations

import json
import random
import re
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest

from demo.cli import FLAVOURS, write_demo
from handoff import builds
from handoff.config import ConfigError, load_settings
from handoff.landing import land
from handoff.policies import land_policies
from tests.changes.line import Line
from tests.changes.loads import EXPORTED, Loads
from tests.reference.random_world import make_world

pytestmark = pytest.mark.slow

SEED, LEADS, LOADS = 11, 60, 3
# With this one nearly all of the demo's sources add files of what is new.
DEMO_SEED = 12
# A source each, with a history of loads of its own: what a layout lacks decides what a change may touch.
SHAPES = ("full", "stage_dates", "day_stamps", "no_created_at", "no_deletion", "late_status")


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Line:
    """A line that took a random sequence of loads, all but the first as changes."""
    folder = tmp_path_factory.mktemp("changes")
    make_world(SEED, folder / "world", LEADS, SHAPES)
    return _after_all_loads(folder, SEED)


@pytest.fixture(scope="module")
def demo_line(tmp_path_factory: pytest.TempPathFactory) -> Line:
    """The same of the demo's sources: Salesforce and HubSpot as tools land them, and as one exports them."""
    folder = tmp_path_factory.mktemp("changes_of_the_demo")
    write_demo(folder / "world", seed=DEMO_SEED, crms=list(FLAVOURS), copies=1)
    return _after_all_loads(folder, DEMO_SEED)


def _after_all_loads(folder: Path, seed: int) -> Line:
    (folder / "in").mkdir()
    loads = Loads(folder / "world", folder / "in", LOADS, random.Random(seed))
    line = Line(folder / "home", folder / "in")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(builds.INCREMENTAL_SETTING, "always")
        for load in range(LOADS):
            loads.write(load)
            edits = _as_a_stream_lands(line.warehouse) if load == LOADS - 1 else ()
            build = line.build(*edits)
            assert build.kind == ("changes" if load else "whole")
            assert build.differing == ((loads.policy,) if load else ())
    return line


def _as_a_stream_lands(warehouse: Path) -> Iterator[str]:
    """Rows of what was landed before that a database holds no longer, and others that it holds changed.

    Nothing of what one exports by hand: its flags are read file by file, which would touch all of its leads.
    """
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables()"
            f" where starts_with(schema_name, 'raw_') and schema_name <> 'raw_{EXPORTED}'"
            " and (table_name like '%lead%' or table_name like '%task%' or table_name like '%contact%')"
            " order by all"
        ).fetchall()
    for (table,) in tables:
        picked = f"hash('{table}', _handoff_file, _handoff_row) % 497"
        yield f"delete from {table} where {picked} = 0"
        yield (
            "create or replace temp table changed as select * replace"
            " (now()::timestamp as _handoff_landed_at, _handoff_row + 1000000 as _handoff_row)"
            f" from {table} where {picked} = 1"
        )
        yield f"delete from {table} where {picked} = 1"
        yield f"insert into {table} select * from changed where hash(_handoff_row) % 5 > 0"


@pytest.mark.parametrize(("sources", "most_landed"), [("line", 0.9), ("demo_line", 0.5)])
def test_after_random_loads_all_is_as_if_made_anew(
    sources: str, most_landed: float, request: pytest.FixtureRequest
) -> None:
    line: Line = request.getfixturevalue(sources)
    leads, landed, changed, due = line.made_anew()
    # Were all of them made anew, equality would show nothing.
    assert 0 < landed < leads * most_landed
    assert 0 < changed < due < leads
    assert line.differences_from_a_whole_build() == {}


def test_models_wait_until_what_they_read_is_copied(line: Line) -> None:
    """A copy is made when the leads are known: what is copied must have been made before."""
    nodes = json.loads((line.home / "target" / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    models = {node["name"]: node for node in nodes.values() if node["resource_type"] == "model"}

    def is_made_for(node: dict[str, Any]) -> Any:  # noqa: ANN401 - as the manifest has it
        return node["config"]["meta"].get("leads")

    @cache
    def ancestors(name: str) -> set[str]:
        direct = {nodes[id_]["name"] for id_ in models[name]["depends_on"]["nodes"] if id_ in nodes}
        return direct.union(*(ancestors(parent) for parent in direct if parent in models))

    for leads, others in (
        ("landed", ("raw",)),
        ("changed", ("all", "landed")),
        ("due", ("all", "landed", "changed")),
    ):
        made = {name: node for name, node in models.items() if is_made_for(node) == leads}
        assert len(made) > 10
        read = {
            nodes[parent]["name"]
            for node in made.values()
            for parent in node["depends_on"]["nodes"]
            if parent in nodes and is_made_for(nodes[parent]) in others
        }
        assert read <= ancestors(f"int_{leads}_leads")
        assert all(f"int_{leads}_leads" in ancestors(name) for name in made)


def test_no_model_that_is_made_by_lead_counts_over_a_source(line: Line) -> None:
    """It sees some leads of the source; what is said of all of them is said by a model that is made anew."""
    nodes = json.loads((line.home / "target" / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    code = {
        node["name"]: node["raw_code"]
        for node in nodes.values()
        if node["config"]["materialized"] == "by_lead"
    }
    by_source = re.compile(r"(group|partition) by\s+(\w+\.)?source_system\s*(\n|\)|order by)")
    assert len(code) > 25
    assert [name for name, sql in code.items() if by_source.search(sql)] == []


def test_only_after_a_whole_build_of_the_line_and_only_for_other_data(
    line: Line, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Anything else that the tables hang on, and all is made anew."""
    monkeypatch.setenv(builds.INCREMENTAL_SETTING, "always")
    folder, home = tmp_path / "in", tmp_path / "home"
    shutil.copytree(line.folder, folder)
    environment = {
        "HANDOFF_HOME": str(home),
        "HANDOFF_SOURCES": str(folder / "sources.yml"),
        "HANDOFF_POLICIES": str(folder / "policies"),
    }
    settings = load_settings(environment)
    land(settings)
    land_policies(settings)

    assert builds.begin(settings).kind == "whole"
    # It did not end well.
    assert builds.begin(settings).kind == "whole"
    builds.complete(settings)
    assert builds.begin(settings) == builds.Build("changes")
    builds.complete(settings)

    monkeypatch.setenv(builds.INCREMENTAL_SETTING, "never")
    assert builds.begin(settings).kind == "whole"
    builds.complete(settings)
    monkeypatch.setenv(builds.INCREMENTAL_SETTING, "auto")
    assert builds.begin(settings).kind == "whole", "so few rows are quicker made anew"
    builds.complete(settings)
    monkeypatch.setenv(builds.INCREMENTAL_SETTING, "always")
    assert builds.begin(settings) == builds.Build("changes")
    builds.complete(settings)

    leads = next((folder / "landing").glob("*/leads"))
    (leads / "more.csv").write_text("lead_id,a_column_of_its_own\nL-1,x\n", encoding="utf-8")
    land(settings)
    assert builds.begin(settings).kind == "whole", "a raw table has another column"
    builds.complete(settings)

    monkeypatch.setattr(builds, "_CODE_FILES", ("dbt_project.yml", "profiles.yml", "README.md"))
    assert builds.begin(settings).kind == "whole", "the code is other code"

    monkeypatch.setenv(builds.INCREMENTAL_SETTING, "sometimes")
    with pytest.raises(ConfigError, match="HANDOFF_INCREMENTAL is 'sometimes': it takes auto, always, never"):
        builds.begin(settings)


def test_what_hangs_on_another_policy_or_model_is_made_whole(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And no more than that, unless the build compares with what a changed model left before."""
    monkeypatch.setenv(builds.INCREMENTAL_SETTING, "always")
    settings = load_settings(line.environment)
    parts_of = builds._parts

    def build_after_a_change_of(name: str) -> builds.Build:
        with monkeypatch.context() as patch:
            assert name in parts_of(settings)
            patch.setattr(builds, "_parts", lambda settings: parts_of(settings) | {name: "another"})
            builds.complete(settings)
            build = builds.begin(settings)
        builds.complete(settings)
        # As it was before, it differs again.
        assert builds.begin(settings) == build
        builds.complete(settings)
        assert builds.begin(settings) == builds.Build("changes")
        builds.complete(settings)
        return build

    sla = build_after_a_change_of("sla_policy")
    assert sla.kind == "changes"
    assert {"stg_policies__sla_policy", "int_handoff_clocks", "fct_handoff_findings"} <= {*sla.whole_models}
    assert not {"int_handoffs", "fct_lead_events", "int_crm__leads"} & {*sla.whole_models}

    assert build_after_a_change_of("fct_worklist") == builds.Build(
        "changes", ("fct_worklist",), ("fct_worklist",)
    )
    assert build_after_a_change_of("int_handoffs") == builds.Build("whole")


def test_dbt_without_the_line_makes_the_next_build_a_whole_one(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever builds a model by hand may have changed anything."""
    monkeypatch.setenv(builds.INCREMENTAL_SETTING, "always")
    settings = load_settings(line.environment)
    assert builds.begin(settings) == builds.Build("changes")
    builds.complete(settings)
    line.dbt(None, "run", "--select", "int_clock")
    assert builds.begin(settings).kind == "whole"
