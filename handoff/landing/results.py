"""What a landing says of itself: files, tables, sources, and what stopped it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from handoff.landing.drift import ColumnDrift

TableStatus = Literal["landed", "appended", "unchanged", "unreadable", "in place"]


class LandingError(Exception):
    """The landing could not be done; what was landed before is untouched. The message names the mend.

    may_pass: whether the very same landing may succeed in a while, with nothing mended by anybody.
    """

    def __init__(self, message: str, *, may_pass: bool = False) -> None:
        """Take the message, in whole sentences."""
        self.may_pass = may_pass
        super().__init__(message)


class UnreadableFile(Exception):
    """One file that cannot be read as what its ending says; it is named and set aside."""


@dataclass(frozen=True)
class RejectedRow:
    """A row that could not be parsed. line: 1-based physical line of the file; column: where known."""

    file: str
    line: int | None
    column: str | None
    error: str
    raw: str | None


@dataclass(frozen=True)
class FileLoad:
    """What one file gave. rows_set_aside counts rows (lines where a quote swallowed them), bytes the file."""

    file: str
    rows_landed: int
    rows_set_aside: int
    bytes: int
    content_hash: str
    modified_ns: int
    rejected: tuple[RejectedRow, ...] = ()
    error: str | None = None


@dataclass(frozen=True)
class TableLanding:
    """What happened to one raw table. `loads` holds the files read or tried in this landing.

    files: how many the table is made of, 0 where it comes from no files. rows: all that it holds.
    rows_new: those that this landing added or replaced.
    """

    table: str
    status: TableStatus
    files: int
    rows: int
    loads: tuple[FileLoad, ...] = ()
    rows_new: int = 0
    drift: tuple[ColumnDrift, ...] = ()

    @property
    def rows_set_aside(self) -> int:
        """Rows of this landing's files that could not be parsed."""
        return sum(load.rows_set_aside for load in self.loads)


@dataclass(frozen=True)
class SourceLanding:
    """What happened to one source. left_out: names found beside the tables that are no tables.

    remarks: what else is worth knowing, in words: a table that the login may not read.
    """

    name: str
    tables: tuple[TableLanding, ...]
    left_out: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass
class LandingReport:
    """The whole landing. landed_at: naive UTC, the same for every row landed now."""

    landed_at: datetime
    sources: list[SourceLanding] = field(default_factory=list)

    @property
    def has_changed(self) -> bool:
        """Whether any table differs from the landing before."""
        return any(
            table.status in ("landed", "appended") for source in self.sources for table in source.tables
        )

    def lines(self) -> Iterator[str]:
        """The report for a terminal, one readable line each."""
        for source in self.sources:
            for table in source.tables:
                rows = f"{table.rows:,} row{'' if table.rows == 1 else 's'}"
                files = f", {table.files} file{'' if table.files == 1 else 's'}" if table.files else ""
                yield f"{source.name}.{table.table}: {rows}{files}, {table.status}"
                for load in table.loads:
                    yield from _faults_of(source.name, load)
                for drift in table.drift:
                    yield f"  {source.name}.{table.table}: {drift}"
            if source.left_out:
                yield f"{source.name}: left out, as no csv, parquet or jsonl: {', '.join(source.left_out)}"
            for remark in source.remarks:
                yield f"{source.name}: {remark}"


def _faults_of(source: str, load: FileLoad, shown: int = 5) -> Iterator[str]:
    if load.error:
        yield f"  {source}/{load.file}: set aside: {load.error}"
    for row in load.rejected[:shown]:
        column = f", column {row.column}" if row.column else ""
        yield f"  {source}/{load.file}, line {row.line}{column}: set aside: {row.error}"
    if len(load.rejected) > shown:
        yield f"  {source}/{load.file}: {len(load.rejected) - shown:,} more in landing.rejected_rows"
