"""A table that is made in parts holds what it holds when it is made at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.changes.line import tables_that_differ
from tests.diagnosis.build import Workshop
from tests.reference.random_world import make_world

pytestmark = pytest.mark.slow

SEED, LEADS = 31, 60
SHAPES = ("full", "no_old_values", "some_days", "salesforce", "hubspot")
IN_PARTS = ("fct_lead_events", "int_field_changes", "int_handoff_actions", "int_handoff_progress")

# They say when the world was landed, which it was for each build.
OF_THE_LANDING = {"int_clock", "int_owner_team_keys"}


def test_every_table_is_the_same(tmp_path: Path) -> None:
    """So few rows for each gigabyte that no model fits, and so many that all do."""
    make_world(SEED, tmp_path / "world", LEADS, SHAPES)
    shop = Workshop(tmp_path)
    sources, policies = tmp_path / "world/sources.yml", tmp_path / "world/policies"
    at_once = shop.build("at_once", sources, policies)
    assert "-- part 2 of" not in _log(shop)
    in_parts = shop.build("in_parts", sources, policies, variables={"rows_of_a_part": 100})
    log = _log(shop)
    for model in IN_PARTS:
        assert f'"{model}__dbt_tmp" by name' in log, model
    found = tables_that_differ(in_parts.warehouse, at_once.warehouse)
    assert {table for table in found if not table.startswith("stg_")} <= OF_THE_LANDING


def _log(shop: Workshop) -> str:
    return (shop.target / "dbt.log").read_text(encoding="utf-8")
