"""The project's compiled SQL, run on its own in one DuckDB connection: a whole build in about a second.

dbt compiles the models once, for a world that it built. As long as sources and their columns stay the same,
other rows may lie in the raw tables, and a model may run in another wording, without asking dbt again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from tests.diagnosis.build import Built

Connection = duckdb.DuckDBPyConnection


@dataclass(frozen=True)
class Model:
    """One model as dbt ran it. relation: its quoted name; parents: names of the models it reads."""

    name: str
    relation: str
    sql: str
    is_view: bool
    parents: frozenset[str]


class Chain:
    """The models of a built world, in the order in which they may run."""

    def __init__(self, built: Built) -> None:
        """Read what dbt ran; snapshots and seeds stay as that build left them."""
        self.built = built
        nodes = json.loads(built.manifest.read_text(encoding="utf-8"))["nodes"]
        self.models: dict[str, Model] = {}
        waiting = {
            node["name"]: Model(
                node["name"],
                node["relation_name"],
                node["compiled_code"],
                node["config"]["materialized"] == "view" or bool(node["config"]["meta"].get("is_view")),
                frozenset(parent.split(".")[-1] for parent in node["depends_on"]["nodes"]),
            )
            for node in nodes.values()
            if node["resource_type"] == "model" and node.get("compiled_code")
        }
        while waiting:
            ready = [model for model in waiting.values() if not model.parents & waiting.keys()]
            for model in ready:
                self.models[model.name] = waiting.pop(model.name)

    def open(self) -> Connection:
        """A database in memory with everything that the built warehouse holds, models included."""
        connection = duckdb.connect()
        connection.execute(
            "set TimeZone = 'UTC'; set preserve_insertion_order = false; set threads = 2;"
            " attach ':memory:' as warehouse;"
            f" attach '{self.built.warehouse}' as built (read_only);"
            " copy from database built to warehouse; detach built; use warehouse"
        )
        return connection

    def below(self, names: Iterable[str]) -> list[str]:
        """The models given and all that read them, in the order in which they may run."""
        touched = set(names)
        for model in self.models.values():
            if model.parents & touched:
                touched.add(model.name)
        return [name for name in self.models if name in touched]

    def run(
        self,
        connection: Connection,
        names: Sequence[str] | None = None,
        reworded: Mapping[str, str] | None = None,
    ) -> None:
        """Run models (all of them, unless named) in the order given; `reworded` replaces a model's SQL."""
        for name in self.models if names is None else names:
            model = self.models[name]
            kind = "view" if model.is_view else "table"
            sql = (reworded or {}).get(name, model.sql)
            connection.execute(f"create or replace {kind} {model.relation} as {sql}")
