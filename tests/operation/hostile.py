"""A small CRM whose text is out to harm whoever stores, queries, publishes or shows it."""

from __future__ import annotations

import csv
from pathlib import Path

MEGABYTE = "x" * 1_000_000

# Each is a lead's source, which is published and shown; and part of its name, which is not.
HOSTILE = {
    "script": "<script>window.harmed = 1; fetch('http://127.0.0.1:9/script')</script>",
    "image": '"><img src=http://127.0.0.1:9/i onerror="window.harmed = 1">',
    "svg": "<svg/onload=window.harmed=1>",
    "template": "{{ 7 * 7 }}{% raw %}${7*7}",
    "formula": "=cmd|'/C calc'!A0",
    "hyperlink": '=HYPERLINK("http://127.0.0.1:9/h","click")',
    "plus": "+1+1",
    "at": "@SUM(1+1)*cmd|' /C calc'!A0",
    "sql": "x'; drop table marts.fct_handoffs; --",
    "quoted": '"; drop schema marts cascade; --',
    "right_to_left": "\u202egnp.exe\u202c \u2066hidden\u2069",
    "zero": "Paid\x00Search",
    "lines": "one\ntwo\r\nthree",
    "null_word": "NULL",
    "megabyte": MEGABYTE,
}

COLUMNS = (
    *("lead_id", "created_at", "email", "first_name", "company", "lifecycle_stage", "status"),
    *("original_source", "mql_at", "synced_at"),
)


def write_hostile_crm(folder: Path) -> dict[str, str]:
    """Write the landing folder; returns lead id -> its source."""
    folder.mkdir(parents=True)
    sources = {f"L{number}": text for number, text in enumerate(HOSTILE.values())}
    with (folder / "leads.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for lead, text in sources.items():
            name = "Jane Canary-Person " + text[:2000]
            email = f"{lead}@canary-person.example"
            stamp = "2026-09-01T09:00:00Z"
            status = text[:200] if text != MEGABYTE else "New"
            rows.writerow([lead, stamp, email, name, text[:2000], "mql", status, text, stamp, stamp])
        # A row that does not fit is set aside, and warns.
        rows.writerow(["L999", "too short"])
    with (folder / "owners.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(
            [("owner_id", "owner_type", "name", "team_id"), ("U1", "user", HOSTILE["script"], HOSTILE["sql"])]
        )
    return sources
