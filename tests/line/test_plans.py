"""No model compares every row of one large table with every row of another: that grows with the square.

DuckDB falls back to that where a join's conditions hold no plain equality, or where those of a left join
ask something of the left side alone: the demo hides it, and at a million leads the build no longer ends.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from handoff.bench.models import compiled_models
from handoff.dbt_project import run_folder

# One side of the join is a policy file, which people write by hand.
BESIDE_A_POLICY = {
    "int_lead_qualification",
    "int_owner_team_periods",
    "int_queue_policies",
    "int_source_elements",
}


def joins_of_all_with_all(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every such join of a plan; the clock and its like, of one row, are no table in this sense."""
    sides = [int(side["extra_info"].get("Estimated Cardinality", 0)) for side in plan["children"]]
    if plan["name"].strip() == "BLOCKWISE_NL_JOIN" and min(sides) > 1:
        yield plan
    for side in plan["children"]:
        yield from joins_of_all_with_all(side)


def test_no_model_compares_all_with_all(demo_home: Path) -> None:
    found: dict[str, list[dict[str, Any]]] = {}
    with duckdb.connect(str(demo_home / "warehouse.duckdb"), read_only=True) as connection:
        for model in compiled_models(run_folder(demo_home)):
            ((_, plan),) = connection.execute(f"explain (format json) {model.sql}").fetchall()
            joins = [join["extra_info"] for part in json.loads(plan) for join in joins_of_all_with_all(part)]
            if joins:
                found[model.relation.replace('"', "").rpartition(".")[2]] = joins
    assert {name: joins for name, joins in found.items() if name not in BESIDE_A_POLICY} == {}
    # The check itself sees what it looks for.
    assert "int_lead_qualification" in found
