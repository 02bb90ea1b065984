"""The worklist as a CSV file that a spreadsheet opens without running anything in it."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

import duckdb

from handoff.publication.layout import MARTS_SCHEMA, STORED_FILE

COLUMNS = (
    *("priority", "who", "owner", "team", "what", "due_since", "days_overdue", "why", "what_to_inspect"),
    *("things_to_do", "source_system", "lead_id", "handoff_number", "finding_code", "crm_link"),
)
# What makes a spreadsheet read a cell as a formula, full-width twins included.
_FORMULA_STARTS = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "\N{FULLWIDTH EQUALS SIGN}",
    "\N{FULLWIDTH PLUS SIGN}",
    "\N{FULLWIDTH HYPHEN-MINUS}",
    "\N{FULLWIDTH COMMERCIAL AT}",
)


def write_worklist(folder: Path, target: Path) -> int:
    """Write the worklist of a publication folder and return its number of rows.

    UTF-8 with a mark, so that Excel reads names right. Raises duckdb.Error where the mart lacks a column.
    """
    path = str(folder / STORED_FILE).replace("'", "''")
    with duckdb.connect() as connection:
        connection.execute(f"attach '{path}' as publication (read_only)")
        connection.execute(f"use publication.{MARTS_SCHEMA}")
        rows = connection.execute(
            """
            select
                worklist.priority,
                worklist.who,
                coalesce(owners.queue_label, owners.owner_label, worklist.owner_id),
                worklist.team_id,
                worklist.what,
                worklist.due_since,
                round(worklist.days_overdue, 1),
                worklist.why,
                worklist.what_to_inspect,
                worklist.things_to_do,
                worklist.source_system,
                worklist.lead_id,
                worklist.handoff_number,
                worklist.finding_code,
                worklist.crm_link
            from fct_worklist as worklist
            left join dim_owners as owners
                on worklist.source_system = owners.source_system and worklist.owner_id = owners.owner_id
            order by worklist.priority
            """
        ).fetchall()
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(COLUMNS)
        writer.writerows([safe(value) for value in row] for row in rows)
    return len(rows)


def safe(value: object) -> str:
    """Return a cell's text; one that a spreadsheet would read as a formula begins with an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, int | float):
        return str(value)
    text = str(value).replace("\x00", "")
    return f"'{text}" if text.lstrip(" \u00a0\ufeff").startswith(_FORMULA_STARTS) else text
