"""A CRM that arrives load by load: late, out of order, changed afterwards, deleted, synced again.

A world is written as it stands in the end. Every source then gets a history of its own, drawn at random: each
row has the load that first holds it, some the load from which on they are gone, and some held other values at
first. The last load is not the world itself: what was deleted stays away.

One source adds to each table a file of what is new, another brings again the parts of a table in which
anything changed, a third all of it. With each load but the first a policy loses rows.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import yaml

from handoff.policies import check

# Of the rows, how many the first load lacks; of those that it holds, how many change, vanish, or come twice.
LATE, CHANGED, DELETED, SYNCED_AGAIN = 0.02, 0.01, 0.003, 0.01
# How often a source comes as one or the other, and in how many parts.
ADDS, BRINGS_PARTS, BRINGS_ALL = WAYS = ("adds", "brings parts", "brings all")
SHARES = (6, 2, 2)
PARTS = 20
# What people and accounts are is asked of all leads: of these few rows more change.
CHANGED_PEOPLE = 0.04
PEOPLE = ("owners", "queue_members", "accounts", "campaigns", "user", "account")
SYNCED = ("synced_at", "_fivetran_synced", "_airbyte_extracted_at")
# A source that is exported by hand: text alone, `1` for true and nothing for false.
EXPORTED = "demo_plain"

Row = dict[str, Any]


@dataclass(frozen=True)
class Entry:
    """A row through the loads.

    first, last: the loads that hold it. before: its values until the load `changed`. again: the load from
    which on it stands there twice, as synced twice. part: the part of its table that it lies in.
    """

    row: Row
    before: Row
    first: int
    last: int
    changed: int
    again: int
    part: int

    def is_new(self, load: int) -> bool:
        """Whether the load is the first that holds the row as it is."""
        is_changed = load == self.changed and self.row is not self.before
        return load == self.first or (load > self.first and (is_changed or load == self.again))


@dataclass(frozen=True)
class Table:
    """A file of the world, whose rows the loads bring as files of its own kind, in its source's way."""

    path: Path
    way: str
    columns: Sequence[str]
    schema: pa.Schema | None
    entries: Sequence[Entry]

    @property
    def ending(self) -> str:
        """How its files end."""
        return ".csv" if self.path.parent.name == EXPORTED else "".join(self.path.suffixes)


@dataclass
class Loads:
    """The loads of a world. `folder` holds what one reads: sources.yml, policies, landing.

    policy: the one that lost rows with the last load.
    """

    world: Path
    folder: Path
    count: int
    rng: random.Random
    tables: list[Table] = field(default_factory=list)
    policy: str = ""

    def __post_init__(self) -> None:
        """Draw a history for every row of the world."""
        for source in sorted((self.world / "landing").iterdir()):
            (way,) = self.rng.choices(WAYS, SHARES)
            for path in sorted(source.iterdir()):
                columns, schema, rows = _read(path)
                entries = list(self._entries(_table_of(path), rows, PARTS if way == BRINGS_PARTS else 1))
                self.tables.append(Table(path.relative_to(self.world), way, columns, schema, entries))
        self.sources = yaml.safe_load((self.world / "sources.yml").read_text(encoding="utf-8"))
        last = datetime.fromisoformat(str(self.sources["as_of"]))
        back = sorted((self.rng.choice([0, 3, 24, 24 * 9, 24 * 30]) for _ in range(self.count)), reverse=True)
        self.instants = [last - timedelta(hours=hours) for hours in back]
        shutil.copytree(self.world / "policies", self.folder / "policies")

    def _entries(self, table: str, rows: Sequence[Row], parts: int) -> Iterator[Entry]:
        share = CHANGED_PEOPLE if table in PEOPLE else CHANGED
        for row in rows:
            draw = self.rng.random
            later = self.rng.randrange(1, self.count)
            yield Entry(
                row,
                self._before(row, rows) if draw() < share else row,
                first=self.rng.randrange(1, self.count) if draw() < LATE and table != "leads" else 0,
                last=later - 1 if draw() < DELETED else self.count,
                changed=later,
                again=self.rng.randrange(self.count)
                if draw() < SYNCED_AGAIN and _synced(row)
                else self.count,
                part=self.rng.randrange(parts),
            )

    def _before(self, row: Row, rows: Sequence[Row]) -> Row:
        """The same record with up to three other values, which other records hold."""
        columns = [name for name in list(row)[1:] if name not in SYNCED]
        drawn = self.rng.sample(columns, min(len(columns), self.rng.randint(1, 3)))
        return row | {name: self.rng.choice(rows).get(name) for name in drawn}

    def write(self, load: int) -> None:
        """Put what the load holds into `folder`; files that did not change are not written."""
        if load:
            self._take_rows_from_a_policy()
        for table in self.tables:
            folder = self.folder / table.path.parent / _table_of(table.path)
            folder.mkdir(parents=True, exist_ok=True)
            for name, rows in _files(table, load).items():
                _replace(folder / f"{name}{table.ending}", _as_file(table, rows))
        self.sources["as_of"] = self.instants[load].astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        text = yaml.safe_dump(self.sources, sort_keys=False)
        (self.folder / "sources.yml").write_text(text, encoding="utf-8")

    def _take_rows_from_a_policy(self) -> None:
        """Take one row in three from any policy without which the policies still hold together."""
        paths = sorted((self.folder / "policies").glob("*.csv"))
        for path in self.rng.sample(paths, len(paths)):
            before = path.read_bytes()
            columns, *rows = before.splitlines(keepends=True)
            kept = [row for row in rows if self.rng.random() > 1 / 3]
            path.write_bytes(b"".join([columns, *kept]))
            if kept != rows and not check(self.folder / "policies"):
                self.policy = path.stem
                return
            path.write_bytes(before)
        raise LookupError(f"no policy of {self.folder} can do without some of its rows")


def _files(table: Table, load: int) -> dict[int, list[Row]]:
    """What a load writes, by the name of the file."""
    if table.way == ADDS:
        added = [row for entry in table.entries if entry.is_new(load) for row in _rows(entry, load)[-1:]]
        return {load: added} if added or not load else {}
    files: dict[int, list[Row]] = {entry.part: [] for entry in table.entries} or {0: []}
    for entry in table.entries:
        files[entry.part].extend(_rows(entry, load))
    return files


def _rows(entry: Entry, load: int) -> list[Row]:
    """The row as a load holds it, and as it was synced again; nothing where the load does not hold it."""
    if not entry.first <= load <= entry.last:
        return []
    row = entry.row if load >= entry.changed else entry.before
    return [row, _synced_later(row)] if load >= entry.again else [row]


def _table_of(path: Path) -> str:
    return path.name.partition(".")[0]


def _synced(row: Row) -> str | None:
    """The column that says when the row was synced."""
    return next((name for name in SYNCED if name in row), None)


def _synced_later(row: Row) -> Row:
    """The row as it was synced a second later; the same where its instant cannot be read."""
    name = _synced(row)
    assert name
    instant = row[name]
    if isinstance(instant, datetime):
        return row | {name: instant + timedelta(seconds=1)}
    try:
        return row | {name: (datetime.fromisoformat(instant) + timedelta(seconds=1)).isoformat()}
    except ValueError:
        return row


def _read(path: Path) -> tuple[list[str], pa.Schema | None, list[Row]]:
    """The columns and rows of a file of the world; of Parquet the types too."""
    if path.suffix == ".parquet":
        read = pyarrow.parquet.read_table(path)
        return read.column_names, read.schema, read.to_pylist()
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            return [], None, [json.loads(line) for line in lines]
    with path.open(newline="", encoding="utf-8") as handle:
        reader = csv.DictReader(handle)
        return list(reader.fieldnames or []), None, list(reader)


def _as_file(table: Table, rows: list[Row]) -> bytes:
    if table.ending == ".parquet":
        sink = pa.BufferOutputStream()
        pyarrow.parquet.write_table(pa.Table.from_pylist(rows, schema=table.schema), sink)
        return bytes(sink.getvalue())
    if table.ending.endswith(".gz"):
        return gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode(), mtime=0)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, table.columns)
    writer.writeheader()
    writer.writerows({name: _as_exported(value) for name, value in row.items()} for row in rows)
    return text.getvalue().encode()


def _as_exported(value: object) -> object:
    if isinstance(value, bool):
        return "1" if value else ""
    return value.strftime("%Y-%m-%dT%H:%M:%S.000Z") if isinstance(value, datetime) else value


def _replace(path: Path, content: bytes) -> None:
    """Write a file whose content is another one, under another name first."""
    if path.exists() and path.read_bytes() == content:
        return
    aside = path.with_name(f".{path.name}")
    aside.write_bytes(content)
    aside.replace(path)
