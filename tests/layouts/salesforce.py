"""The demo's Salesforce org in the layouts of the tools that land one."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from tests.layouts.files import Row, Tables, write_csv, write_jsonl, write_parquet
from tests.layouts.naming import api_name, lowered, snake

SYNCED = "_fivetran_synced"
# dlt's verified source lands no history and no groups.
NOT_BY_DLT = ("LeadHistory", "Group", "GroupMember")


def read_org(landing: Path) -> Tables:
    """The org as Salesforce names it, from what the demo wrote as Fivetran lands it. Sync stamps are kept."""
    return {
        api_name(path.stem): [
            {name if name == SYNCED else api_name(name): value for name, value in row.items()}
            for row in pq.read_table(path).to_pylist()
        ]
        for path in sorted(landing.glob("*.parquet"))
    }


def respelled(
    org: Tables, table: Callable[[str], str], column: Callable[[str], str], stamps: Callable[[Row, int], Row]
) -> Tables:
    """The org with every name spelled anew; `stamps` gives a tool's own columns for a row."""
    return {
        table(name): [
            {column(key): value for key, value in row.items() if key != SYNCED} | stamps(row, number)
            for number, row in enumerate(rows)
        ]
        for name, rows in org.items()
    }


def airbyte(org: Tables, folder: Path) -> None:
    """Airbyte today: streams and columns by the names of the API."""
    write_parquet(folder, respelled(org, str, str, _airbyte_stamps))


def _airbyte_stamps(row: Row, number: int) -> Row:
    return {
        "_airbyte_raw_id": f"raw-{number}",
        "_airbyte_extracted_at": row[SYNCED],
        "_airbyte_meta": '{"changes":[],"sync_id":7}',
        "_airbyte_generation_id": 1,
    }


def airbyte_older(org: Tables, folder: Path) -> None:
    """Airbyte before destinations V2, in a warehouse of capitals: normalised tables, an emission stamp."""

    def stamps(row: Row, number: int) -> Row:
        return {
            "_AIRBYTE_AB_ID": f"ab-{number}",
            "_AIRBYTE_EMITTED_AT": row[SYNCED],
            "_AIRBYTE_NORMALIZED_AT": row[SYNCED],
            "_AIRBYTE_ROW_HASHID": f"hash-{number}",
        }

    write_jsonl(folder, respelled(org, str.upper, str.upper, stamps))


def pyairbyte(org: Tables, folder: Path) -> None:
    """PyAirbyte's cache: lower case, words run together."""

    def stamps(row: Row, number: int) -> Row:
        return {key: value for key, value in _airbyte_stamps(row, number).items() if "generation" not in key}

    write_parquet(folder, respelled(org, lowered, lowered, stamps))


def dlt(org: Tables, folder: Path) -> None:
    """dlt's verified source: snake case, and neither history nor groups."""

    def stamps(row: Row, number: int) -> Row:
        return {"_dlt_load_id": f"{row[SYNCED].timestamp():.6f}", "_dlt_id": f"dlt{number}"}

    landed = {name: rows for name, rows in org.items() if name not in NOT_BY_DLT}
    write_parquet(
        folder, respelled(landed, lambda name: "sf_user" if name == "User" else snake(name), snake, stamps)
    )


def stitch(org: Tables, folder: Path) -> None:
    """Stitch: lower case, and a column of history values per type that it met."""

    def stamps(row: Row, number: int) -> Row:
        return {
            "_sdc_batched_at": row[SYNCED],
            "_sdc_extracted_at": row[SYNCED],
            "_sdc_received_at": row[SYNCED],
            "_sdc_sequence": 1_767_603_540_000 + number,
            "_sdc_table_version": 1,
        }

    tables = respelled(org, lowered, lowered, stamps)
    for row in tables["leadhistory"]:
        for name in ("oldvalue", "newvalue"):
            row[f"{name}__st"] = row.pop(name)
            row[f"{name}__bo"] = row[f"{name}__de"] = row[f"{name}__fl"] = None
    write_parquet(folder, tables)


def export(org: Tables, folder: Path) -> None:
    """The org's own CSV export: today's version of every record, blank for false, the address in JSON."""
    tables = {
        name: [{key: value for key, value in row.items() if key != SYNCED} for row in newest(rows)]
        for name, rows in org.items()
    }
    for lead in tables["Lead"]:
        lead["Address"] = json.dumps(
            {"city": None, "country": lead["Country"], "state": lead["State"], "street": 'Main "1", back'}
        )
    write_csv(folder, tables)


def newest(rows: list[Row]) -> list[Row]:
    """The version of the latest sync of each record."""
    latest: dict[Any, Row] = {}
    for row in rows:
        kept = latest.get(row["Id"])
        if kept is None or _synced(row) >= _synced(kept):
            latest[row["Id"]] = row
    return list(latest.values())


def _synced(row: Row) -> datetime:
    stamp: datetime = row[SYNCED]
    return stamp


def without(landing: Path, folder: Path, tables: tuple[str, ...]) -> None:
    """As Fivetran lands it, but for some tables."""
    folder.mkdir(parents=True)
    for path in landing.glob("*.parquet"):
        if api_name(path.stem) not in tables:
            (folder / path.name).write_bytes(path.read_bytes())
