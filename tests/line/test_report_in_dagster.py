"""Dagster's assets show the report's pictures as metadata."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from handoff.publication import Layout

pytestmark = pytest.mark.slow

RUN = "20260930T000000Z-00000002"


def test_the_report_shows_every_picture_and_each_mart_its_own(
    publication: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dagster import AssetKey, DagsterInstance, MarkdownMetadataValue, materialize

    from orchestration.defs.line.resources import Home
    from orchestration.defs.publication.assets import report

    home = tmp_path / "home"
    monkeypatch.setenv("HANDOFF_HOME", str(home))

    def run_id(self: Home, context: object) -> str:
        # What no run knows is swept when one begins, so the candidate is put there after that.
        folder = Layout(home).building_folder(RUN)
        if not folder.exists():
            shutil.copytree(publication, folder)
        return RUN

    monkeypatch.setattr(Home, "run_id", run_id)
    with DagsterInstance.ephemeral() as instance:
        result = materialize([report], resources={"home": Home()}, instance=instance)
    assert result.success
    (made,) = result.asset_materializations_for_node(report.node_def.name)
    pictures = {
        name: value for name, value in made.metadata.items() if isinstance(value, MarkdownMetadataValue)
    }
    assert set(pictures) == {
        *("fct_handoffs", "fct_first_action_survival", "fct_rate_gap_contributions", "fct_quality_results"),
    }
    observed = [
        event.asset_observation_data.asset_observation
        for event in result.all_events
        if event.event_type_value == "ASSET_OBSERVATION"
    ]
    seen = {observation.asset_key: observation.metadata for observation in observed}
    assert seen == {
        AssetKey(["marts", mart]): {"picture": pictures[mart]}
        for mart in ("fct_handoffs", "fct_first_action_survival", "fct_rate_gap_contributions")
    }
    for picture in pictures.values():
        assert "data:image/png;base64," in (picture.md_str or "")
