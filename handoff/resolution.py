"""Which raw column feeds each canonical field of a source, as dbt's own resolver finds it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from handoff.config import PROJECT
from handoff.dbt_project import DbtProblem, child_command, child_environment

NOT_RECORDED = "not recorded"
_MARK = "resolution: "


@dataclass(frozen=True)
class Field:
    """One canonical field. raw: the raw columns that feed it, in order of preference; none: not recorded."""

    name: str
    raw: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """One canonical table of a CRM. raw_table: what was landed of it, None for nothing.

    known_as: the names under which it would have been found. fields: empty where nothing was landed.
    """

    name: str
    raw_table: str | None
    known_as: tuple[str, ...]
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Resolved:
    """One source. A canonical table that was landed in several raw tables is there several times."""

    name: str
    crm: str
    raw_schema: str
    timezone: str
    tables: tuple[Table, ...]


def resolve(home: Path, source: str | None = None) -> list[Resolved]:
    """Ask dbt how the landed sources below `home` resolve: all of them, or the one that is named.

    Raises:
        DbtProblem: nothing has been landed, no such source was, or one has no lead table; in dbt's words.
    """
    folder = home / "state" / "dbt" / "resolution"
    asked = {"as_json": True} | ({"source_system": source} if source else {})
    command = child_command(
        *("--quiet", "run-operation", "show_resolution", "--args", json.dumps(asked)),
        *("--target-path", str(folder), "--log-path", str(folder), "--profiles-dir", str(PROJECT)),
    )
    outcome = subprocess.run(
        command,
        cwd=PROJECT,
        env=os.environ | child_environment(home),
        capture_output=True,
        text=True,
        check=False,
    )
    told = [line.partition(_MARK)[2] for line in outcome.stdout.splitlines() if _MARK in line]
    if outcome.returncode != 0 or not told:
        raise DbtProblem(_plain_words(outcome.stdout + outcome.stderr))
    return [_as_resolved(entry) for entry in json.loads(told[0])]


def _as_resolved(entry: dict[str, object]) -> Resolved:
    content = json.loads(json.dumps(entry))
    tables = tuple(
        Table(
            table["name"],
            table["raw_table"],
            tuple(table["known_as"]),
            tuple(Field(field["name"], tuple(field["raw"])) for field in table["fields"]),
        )
        for table in content["tables"]
    )
    return Resolved(content["name"], content["crm"], content["raw_schema"], content["timezone"], tables)


def _plain_words(output: str) -> str:
    """What dbt says, without its clock and its headings."""
    told = [line.strip() for line in output.splitlines()]
    said = [line for line in told if line and "Encountered an error" not in line and line[0] != ">"]
    return "\n".join(said) or "dbt said nothing."


def lines(sources: Sequence[Resolved], is_brief: bool = False) -> Iterator[str]:
    """The resolution for a terminal. `is_brief`: only what is recorded."""
    for number, source in enumerate(sources):
        if number:
            yield ""
        yield f"{source.name}: {source.crm}, landed in {source.raw_schema}, naive times in {source.timezone}"
        for table in source.tables:
            if table.raw_table is None:
                if not is_brief:
                    yield f"  {table.name}: {NOT_RECORDED}. No table named {' or '.join(table.known_as)}."
                continue
            yield f"  {table.name} <- {table.raw_table}"
            width = max(len(field.name) for field in table.fields)
            for field in table.fields:
                if field.raw or not is_brief:
                    yield f"    {field.name:<{width}}  {', else '.join(field.raw) or NOT_RECORDED}"
        missing = sum(not field.raw for table in source.tables for field in table.fields)
        absent = sum(table.raw_table is None for table in source.tables)
        yield (
            f"  {missing} fields and {absent} tables are not recorded. A field that goes by another name:"
            " say so under `fields:` or `tables:` of this source in the sources file."
        )
