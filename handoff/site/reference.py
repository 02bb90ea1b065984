"""Reference pages, written from what the project itself reads: dbt's yml, seeds, settings, commands.

Nothing here is kept by hand: a column added to a mart's yml is on the page with the next build of the site.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

from handoff.cli import command_line
from handoff.config import CRMS, KINDS, PROJECT, SHIPPED_POLICIES
from handoff.environment import SETTINGS
from handoff.policies import POLICIES
from handoff.policies.catalogue import Column

LAYERS = ("capture", "qualification", "routing", "action", "status", "outcome")


def pages() -> dict[str, str]:
    """Every generated page: its path in the site and its Markdown."""
    return {path: write() for path, write in PAGES.items()}


def tables_page() -> str:
    """The published tables with their grain, key and columns."""
    models = list(published_models())
    lines = [
        "# Published tables",
        "",
        "All are in `var/published/marts.duckdb`, schema `marts`, and beside it as `<table>.parquet`. The",
        "last sentence of each description is its grain: what one row is.",
        "",
        *_table(
            ["Table", "What it holds"],
            ([f"[`{m['name']}`](#{m['name']})", _first_sentence(_text(m))] for m in models),
        ),
    ]
    for model in models:
        lines += ["", f"## {model['name']}", "", _text(model), ""]
        key = _key(model)
        if key:
            lines += [f"Key: {', '.join(f'`{column}`' for column in key)}.", ""]
        rows = ([f"`{c['name']}`", c.get("data_type", ""), _column_text(c)] for c in model["columns"])
        lines += _table(["Column", "Type", "Meaning"], rows)
    return "\n".join(lines) + "\n"


def published_models() -> Iterator[dict[str, Any]]:
    """The dbt properties of every published table, by name; of the one that is no model, in the same form."""
    files = [
        *(PROJECT / "models" / "marts").glob("*.yml"),
        PROJECT / "handoff/publication/fct_quality_results.yml",
    ]
    for file in sorted(files, key=lambda file: file.name):
        yield from yaml.safe_load(file.read_text(encoding="utf-8")).get("models", [])


def findings_page() -> str:
    """The catalogue of findings, by layer, with an anchor for each code."""
    findings = _rows(SHIPPED_POLICIES / "findings.csv")
    order = {layer: place for place, layer in enumerate(LAYERS)}
    findings.sort(key=lambda finding: order[finding["layer"]])
    lines = [
        "# Findings",
        "",
        f"The {len(findings)} findings, by the layer that they break. A finding of severity medium or above",
        "breaks its layer; a low one leaves it ok. None fires where the CRM does not record what it needs.",
        "Which handoffs have which finding, since when and on what evidence:",
        "[`fct_handoff_findings`](tables.md#fct_handoff_findings).",
    ]
    for layer, of_layer in groupby(findings, key=lambda finding: finding["layer"]):
        lines += ["", f"## {layer.capitalize()}"]
        for finding in of_layer:
            lines += ["", f"### {finding['code']}", "", f"{_sentence(finding['fires_when'])}", ""]
            lines += [
                f"Severity **{finding['severity']}**, quality dimension {finding['quality_dimension']}, "
                f"confusion of {finding['confusion_type']}. Look first at: {finding['what_to_inspect']}. "
                f"{_who_mends(finding)}"
            ]
    return "\n".join(lines) + "\n"


def policies_page() -> str:
    """Every policy file: what it is for, its columns and what they take."""
    described = {seed["name"]: seed for seed in _seeds()}
    lines = [
        "# Policy files",
        "",
        "CSV files with a header, UTF-8. Copy the ones you want to change from `seeds/` into a folder of",
        "your own and set `HANDOFF_POLICIES` to it; what is missing there is taken from `seeds/`. Raw values",
        "match whatever their case and outer blanks; a `source_system` of `*` means any, a row of the own",
        "source wins over it. Dated files hold from `valid_from` (inclusive) to `valid_to` (exclusive).",
        "How to work with them:",
        "[Policies](../how-to/policies.md).",
    ]
    for policy in sorted(POLICIES.values(), key=lambda policy: policy.name):
        seed = described[policy.name]
        rows = len(_rows(SHIPPED_POLICIES / f"{policy.name}.csv"))
        shipped = f"Shipped with {rows} row{'' if rows == 1 else 's'}." if rows else "Shipped without rows."
        lines += ["", f"## {policy.name}", "", f"{_text(seed)} {shipped}", ""]
        if policy.keys:
            keys = "; nor in ".join(", ".join(f"`{column}`" for column in key) for key in policy.keys)
            dated = " on the same day" if policy.is_dated else ""
            lines += [f"No two rows may agree{dated} in {keys}.", ""]
        texts = {column["name"]: column["description"] for column in seed["columns"]}
        lines += _table(
            ["Column", "Takes", "Needed", "Meaning"],
            (
                [f"`{c.name}`", _takes(c), "yes" if c.is_required else "", texts.get(c.name, "")]
                for c in policy.columns
            ),
        )
    return "\n".join(lines) + "\n"


def settings_page() -> str:
    """The environment's settings, the sources file's keys, and the project's variables."""
    lines = [
        "# Settings",
        "",
        "## Environment",
        "",
        *_table(["Setting", "Meaning", "Default"], ([f"`{s.name}`", s.meaning, s.default] for s in SETTINGS)),
        "",
        "## The sources file",
        "",
        "`as_of` (optional) and `sources`, a list. Each source has a `name`, which becomes `source_system`",
        f"in every table, a `crm` ({', '.join(f'`{crm}`' for crm in CRMS)}), and `from`, which says where",
        "it is:",
        "",
        *_table(
            ["`kind`", "Needs", "May have"],
            (
                [
                    f"`{kind}`",
                    ", ".join(f"`{key}`" for key, is_needed in keys.items() if is_needed),
                    ", ".join(f"`{key}`" for key, is_needed in keys.items() if not is_needed),
                ]
                for kind, keys in KINDS.items()
            ),
        ),
        "",
        "Optional per source: `timezone` (of times without one, default UTC), `fields` (canonical name: your",
        "column) and `tables` (canonical table: your table). A key that ends in `_env` takes the name of an",
        "environment variable; secrets never stand in the file.",
        "",
        "## Variables of the dbt project",
        "",
        "Set them for a run of dbt by `--vars`, or for good in `dbt_project.yml`.",
        "",
        *_table(["Variable", "Meaning", "Default"], _variables()),
    ]
    return "\n".join(lines) + "\n"


def commands_page() -> str:
    """What make and the command line offer."""
    lines = ["# Commands", "", "## make", "", *_table(["Command", "What it does"], _make_targets())]
    lines += ["", "## python -m handoff", "", "Run it as `.venv/bin/python -m handoff …`.", ""]
    lines += _table(["Command", "What it does"], ([f"`{usage}`", text] for usage, text in command_line()))
    return "\n".join(lines) + "\n"


PAGES: Mapping[str, Callable[[], str]] = {
    "reference/tables.md": tables_page,
    "reference/findings.md": findings_page,
    "reference/policies.md": policies_page,
    "reference/settings.md": settings_page,
    "reference/commands.md": commands_page,
}


def _key(model: Mapping[str, Any]) -> Sequence[str]:
    for test in model.get("data_tests", []):
        if isinstance(test, Mapping) and "unique_grain" in test:
            columns: Sequence[str] = test["unique_grain"]["arguments"]["columns"]
            return columns
    return [column["name"] for column in model["columns"] if "unique" in column.get("data_tests", [])]


def _column_text(column: Mapping[str, Any]) -> str:
    text = _text(column)
    for test in column.get("data_tests", []):
        if isinstance(test, Mapping) and "accepted_values" in test:
            values = test["accepted_values"]["arguments"]["values"]
            text += f" One of {', '.join(f'`{value}`' for value in values)}."
    return text


def _seeds() -> Iterator[dict[str, Any]]:
    for file in sorted(SHIPPED_POLICIES.glob("_*.yml")):
        yield from yaml.safe_load(file.read_text(encoding="utf-8")).get("seeds", [])


def _takes(column: Column) -> str:
    if column.refers_to:
        policy, name = column.refers_to
        return f"a `{name}` of [{policy}](#{policy})"
    if column.choices:
        return ", ".join(f"`{choice}`" for choice in column.choices)
    return {
        "text": "text",
        "flag": "true or false",
        "number": "a number",
        "integer": "a whole number",
        "minutes": "minutes",
        "day": "a day, `2026-09-30`",
        "time": "a time, `09:00`; `24:00` allowed",
        "weekday": "1 (Monday) to 7",
        "timezone": "a time zone, `Europe/Berlin`",
    }[column.kind]


def _who_mends(finding: Mapping[str, str]) -> str:
    if not finding["who_acts"]:
        return "Nobody can mend it in a single handoff: mend the process."
    return f"On the worklist of: {finding['who_acts']} ({finding['what_to_do']})."


def _variables() -> Iterator[list[str]]:
    """The project's variables, each with the comment above it."""
    text = (PROJECT / "dbt_project.yml").read_text(encoding="utf-8")
    block = re.search(r"^vars:\n((?:  .*\n)+)", text, re.MULTILINE)
    for comment, name, value in re.findall(r"((?:  #.*\n)+)  (\w+): (.*)\n", block[1] if block else ""):
        yield [f"`{name}`", " ".join(line.strip(" #") for line in comment.splitlines()), value]


def _make_targets() -> Iterator[list[str]]:
    text = (PROJECT / "Makefile").read_text(encoding="utf-8")
    for target, meaning in re.findall(r'@echo "(make \S+)\s+(.*)"', text):
        yield [f"`{target}`", meaning]


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _text(described: Mapping[str, Any]) -> str:
    return " ".join(str(described.get("description", "")).split())


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=[.:]) (?=[A-Z])", text, maxsplit=1)[0].rstrip(":.") + "."


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "."


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [list(head), ["---"] * len(head), *rows]
    return [
        f"| {' | '.join(' '.join(str(cell).replace('|', '&#124;').split()) for cell in line)} |"
        for line in lines
    ]
