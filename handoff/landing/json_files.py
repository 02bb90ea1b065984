"""JSON lines: top-level keys become columns of text, nested values JSON text; other lines are set aside."""

from __future__ import annotations

import codecs
import json
from collections.abc import Container
from dataclasses import replace
from pathlib import Path

import duckdb

from handoff.landing.csv_files import open_binary
from handoff.landing.folders import DataFile
from handoff.landing.plans import ReadPlan, literal, quoted, readable_path, text_columns, unique_names
from handoff.landing.results import RejectedRow, UnreadableFile

# Of a line longer than this DuckDB's reader makes an error.
_LONGEST_LINE = 16_000_000
_KEPT = 10_000


def plan_jsonl(
    connection: duckdb.DuckDBPyConnection, file: DataFile, scratch: Path
) -> tuple[ReadPlan, list[RejectedRow]]:
    """How to read JSON lines, and the lines that are set aside: then a copy in `scratch` is what is read.

    Raises:
        UnreadableFile: it holds no JSON object at all.
    """
    keys = _keys(connection, file, scratch)
    rejected: list[RejectedRow] = []
    if None in keys:
        file, rejected = _without_bad_lines(connection, file, scratch)
        keys = [key for key in _keys(connection, file, scratch) if key is not None]
    if not keys:
        raise UnreadableFile("holds no line that is a JSON object; export it as JSON lines")
    names = [str(key) for key in keys]
    columns = unique_names(names)
    path = literal(readable_path(file.path, scratch))
    reader = f"{path}, format = 'newline_delimited', compression = '{_compression(file)}'"
    if columns == names:
        select = f"select * from read_json({reader}, auto_detect = false, columns = {text_columns(columns)})"
    else:
        # Keys that the warehouse cannot tell apart or hold as they are have to be fetched by pointer.
        pointers = ", ".join(literal("/" + name.replace("~", "~0").replace("/", "~1")) for name in names)
        fetched = ", ".join(f"held[{place}] as {quoted(name)}" for place, name in enumerate(columns, 1))
        select = (
            f"select {fetched} from (select json_extract_string(json, [{pointers}]) as held"
            f" from read_json_objects({reader}))"
        )
    return ReadPlan(select, dict.fromkeys(columns, "VARCHAR")), rejected


def _compression(file: DataFile) -> str:
    return "gzip" if file.is_gzipped else "uncompressed"


def _keys(connection: duckdb.DuckDBPyConnection, file: DataFile, scratch: Path) -> list[str | None]:
    """Every top-level key, those of the first lines first; None stands for lines that are no object."""
    reader = (
        f"read_json_objects({literal(readable_path(file.path, scratch))}, format = 'newline_delimited',"
        f" ignore_errors = true, compression = '{_compression(file)}')"
    )
    rows = connection.execute(
        f"with lines as (select json, row_number() over () as line from {reader}),"
        " keys as (select line,"
        " unnest(case when json_type(json) = 'OBJECT' then json_keys(json) else [null] end) as key"
        " from lines) select key from keys group by key order by min(line), key"
    )
    return [key for (key,) in rows.fetchall()]


def _without_bad_lines(
    connection: duckdb.DuckDBPyConnection, file: DataFile, scratch: Path
) -> tuple[DataFile, list[RejectedRow]]:
    """A copy without the lines that are no JSON object, and those lines."""
    copy = replace(file, path=scratch / "mended.jsonl", is_gzipped=False)
    _copy_lines(file, copy, frozenset())
    # DuckDB is the one judge of what JSON is: Python's parser is stricter here and laxer there.
    refused = connection.execute(
        "select line from (select json, row_number() over () as line from read_json_objects("
        f"{literal(str(copy.path))}, format = 'newline_delimited', ignore_errors = true))"
        " where json is null or json_type(json) <> 'OBJECT'"
    ).fetchall()
    return copy, _copy_lines(file, copy, frozenset(line for (line,) in refused))


def _copy_lines(file: DataFile, copy: DataFile, refused: Container[int]) -> list[RejectedRow]:
    """Copy the lines that are text, but for those whose number in the full copy is in `refused`."""
    rejected: list[RejectedRow] = []
    copied = 0
    with open_binary(file.path, is_gzipped=file.is_gzipped) as lines, copy.path.open("wb") as out:
        for number, line in enumerate(lines, start=1):
            text = line.removeprefix(codecs.BOM_UTF8).strip()
            if not text:
                continue
            fault = _fault_of_text(text)
            copied += not fault
            if not fault and copied in refused:
                fault = _fault_of_json(text)
            if fault:
                raw = text[:_KEPT].decode("utf-8", errors="replace")
                rejected.append(RejectedRow(file.name, number, None, fault, raw))
            else:
                out.write(text + b"\n")
    return rejected


def _fault_of_text(line: bytes) -> str | None:
    if len(line) > _LONGEST_LINE:
        return f"the line is longer than {_LONGEST_LINE:,} bytes"
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return "the text is not UTF-8; export the file as UTF-8"
    return None


def _fault_of_json(line: bytes) -> str:
    """What is wrong with a line that is no JSON object, in words."""
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        return f"no valid JSON at character {error.colno}: {error.msg}"
    except (ValueError, RecursionError) as error:
        return f"no valid JSON: {error}"
    if isinstance(value, dict):
        return "no valid JSON: a character in it is half of one"
    return f"holds {'a list' if isinstance(value, list) else 'a single value'}, not an object"
