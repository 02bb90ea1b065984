"""Holds a built warehouse against the reference.

    python -m tests.reference.compare --world DIR --warehouse FILE.duckdb [--sources a,b]
    python -m tests.reference.compare --world DIR --explain source:lead

DIR holds sources.yml, landing/ and policies/; FILE has the schema `marts`. Differences are grouped by kind
with a few
examples each. Exits 1 on any difference.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import yaml

from .clock import Moment
from .evaluate import Evaluation, evaluate_source
from .events import LeadLog
from .handoffs import Handoff
from .landings import read_landing
from .layers import LAYERS
from .policies import read_policies
from .world import Reader

Key = tuple[str, str, int]
WORDS = ["opened_by", "outcome", *(f"layer_{layer}" for layer in LAYERS), "first_broken_layer"]
INSTANTS = [
    "opened_at",
    "closed_at",
    "qualified_at",
    "assigned_at",
    "human_owned_at",
    "first_action_due_at",
    "first_human_activity_at",
    "first_automated_activity_at",
    "connected_at",
    "accepted_at",
    "first_worked_at",
    "rejected_at",
    "recycled_at",
    "opportunity_created_at",
    "won_at",
]
MINUTES = [
    f"{leg}{kind}_minutes"
    for kind in ("", "_elapsed")
    for leg in ("routing", "queue", "human", "speed_to_lead")
]
MINUTE_TOLERANCE = 0.02
SECOND_TOLERANCE = 1.0


def read_world(folder: Path, only: set[str]) -> dict[str, Evaluation]:
    """What the reference says about each source of a world; landed now unless its files say a later as_of."""
    config = yaml.safe_load((folder / "sources.yml").read_text(encoding="utf-8"))
    stated = config.get("as_of")
    as_of = stated if isinstance(stated, datetime) else datetime.fromisoformat(str(stated))
    as_of = as_of.replace(tzinfo=UTC) if as_of.tzinfo is None else as_of.astimezone(UTC)
    policies = read_policies(folder / "policies")
    evaluations = {}
    for entry in config["sources"]:
        if only and entry["name"] not in only:
            continue
        reader = Reader(policies, ZoneInfo(entry.get("timezone", "UTC")), datetime.now(UTC))
        source = read_landing(entry["name"], folder / entry["from"]["path"], reader)
        evaluations[entry["name"]] = evaluate_source(source, policies, as_of)
    return evaluations


def row_of(handoff: Handoff) -> dict[str, Any]:
    """A handoff as a row of fct_handoffs; instants in seconds."""

    def seconds(moment: Moment | datetime | None) -> float | None:
        if moment is None:
            return None
        return (moment.at if isinstance(moment, Moment) else moment).timestamp()

    return {
        "opened_by": handoff.opened_by,
        "outcome": handoff.outcome,
        "first_broken_layer": handoff.first_broken_layer,
        **{f"layer_{layer}": verdict for layer, verdict in handoff.layers.items()},
        "opened_at": seconds(handoff.opened),
        "closed_at": seconds(handoff.closed),
        "qualified_at": seconds(handoff.qualified),
        "assigned_at": seconds(handoff.assigned),
        "human_owned_at": seconds(handoff.human_owned),
        "first_action_due_at": seconds(handoff.first_action_due),
        "first_human_activity_at": seconds(handoff.first_human),
        "first_automated_activity_at": seconds(handoff.first_automated),
        "connected_at": seconds(handoff.connected),
        "accepted_at": seconds(handoff.accepted),
        "first_worked_at": seconds(handoff.first_worked),
        "rejected_at": seconds(handoff.rejected),
        "recycled_at": seconds(handoff.recycled),
        "opportunity_created_at": seconds(handoff.opportunity_created),
        "won_at": seconds(handoff.won),
        **handoff.minutes,
    }


class Warehouse:
    """The published or unpublished marts."""

    def __init__(self, path: Path) -> None:
        """Open read-only; all instants are UTC."""
        self.connection = duckdb.connect(str(path), read_only=True)
        self.connection.execute("set TimeZone = 'UTC'")

    def columns(self, table: str) -> set[str]:
        """The columns of a mart."""
        rows = self.connection.execute(
            "select column_name from information_schema.columns"
            " where table_schema = 'marts' and table_name = ?",
            [table],
        ).fetchall()
        return {row[0] for row in rows}

    def handoffs(self) -> tuple[dict[Key, dict[str, Any]], list[str], int]:
        """(rows by key, columns that the table lacks, duplicate rows)."""
        have = self.columns("fct_handoffs")
        wanted = [*WORDS, *INSTANTS, *MINUTES]
        missing = [column for column in wanted if column not in have]
        wanted = [column for column in wanted if column in have]
        selected = [
            f"epoch(cast({column} as timestamptz)) as {column}" if column in INSTANTS else column
            for column in wanted
        ]
        cursor = self.connection.execute(
            f"select source_system, lead_id, handoff_number, {', '.join(selected)} from marts.fct_handoffs"
        )
        rows = cursor.fetchall()
        found = {
            (str(row[0]), str(row[1]), int(row[2])): dict(zip(wanted, row[3:], strict=True)) for row in rows
        }
        return found, missing, len(rows) - len(found)

    def findings(self) -> tuple[dict[Key, set[str]], int]:
        """(codes by handoff, duplicate rows)."""
        rows = self.connection.execute(
            "select source_system, lead_id, handoff_number, finding_code from marts.fct_handoff_findings"
        ).fetchall()
        found: dict[Key, set[str]] = defaultdict(set)
        for system, lead_id, number, code in rows:
            found[str(system), str(lead_id), int(number)].add(str(code))
        return found, len(rows) - sum(map(len, found.values()))


class Differences:
    """Differences by kind, with the first few examples of each."""

    def __init__(self, examples: int) -> None:
        """Nothing differs yet."""
        self.examples = examples
        self.found: dict[str, list[str]] = defaultdict(list)

    def note(self, kind: str, key: Key | str, told: object = "", got: object = "") -> None:
        """One difference between what the reference says and what the warehouse holds."""
        name = key if isinstance(key, str) else f"{key[0]}:{key[1]} #{key[2]}"
        self.found[kind].append(f"{name}  reference {told}  warehouse {got}")

    def show(self) -> None:
        """Print the kinds, most frequent first."""
        for kind, lines in sorted(self.found.items(), key=lambda pair: -len(pair[1])):
            print(f"{kind}: {len(lines)}")
            for line in lines[: self.examples]:
                print(f"    {line}")


def shown(column: str, value: object) -> object:
    """A value for people: instants as ISO."""
    if column in INSTANTS and isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC).isoformat(sep=" ")
    return value


def agrees(column: str, told: object, got: object) -> bool:
    """Whether two values are the same within the tolerances."""
    if told is None or got is None:
        return told is None and got is None
    if column in WORDS:
        return str(told) == str(got)
    tolerance = SECOND_TOLERANCE if column in INSTANTS else MINUTE_TOLERANCE
    return abs(float(str(told)) - float(str(got))) <= tolerance


def compare(evaluations: dict[str, Evaluation], warehouse: Warehouse, differences: Differences) -> int:
    """Note every difference; returns how many handoffs were compared."""
    rows, missing, duplicates = warehouse.handoffs()
    findings, repeated = warehouse.findings()
    for column in missing:
        differences.note("missing column", column)
    if duplicates or repeated:
        differences.note("duplicate rows", "marts", 0, (duplicates, repeated))
    handoffs = {
        (name, handoff.log.lead.lead_id, handoff.number): handoff
        for name, evaluation in evaluations.items()
        for handoff in evaluation.handoffs
    }
    for key, row in rows.items():
        if key[0] in evaluations and key not in handoffs:
            told = {
                column: shown(column, row.get(column)) for column in ("opened_by", "opened_at", "outcome")
            }
            differences.note("handoff only in the warehouse", key, "none", told)
    for key, handoff in handoffs.items():
        told_row = row_of(handoff)
        if key not in rows:
            words = f"{handoff.opened_by} {handoff.opened.at} {handoff.outcome}"
            differences.note("handoff only in the reference", key, words, "none")
            continue
        for column, value in told_row.items():
            if column in rows[key] and not agrees(column, value, rows[key][column]):
                differences.note(column, key, shown(column, value), shown(column, rows[key][column]))
        for code in handoff.findings - findings.get(key, set()):
            differences.note(f"finding {code} only in the reference", key)
        for code in findings.get(key, set()) - handoff.findings:
            differences.note(f"finding {code} only in the warehouse", key)
    return len(handoffs)


def explain(evaluation: Evaluation, lead_id: str) -> None:
    """Print the reference's log and handoffs of one lead, to settle a disagreement from the text."""
    log: LeadLog = evaluation.world.logs[lead_id]
    print({key: value for key, value in log.lead.text.items() if value is not None})
    print({key: str(value.at) for key, value in log.lead.stamp.items() if value is not None})
    print("initial:", log.stages.initial, log.statuses.initial, log.owners.initial)
    for step in log.owners.steps:
        print("   owner", step.at.at, repr(step.old), "->", repr(step.new), step.actor)
    for event in log.events:
        step_shown = event.stage or event.status
        what = f"{step_shown.old} -> {step_shown.new} by {step_shown.actor}" if step_shown else ""
        day = " (day)" if event.at.is_day else ""
        inferred = " (inferred)" if event.at.inferred else ""
        print(
            f"   {event.at.at}{day}{inferred} {event.kind} {what} {event.activity or event.opportunity or ''}"
        )
    for handoff in evaluation.handoffs:
        if handoff.log is log:
            row = row_of(handoff)
            print(
                f"#{handoff.number}",
                {key: shown(key, value) for key, value in row.items() if value is not None},
            )
            print(
                "   owners", [(str(item.start.at), item.owner_id, item.kind) for item in handoff.ownerships]
            )
            print("   findings", sorted(handoff.findings))
    print("not recorded:", sorted(key for key, value in evaluation.coverage.elements.items() if not value))
    print("after outcome:", sorted(evaluation.coverage.after_outcome))
    print("horizons:", {key: str(value) for key, value in evaluation.world.horizons.items()})


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--world", type=Path, required=True)
    parser.add_argument("--warehouse", type=Path)
    parser.add_argument("--sources", default="", help="only these, separated by commas")
    parser.add_argument(
        "--explain", default="", help="source:lead, to print the reference's own log of a lead"
    )
    parser.add_argument("--examples", type=int, default=4)
    options = parser.parse_args()
    only = set(filter(None, options.sources.split(",")))
    if options.explain:
        name, lead_id = options.explain.split(":", 1)
        explain(read_world(options.world, {name})[name], lead_id)
        return 0
    if options.warehouse is None:
        parser.error("--warehouse is needed to compare")
    evaluations = read_world(options.world, only)
    differences = Differences(options.examples)
    compared = compare(evaluations, Warehouse(options.warehouse), differences)
    differences.show()
    total = sum(map(len, differences.found.values()))
    print(f"{compared} handoffs of {len(evaluations)} sources compared, {total} differences")
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())
