"""Breaks the diagnosis on purpose, one condition at a time, and tells what nothing notices.

    python -m tests.diagnosis.mutations [--rules] [--only int_handoffs]

Every condition of every finding is dropped, negated, moved by its boundary or robbed of one of its values;
with --rules so are the conditions of the models that open, close and time handoffs. All of it happens on the
SQL that dbt compiled, in DuckDB: findings first on the cases of their dbt unit test; then everything on every
story of the demo and on the random worlds that the reference is held against. A mutant that leaves every
handoff and finding of them as it is has survived: among the findings none may.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from jinja2 import Environment

from demo.world import INSTANTS, MINUTES
from handoff.config import PROJECT
from tests.diagnosis.build import Built, Workshop
from tests.diagnosis.chain import Chain, Connection
from tests.diagnosis.conftest import RANDOM_LEADS, RANDOM_WORLDS, STORIES
from tests.diagnosis.worlds import simulated
from tests.reference.random_world import make_world

Node = dict[str, Any]
Key = tuple[str, str, int]

# What opens, closes and times a handoff; the facts that findings ask for hang on these.
RULES = (
    "int_stage_events",
    "int_status_events",
    "int_lead_activities",
    "int_lead_exits",
    "int_handoff_openings",
    "int_handoff_closings",
    "int_handoffs",
    "int_handoff_owner_spans",
    "int_handoff_ownership",
    "int_handoff_actions",
    "int_handoff_progress",
    "int_handoff_clock_intervals",
    "int_handoff_clocks",
    "int_handoff_queues",
    "int_handoff_duplicates",
    "int_handoff_accounts",
    "int_handoff_rejections",
)
BOUNDARIES = {
    "COMPARE_GREATERTHAN": "COMPARE_GREATERTHANOREQUALTO",
    "COMPARE_GREATERTHANOREQUALTO": "COMPARE_GREATERTHAN",
    "COMPARE_LESSTHAN": "COMPARE_LESSTHANOREQUALTO",
    "COMPARE_LESSTHANOREQUALTO": "COMPARE_LESSTHAN",
}
SIGNS = {
    "COMPARE_GREATERTHAN": ">",
    "COMPARE_GREATERTHANOREQUALTO": ">=",
    "COMPARE_LESSTHAN": "<",
    "COMPARE_LESSTHANOREQUALTO": "<=",
}
SECONDS_PER_MUTANT = 120.0


@dataclass(frozen=True)
class Mutant:
    """A rule with one condition changed. place: the CTE it stands in; sql: the whole statement."""

    rule: str
    place: str
    change: str
    sql: str

    @property
    def name(self) -> str:
        """How it is told from others."""
        return f"{self.rule}: {self.change}"


class Grammar:
    """SQL as a tree and back, by DuckDB's own parser."""

    def __init__(self) -> None:
        """Needs no database."""
        self.connection = duckdb.connect()

    def parse(self, sql: str) -> Node:
        """The tree of a select statement."""
        tree = self._json("select json_serialize_sql($1::varchar)", sql)
        self._spell_out_cross_joins(tree)
        return tree

    def write(self, tree: Node) -> str:
        """The statement of a tree."""
        row = self.connection.execute("select json_deserialize_sql($1::json)", [json.dumps(tree)]).fetchone()
        assert row is not None
        return str(row[0])

    def words(self, expression: Node) -> str:
        """The words of one expression."""
        tree = self.parse("select 1")
        tree["statements"][0]["node"]["select_list"] = [{**expression, "alias": ""}]
        return self.write(tree).removeprefix("SELECT ").strip()

    def _spell_out_cross_joins(self, node: Any) -> None:  # noqa: ANN401 - a list, a dictionary or a value
        """Have a cross join written as a join on true: the comma that DuckDB writes binds less than joins."""
        if isinstance(node, dict):
            if node.get("type") == "JOIN" and node["ref_type"] == "CROSS":
                node |= {"ref_type": "REGULAR", "join_type": "INNER", "condition": self._true()}
            node = list(node.values())
        if isinstance(node, list):
            for item in node:
                self._spell_out_cross_joins(item)

    def _true(self) -> Node:
        tree = self._json("select json_serialize_sql($1::varchar)", "select true")
        expression: Node = tree["statements"][0]["node"]["select_list"][0]
        return expression

    def _json(self, query: str, text: str) -> Node:
        row = self.connection.execute(query, [text]).fetchone()
        assert row is not None
        tree: Node = json.loads(row[0])
        assert not tree["error"], tree
        return tree


def finding_statements(grammar: Grammar, findings_sql: str) -> dict[str, Node]:
    """The select of each finding, out of the model that unites them."""
    tree = grammar.parse(findings_sql)
    expressions = {item["key"]: item["value"]["query"] for item in _ctes(tree)}
    catalogued = [
        code for code in expressions if code not in ("handoffs", "catalogue", "all_findings", "final")
    ]
    return {code: {"error": False, "statements": [expressions[code]]} for code in catalogued}


def _ctes(tree: Node) -> list[Node]:
    found: list[Node] = tree["statements"][0]["node"]["cte_map"]["map"]
    return found


def finding_mutants(grammar: Grammar, findings_sql: str) -> Iterator[Mutant]:
    """Every finding with one condition of its `where` changed."""
    for code, tree in finding_statements(grammar, findings_sql).items():
        where = tree["statements"][0]["node"]["where_clause"]
        assert where is not None, f"{code} has no condition"
        for change, _ in _each_change(grammar, tree, ("statements", 0, "node", "where_clause")):
            yield Mutant(code, code, change, grammar.write(tree))


def rule_mutants(grammar: Grammar, model: str, sql: str) -> Iterator[Mutant]:
    """A model with one condition changed, wherever it stands; keys of joins are left alone."""
    tree = grammar.parse(sql)
    for place, path in list(_conditions(tree, "", ())):
        for change, _ in _each_change(grammar, tree, path):
            yield Mutant(model, place, f"{place}: {change}", grammar.write(tree))


def _conditions(node: Any, place: str, path: tuple[Any, ...]) -> Iterator[tuple[str, tuple[Any, ...]]]:  # noqa: ANN401
    """Where in the tree a condition stands: filters, joins, cases, and columns that are true or false."""
    if isinstance(node, list):
        for number, item in enumerate(node):
            yield from _conditions(item, place, (*path, number))
    elif isinstance(node, dict):
        if "key" in node and "value" in node and "query" in (node["value"] or {}):
            place = node["key"]
        for name, item in node.items():
            if name in ("where_clause", "condition", "when_expr", "filter") and item:
                if not _is_true(item):
                    yield place, (*path, name)
                # What a condition holds deeper inside, as a case in it, is not looked for again.
            elif name == "select_list":
                for number, column in enumerate(item):
                    if column["class"] in ("CONJUNCTION", "COMPARISON") or column["type"] == "OPERATOR_NOT":
                        yield place, (*path, name, number)
                    else:
                        yield from _conditions(column, place, (*path, name, number))
            else:
                yield from _conditions(item, place, (*path, name))


def _each_change(grammar: Grammar, tree: Node, path: tuple[Any, ...]) -> Iterator[tuple[str, None]]:
    """Change the condition at a path in place, in every way in turn; it is as before after the last."""
    holder: Any = tree
    for step in path[:-1]:
        holder = holder[step]
    condition = holder[path[-1]]
    if condition["class"] == "CONJUNCTION":
        sign = "or" if condition["type"].endswith("OR") else "and"
        children = condition["children"]
        for number, child in enumerate(list(children)):
            if not _is_key(child):
                condition["children"] = children[:number] + children[number + 1 :]
                only = condition["children"][0] if len(condition["children"]) == 1 else None
                with _put(holder, path[-1], only or condition):
                    yield f"without {sign} {grammar.words(child)}", None
                condition["children"] = children
                yield from _each_change(grammar, tree, (*path, "children", number))
        return
    if _is_key(condition):
        return
    words = grammar.words(condition)
    if condition["type"] == "OPERATOR_NOT":
        with _put(holder, path[-1], condition["children"][0]):
            yield f"no longer {words}", None
        if condition["children"][0]["class"] == "CONJUNCTION":
            yield from _each_change(grammar, tree, (*path, "children", 0))
        return
    negated = {"class": "OPERATOR", "type": "OPERATOR_NOT", "alias": condition.get("alias", ""),
               "query_location": 0, "children": [{**condition, "alias": ""}]}  # fmt: skip
    with _put(holder, path[-1], negated):
        yield f"not {words}", None
    if condition["type"] in BOUNDARIES:
        moved = {**condition, "type": BOUNDARIES[condition["type"]]}
        with _put(holder, path[-1], moved):
            yield f"{words} with {SIGNS[moved['type']]}", None
    if condition["type"] in ("COMPARE_IN", "COMPARE_NOT_IN"):
        values = condition["children"]
        for number in range(1, len(values)):
            if len(values) > 2:
                with _put(
                    holder, path[-1], {**condition, "children": values[:number] + values[number + 1 :]}
                ):
                    yield f"{words} but for {grammar.words(values[number])}", None


def _is_true(condition: Node) -> bool:
    """Whether it is the condition of a cross join."""
    return condition["class"] in ("CONSTANT", "CAST") and "COLUMN_REF" not in json.dumps(condition)


def _is_key(condition: Node) -> bool:
    """Whether it joins two tables on a column: without it everything meets everything."""
    if condition["type"] != "COMPARE_EQUAL":
        return False
    return all("COLUMN_REF" in json.dumps(condition[side]) for side in ("left", "right"))


@contextmanager
def _put(holder: Any, at: Any, value: Node) -> Iterator[None]:  # noqa: ANN401 - a list or a dictionary
    before, holder[at] = holder[at], value
    try:
        yield
    finally:
        holder[at] = before


class Cases:
    """The handoffs of the findings' unit test: one fault each, and the near miss beside it."""

    def __init__(self, findings_sql: str) -> None:
        """Needs no build: the facts are written out."""
        fixture = PROJECT / "tests" / "dbt" / "fixtures" / "handoffs_with_one_fault.sql"
        sql = (
            Environment(extensions=["jinja2.ext.do"], autoescape=False)
            .from_string(fixture.read_text(encoding="utf-8"))
            .render()
        )
        self.connection = duckdb.connect()
        self.connection.execute(
            "attach ':memory:' as warehouse; create schema warehouse.intermediate;"
            f" create table warehouse.intermediate.int_handoff_facts as {sql}"
        )
        grammar = Grammar()
        statements = finding_statements(grammar, findings_sql)
        self.told = {code: self._fires(grammar.write(tree)) for code, tree in statements.items()}

    def overlooks(self, mutant: Mutant) -> bool:
        """Whether a finding's mutant fires on exactly the cases that the finding itself fires on."""
        return self._fires(mutant.sql) == self.told[mutant.rule]

    def _fires(self, sql: str) -> set[tuple[str, ...]]:
        return set(self.connection.execute(f"select lead_id from ({sql})").fetchall())


class Judge:
    """A built world, whose diagnosis is known to be right, and what a mutant makes of it."""

    def __init__(self, built: Built) -> None:
        """Remember what is right; nothing that runs here reaches the file."""
        self.chain = Chain(built)
        self.grammar = Grammar()
        self.findings_sql = self.chain.models["int_handoff_findings"].sql
        self.connection: Connection = self.chain.open()
        self.truth = self.diagnosis()
        found = self.connection.execute(
            "select source_system, lead_id, handoff_number from warehouse.marts.fct_handoffs"
            " where outcome = 'merged'"
        ).fetchall()
        self.merged = set(found)
        layers = "select code from warehouse.staging.stg_policies__findings where layer in {}"
        rows = self.connection.execute(layers.format(("capture", "qualification", "routing"))).fetchall()
        self.judged_when_merged = {code for (code,) in rows}
        statements = finding_statements(self.grammar, self.findings_sql)
        self.told = {code: self._fires(code, self.grammar.write(tree)) for code, tree in statements.items()}

    def diagnosis(self) -> tuple[set[tuple[Any, ...]], set[tuple[Any, ...]]]:
        """(handoffs with openings, closings, milestones, minutes; findings)."""
        columns = ("opened_by", "outcome", "qualified_at", "won_at", *INSTANTS, *MINUTES)
        handoffs = self.connection.execute(
            f"select source_system, lead_id, handoff_number, {', '.join(columns)}"
            " from warehouse.marts.fct_handoffs"
        )
        rows = set(handoffs.fetchall())
        findings = self.connection.execute(
            "select source_system, lead_id, handoff_number, finding_code"
            " from warehouse.marts.fct_handoff_findings"
        )
        return rows, set(findings.fetchall())

    # -- findings

    def finding_mutants(self) -> list[Mutant]:
        """Every mutant of every finding."""
        return list(finding_mutants(self.grammar, self.findings_sql))

    def overlooks(self, mutant: Mutant) -> bool:
        """Whether a finding's mutant fires on exactly the handoffs that the finding itself fires on."""
        return self._fires(mutant.rule, mutant.sql) == self.told[mutant.rule]

    def _fires(self, code: str, sql: str) -> set[Key]:
        keys = f"select source_system, lead_id, handoff_number from ({sql})"
        fired: set[Key] = set(self.connection.execute(keys).fetchall())
        return fired if code in self.judged_when_merged else fired - self.merged

    # -- the rules beneath

    def rule_mutants(self, model: str) -> list[Mutant]:
        """Every mutant of a model."""
        return list(rule_mutants(self.grammar, model, self.chain.models[model].sql))

    def overlooks_rule(self, mutant: Mutant) -> bool:
        """Whether handoffs and findings stay as they are with a mutant in place of its model.

        A mutant that cannot run, or does not end, is not overlooked; `mend` shows that the model itself
        can, rewritten as it is.
        """
        timer = threading.Timer(SECONDS_PER_MUTANT, self.connection.interrupt)
        timer.start()
        try:
            names = self.chain.below([mutant.rule])
            self.chain.run(self.connection, names, {mutant.rule: mutant.sql})
            return self.diagnosis() == self.truth
        except duckdb.Error:
            return False
        finally:
            timer.cancel()

    def mend(self, model: str) -> None:
        """Put a model, written as mutants are, and all that reads it back."""
        unchanged = self.grammar.write(self.grammar.parse(self.chain.models[model].sql))
        self.chain.run(self.connection, self.chain.below([model]), {model: unchanged})
        assert self.diagnosis() == self.truth, f"{model} cannot be put back"


def surviving_findings(judges: Sequence[Judge]) -> tuple[int, list[Mutant]]:
    """(how many mutants of findings there are, those that the cases and every judge overlook)."""
    mutants = survivors = judges[0].finding_mutants()
    cases_and_judges: list[Cases | Judge] = [Cases(judges[0].findings_sql), *judges]
    for judge in cases_and_judges:
        survivors = [mutant for mutant in survivors if judge.overlooks(mutant)]
    return len(mutants), survivors


def surviving_rules(judges: Sequence[Judge], model: str) -> tuple[int, list[Mutant]]:
    """(how many mutants of a model there are, those that every judge overlooks)."""
    mutants = survivors = judges[0].rule_mutants(model)
    for judge in judges:
        survivors = [mutant for mutant in survivors if judge.overlooks_rule(mutant)]
        judge.mend(model)
    return len(mutants), survivors


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; exits with 1 where a finding's mutant survives."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rules", action="store_true", help="also the models beneath the findings: an hour")
    parser.add_argument("--only", choices=RULES, help="only this one of them")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        workshop = Workshop(folder)
        world = simulated(folder / "stories_world", [STORIES])
        builds = [workshop.build("stories", world.sources, world.policies)]
        for seed, shapes in RANDOM_WORLDS.items():
            place = folder / f"random_{seed}_world"
            make_world(seed, place, RANDOM_LEADS, shapes)
            builds.append(workshop.build(f"random_{seed}", place / "sources.yml", place / "policies"))
        judges = [Judge(built) for built in builds]
        count, survivors = surviving_findings(judges)
        print(f"findings: {count} mutants, {len(survivors)} survived", flush=True)
        for mutant in survivors:
            print(f"    {mutant.name}", flush=True)
        for model in RULES if options.rules else []:
            if options.only in (None, model):
                count, rules = surviving_rules(judges, model)
                print(f"{model}: {count} mutants, {len(rules)} survived", flush=True)
                for mutant in rules:
                    print(f"    {mutant.change}", flush=True)
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
