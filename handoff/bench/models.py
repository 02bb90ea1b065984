"""What dbt leaves behind of a build: the statements of its models in order, and how long each took."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class CompiledModel:
    """A model as DuckDB gets it. kind: ``table`` or ``view``; relation: its quoted name."""

    kind: str
    relation: str
    sql: str


def compiled_models(target: Path) -> Iterator[CompiledModel]:
    """Yield the models that dbt compiled below ``target``, each after those it reads."""
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    folder = target / "compiled" / manifest["metadata"]["project_name"]
    nodes: dict[str, Any] = manifest["nodes"]
    for unique_id in _in_order(nodes):
        node = nodes[unique_id]
        file = folder / node["original_file_path"]
        if file.is_file():
            is_view = node["config"]["materialized"] == "view" or node["config"]["meta"].get("is_view")
            sql = file.read_text(encoding="utf-8")
            yield CompiledModel("view" if is_view else "table", node["relation_name"], sql)


def slowest_models(target: Path, count: int = 10) -> list[tuple[str, float]]:
    """Return the models that took longest in the last build: name and seconds, the slowest first."""
    taken = [
        (result["unique_id"].split(".")[-1], float(result["execution_time"])) for result in _results(target)
    ]
    return sorted(taken, key=lambda model: -model[1])[:count]


def _results(target: Path) -> list[dict[str, Any]]:
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    return [result for result in results if result["unique_id"].startswith("model.")]


def _in_order(nodes: dict[str, Any]) -> list[str]:
    order: dict[str, None] = {}

    def visit(unique_id: str) -> None:
        if unique_id in order or not unique_id.startswith("model."):
            return
        for parent in nodes[unique_id]["depends_on"]["nodes"]:
            visit(parent)
        order[unique_id] = None

    for unique_id in nodes:
        visit(unique_id)
    return list(order)
