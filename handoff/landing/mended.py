"""The careful reading of a CSV that DuckDB cannot read without loss.

A quote that is never closed makes a reader take all that follows for one value. Here only the line on which
it opens is set aside, and the next line is read as a row again. From there to the place where the quote would
have closed, a row counts only if its quotes are in order: a line of a longer text must not pass for a record.
"""

from __future__ import annotations

import codecs
import mmap
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from handoff.landing.results import RejectedRow

_QUOTE = b'"'
_CHUNK = 1 << 20
# As much of a line as is kept for people to recognise it by.
_KEPT = 10_000


@dataclass(frozen=True)
class _Record:
    """A record: offset of the line end after it, its number of fields, and what is wrong with it."""

    end: int
    fields: int
    fault: str | None = None


def mend_csv(
    source: BinaryIO, copy: Path, name: str, delimiter: str, columns: Sequence[str]
) -> list[RejectedRow]:
    """Write a copy with one kind of line end and a blank line in place of each that is set aside.

    Blank lines are skipped by the reader and keep the line numbers. name: the file's, for the rows returned.
    """
    plain = copy.with_suffix(".plain")
    _with_plain_line_ends(source, plain)
    rejected: list[RejectedRow] = []
    if plain.stat().st_size == 0:
        copy.touch()
        return rejected
    with (
        plain.open("rb") as handle,
        copy.open("wb") as out,
        mmap.mmap(handle.fileno(), 0, prot=mmap.PROT_READ) as text,
    ):
        position, line, doubtful_until = 0, 1, 0
        while position < len(text):
            is_strict = position < doubtful_until
            record = _judged_record(text, position, delimiter.encode(), len(columns), is_strict=is_strict)
            if record.fault:
                line_end = _line_end(text, position)
                column = columns[record.fields - 1] if 0 < record.fields <= len(columns) else None
                raw = text[position : min(line_end, position + _KEPT)].decode("utf-8", errors="replace")
                rejected.append(RejectedRow(name, line, column, record.fault, raw))
                doubtful_until = max(doubtful_until, record.end)
                out.write(b"\n")
                position = line_end + 1
                line += 1
            else:
                row = text[position : record.end]
                out.write(row + b"\n")
                position = record.end + 1
                line += 1 + row.count(b"\n")
    plain.unlink()
    return rejected


def _judged_record(
    text: mmap.mmap, position: int, delimiter: bytes, columns: int, *, is_strict: bool
) -> _Record:
    """The record that starts here. One of several lines must also have the columns of the header."""
    line_end = _line_end(text, position)
    if text.find(_QUOTE, position, line_end) < 0:
        return _Record(line_end, 0)
    record = _record_at(text, position, delimiter, is_strict=is_strict)
    if record.fault or record.end == line_end or record.fields == columns:
        return record
    counts = f"{record.fields} columns where the header has {columns}"
    return replace(record, fault=f"a quote opens a text of several lines, which leaves {counts}")


def _with_plain_line_ends(source: BinaryIO, plain: Path) -> None:
    with plain.open("wb") as out:
        carried = source.read(len(codecs.BOM_UTF8)).removeprefix(codecs.BOM_UTF8)
        while chunk := source.read(_CHUNK):
            chunk = carried + chunk
            # The line feed of a pair may be in the next chunk.
            carried = b"\r" if chunk.endswith(b"\r") else b""
            chunk = chunk[: len(chunk) - len(carried)]
            out.write(chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
        out.write(carried.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))


def _line_end(text: mmap.mmap, position: int) -> int:
    end = text.find(b"\n", position)
    return len(text) if end < 0 else end


def _record_at(text: mmap.mmap, start: int, delimiter: bytes, *, is_strict: bool) -> _Record:
    """The record that starts here, by RFC 4180. is_strict: a quote inside an unquoted value is a fault."""
    position, fields = start, 0
    while True:
        fields += 1
        if text[position : position + 1] == _QUOTE:
            close = _closing_quote(text, position + 1)
            if close < 0:
                return _Record(len(text), fields, "a quote opens here and never closes")
            after = close + 1
            if after < len(text) and text[after : after + 1] not in (delimiter, b"\n"):
                fault = "a quote opens here and closes in the middle of a value"
                return _Record(_line_end(text, after), fields, fault)
        else:
            line_end = _line_end(text, position)
            next_delimiter = text.find(delimiter, position, line_end)
            after = line_end if next_delimiter < 0 else next_delimiter
            if is_strict and text.find(_QUOTE, position, after) >= 0:
                return _Record(
                    line_end, fields, "follows a quote that never closes, and has one out of place itself"
                )
        if after >= len(text) or text[after : after + 1] == b"\n":
            return _Record(after, fields)
        position = after + 1


def _closing_quote(text: mmap.mmap, position: int) -> int:
    """Offset of the quote that closes a value, doubled ones passed over; -1 where none does."""
    while True:
        found = text.find(_QUOTE, position)
        if found < 0 or text[found + 1 : found + 2] != _QUOTE:
            return found
        position = found + 2
