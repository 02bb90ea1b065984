"""Writes the tables of a layout into a folder, as the tool would leave them there."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

Row = dict[str, Any]
Tables = dict[str, list[Row]]


def columns_of(rows: Iterable[Row]) -> list[str]:
    """Every column of the rows, in order of appearance."""
    return list(dict.fromkeys(name for row in rows for name in row))


def write_parquet(folder: Path, tables: Mapping[str, list[Row]]) -> None:
    """One Parquet file per table, typed by its values; instants with their zone."""
    folder.mkdir(parents=True)
    for table, rows in tables.items():
        columns = {name: _array([row.get(name) for row in rows]) for name in columns_of(rows)}
        pq.write_table(pa.table(columns), folder / f"{table}.parquet")


def _array(values: list[Any]) -> pa.Array:
    aware = [value.replace(tzinfo=UTC) if isinstance(value, datetime) else value for value in values]
    array = pa.array(aware)
    return array.cast(pa.string()) if pa.types.is_null(array.type) else array


def write_jsonl(folder: Path, tables: Mapping[str, list[Row]]) -> None:
    """One gzipped file of JSON lines per table; instants and dates as ISO text, UTC."""
    folder.mkdir(parents=True)
    for table, rows in tables.items():
        names = columns_of(rows)
        with gzip.open(folder / f"{table}.jsonl.gz", "wt", encoding="utf-8", compresslevel=1) as lines:
            for row in rows:
                lines.write(json.dumps({name: _iso(row.get(name)) for name in names}) + "\n")


def _iso(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds") + "Z"
    return value.isoformat() if isinstance(value, date) else value


def write_csv(folder: Path, tables: Mapping[str, list[Row]], false: str = "", true: str = "1") -> None:
    """One CSV per table as a CRM exports it: a byte order mark, flags as `true` and `false` say."""
    folder.mkdir(parents=True)
    for table, rows in tables.items():
        names = columns_of(rows)
        with (folder / f"{table}.csv").open("w", encoding="utf-8-sig", newline="") as lines:
            writer = csv.writer(lines)
            writer.writerow(names)
            for row in rows:
                writer.writerow(
                    [
                        {True: true, False: false}[value] if isinstance(value, bool) else _iso_offset(value)
                        for value in (row.get(name) for name in names)
                    ]
                )


def _iso_offset(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds") + "+0000"
    return value
