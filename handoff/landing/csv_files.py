"""CSV files: every column as text, strict, with what cannot be parsed named and set aside.

DuckDB's own reader does the work. Two things it does not do are done here: rows that an unbalanced quote
swallows (its parallel reader drops some of them without a word), and mixed line ends (it refuses the file).
Such a file is read a second time from a mended copy, see `mended`.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, cast

import duckdb

from handoff.landing.folders import DataFile
from handoff.landing.mended import mend_csv
from handoff.landing.plans import ReadPlan, literal, readable_path, text_columns, unique_names
from handoff.landing.results import RejectedRow, UnreadableFile

_HEADER_BYTES = 8 << 20
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_WORDS = {
    "INVALID ENCODING": "the text is not UTF-8; export the file as UTF-8",
    "LINE SIZE OVER MAXIMUM": "the row is longer than 2,000,000 bytes",
}


@dataclass(frozen=True)
class Dialect:
    """How a CSV is written. skipped: blank lines before the header."""

    delimiter: str
    columns: list[str]
    skipped: int

    @classmethod
    def of(cls, file: DataFile) -> Dialect:
        """Read the header of a CSV.

        Raises:
            UnreadableFile: there is none, or it is not UTF-8 text.
        """
        with open_binary(file.path, is_gzipped=file.is_gzipped) as handle:
            start = handle.read(_HEADER_BYTES).removeprefix(codecs.BOM_UTF8)
        # Bytes that are no text stand for themselves here: in a row they are named when it is read.
        text = start.decode("utf-8", errors="surrogateescape").replace("\r\n", "\n").replace("\r", "\n")
        header = text.lstrip("\n")
        if not header.strip():
            raise UnreadableFile("holds nothing but blank lines; export it again or remove it")
        first_line = _QUOTED.sub("", header).split("\n", 1)[0]
        delimiter = max([",", ";", "\t", "|"], key=first_line.count)
        try:
            names = next(csv.reader(io.StringIO(header, newline=""), delimiter=delimiter, strict=True))
            title = "".join(names)
            title.encode("utf-8")
        except csv.Error as error:
            raise UnreadableFile(f"has a header that cannot be parsed ({error}); export it again") from error
        except UnicodeEncodeError as error:
            raise UnreadableFile("is not UTF-8 text; export it as UTF-8") from error
        if "\x00" in title:
            raise UnreadableFile("is not text; export it as CSV in UTF-8")
        return cls(delimiter, unique_names(names), len(text) - len(header))


@contextmanager
def open_binary(path: Path, *, is_gzipped: bool) -> Iterator[BinaryIO]:
    """The bytes of a file, unpacked where it is gzipped.

    Raises:
        UnreadableFile: it is gone, or may not be opened.
    """
    with ExitStack() as opened:
        try:
            if is_gzipped:
                handle = cast(BinaryIO, opened.enter_context(gzip.open(path, "rb")))
            else:
                handle = opened.enter_context(path.open("rb"))
        except OSError as error:
            raise UnreadableFile(f"cannot be opened ({error.strerror})") from error
        yield handle


def in_utf8(file: DataFile, scratch: Path) -> DataFile:
    """The file itself, or where it says to be UTF-16 (Excel's "Unicode text") a copy of it in UTF-8.

    Raises:
        UnreadableFile: it is not what it says.
    """
    with open_binary(file.path, is_gzipped=file.is_gzipped) as handle:
        if not handle.read(2).startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return file
    copy = scratch / "utf8.csv"
    try:
        with (
            open_binary(file.path, is_gzipped=file.is_gzipped) as handle,
            io.TextIOWrapper(handle, encoding="utf-16", newline="") as text,
            copy.open("w", encoding="utf-8", newline="") as out,
        ):
            shutil.copyfileobj(text, out)
    except UnicodeError as error:
        raise UnreadableFile(f"says to be UTF-16 and is not ({error}); export it as UTF-8") from error
    return replace(file, path=copy, is_gzipped=False)


def plan_csv(file: DataFile, scratch: Path) -> ReadPlan:
    """How to read a CSV in UTF-8.

    Raises:
        UnreadableFile: it has no header that can be read.
    """
    dialect = Dialect.of(file)
    select = (
        f"select * from read_csv({literal(readable_path(file.path, scratch))}, auto_detect = false,"
        f" header = true, skip = {dialect.skipped}, delim = {literal(dialect.delimiter)}, quote = '\"',"
        " escape = '\"', strict_mode = true, null_padding = false, store_rejects = true, rejects_limit = 0,"
        " rejects_table = 'set_aside', rejects_scan = 'set_aside_scans',"
        f" columns = {text_columns(dialect.columns)},"
        f" compression = {literal('gzip' if file.is_gzipped else 'none')})"
    )
    return ReadPlan(select, dict.fromkeys(dialect.columns, "VARCHAR"))


def forget_rejects(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop what DuckDB noted of the read before; to be called ahead of each read."""
    connection.execute("drop table if exists set_aside")
    connection.execute("drop table if exists set_aside_scans")


def rejects(connection: duckdb.DuckDBPyConnection, file: DataFile) -> tuple[list[RejectedRow], bool]:
    """The rows that the last read set aside, one each, and whether a quote has swallowed others.

    Lines are physical lines of the file: DuckDB counts records, which differ where a text holds line ends.
    """
    found = connection.execute(
        "select line_byte_position - 1, min_by(column_name, place), min_by(error_type, place),"
        # A row too long is noted once for each value too many: the last note has the full count.
        " if(min_by(error_type, place) = 'TOO MANY COLUMNS', max_by(error_message, place),"
        " min_by(error_message, place)), min_by(csv_line, place)"
        " from (select *, coalesce(column_idx, 0) as place from set_aside)"
        " group by line_byte_position order by line_byte_position"
    ).fetchall()
    swallowed = any(kind == "UNQUOTED VALUE" or "\n" in (raw or "") for _, _, kind, _, raw in found)
    lines = line_numbers(file, [offset for offset, *_ in found])
    rows = [
        RejectedRow(file.name, line, column, _in_words(kind, message), raw)
        for line, (_, column, kind, message, raw) in zip(lines, found, strict=True)
    ]
    return rows, swallowed


def _in_words(kind: str, message: str) -> str:
    counts = re.match(r"Expected Number of Columns: (\d+) Found: (\d+)", message or "")
    if counts:
        return f"the row has {counts[2]} columns and the header {counts[1]}"
    return _WORDS.get(kind, (message or kind).splitlines()[0])


def line_numbers(file: DataFile, offsets: Sequence[int]) -> list[int]:
    """The physical line (1-based) of each byte offset, given in ascending order."""
    if not offsets:
        return []
    numbers: list[int] = []
    with open_binary(file.path, is_gzipped=file.is_gzipped) as handle:
        line_end = b"\n"
        passed, line = 0, 1
        for offset in offsets:
            while passed < offset and (chunk := handle.read(min(1 << 20, offset - passed))):
                if passed == 0 and b"\n" not in chunk and b"\r" in chunk:
                    line_end = b"\r"
                line += chunk.count(line_end)
                passed += len(chunk)
            numbers.append(line)
    return numbers


def mended_copy(file: DataFile, scratch: Path) -> tuple[DataFile, list[RejectedRow]]:
    """A copy of a CSV that DuckDB reads without loss, and the lines that were taken out of it.

    Raises:
        UnreadableFile: even so it is no CSV.
    """
    dialect = Dialect.of(file)
    copy = scratch / "mended.csv"
    with open_binary(file.path, is_gzipped=file.is_gzipped) as handle:
        rows = mend_csv(handle, copy, file.name, dialect.delimiter, dialect.columns)
    return replace(file, path=copy, is_gzipped=False), rows
