"""A CRM that arrives load by load: late, out of order, changed afterwards, deleted, synced again.

A world is written as it stands in the end. Every source then gets a history of its own, drawn at random: each
row has the load that first holds it, some the load from which on they are gone, and some held other values at
first. The last load is not the world itself: what was deleted stays away.
"""

from __future__ import annotations

import csv
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml

# Of the rows, how many the first load lacks; of those that it holds, how many change, vanish, or come twice.
LATE, CHANGED, DELETED, SYNCED_AGAIN = 0.02, 0.01, 0.003, 0.01
# A table comes as one export of all, or in so many parts, of which a load brings those that changed.
PARTS = 40
# What people and accounts are is asked of all leads: of these few rows more change.
CHANGED_PEOPLE = 0.04
PEOPLE = ("owners", "queue_members", "accounts", "campaigns", "user", "account")


@dataclass(frozen=True)
class Entry:
    """A row through the loads.

    first, last: the loads that hold it. before: its values until the load `changed`. again: the load from
    which on it stands there twice, as synced twice. part: the part of its table that it lies in; what was
    synced twice may lie in another, `part_again`.
    """

    row: dict[str, str]
    before: dict[str, str]
    first: int
    last: int
    changed: int
    again: int
    part: int
    part_again: int


@dataclass
class Loads:
    """The loads of a world. `folder` holds what one reads: sources.yml, policies, landing."""

    world: Path
    folder: Path
    count: int
    rng: random.Random
    tables: dict[Path, list[Entry]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Draw a history for every row of the world."""
        for path in sorted((self.world / "landing").rglob("*.csv")):
            self.tables[path.relative_to(self.world)] = list(self._entries(path))
        self.sources = yaml.safe_load((self.world / "sources.yml").read_text(encoding="utf-8"))
        last = datetime.fromisoformat(str(self.sources["as_of"]))
        back = sorted((self.rng.choice([0, 3, 24, 24 * 9, 24 * 30]) for _ in range(self.count)), reverse=True)
        self.instants = [last - timedelta(hours=hours) for hours in back]
        shutil.copytree(self.world / "policies", self.folder / "policies")

    def _entries(self, path: Path) -> Iterator[Entry]:
        with path.open(newline="", encoding="utf-8") as handle:
            rows = list(csv.DictReader(handle))
        share = CHANGED_PEOPLE if path.stem in PEOPLE else CHANGED
        parts = self.rng.choice([1, PARTS])
        for row in rows:
            draw = self.rng.random
            later = self.rng.randrange(1, self.count)
            yield Entry(
                row,
                self._before(row, rows) if draw() < share else row,
                first=self.rng.randrange(1, self.count) if draw() < LATE and path.stem != "leads" else 0,
                last=later - 1 if draw() < DELETED else self.count,
                changed=later,
                again=self.rng.randrange(self.count)
                if draw() < SYNCED_AGAIN and "synced_at" in row
                else self.count,
                part=self.rng.randrange(parts),
                part_again=self.rng.randrange(parts),
            )

    def _before(self, row: dict[str, str], rows: list[dict[str, str]]) -> dict[str, str]:
        """The same record with up to three other values, which other records hold."""
        columns = [name for name in list(row)[1:] if name != "synced_at"]
        drawn = self.rng.sample(columns, min(len(columns), self.rng.randint(1, 3)))
        return row | {name: self.rng.choice(rows)[name] for name in drawn}

    def write(self, load: int) -> None:
        """Put what the load holds into `folder`; files that did not change are not written."""
        for path, entries in self.tables.items():
            parts: dict[int, list[dict[str, str]]] = {entry.part: [] for entry in entries} or {0: []}
            for entry in entries:
                if not entry.first <= load <= entry.last:
                    continue
                row = entry.row if load >= entry.changed else entry.before
                parts[entry.part].append(row)
                if load >= entry.again:
                    again = row | {"synced_at": _later(row["synced_at"])}
                    parts.setdefault(entry.part_again, []).append(again)
            for part, rows in parts.items():
                file = self.folder / path.with_suffix("") / f"{part}.csv"
                _write(file, list(entries[0].row) if entries else [], rows)
        self.sources["as_of"] = self.instants[load].astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        text = yaml.safe_dump(self.sources, sort_keys=False)
        (self.folder / "sources.yml").write_text(text, encoding="utf-8")


def _later(synced_at: str) -> str:
    """The next second, written as the row writes its instants; where that cannot be read, the same."""
    try:
        instant = datetime.fromisoformat(synced_at)
    except ValueError:
        return synced_at
    return (instant + timedelta(seconds=1)).isoformat()


def _write(path: Path, columns: list[str], rows: list[dict[str, str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".new")
    with aside.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, columns)
        writer.writeheader()
        writer.writerows(rows)
    if path.exists() and path.read_bytes() == aside.read_bytes():
        aside.unlink()
    else:
        aside.replace(path)
