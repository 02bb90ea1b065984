"""A source of one folder and the warehouse that it lands in."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest

from handoff.config import Settings, Source
from handoff.landing import LandingReport, TableLanding, land


@dataclass
class Org:
    """A canonical CRM in a folder. What a test writes there, `land` lands. lines: for a report kept."""

    settings: Settings
    folder: Path
    lines: list[str] = field(default_factory=list)

    @classmethod
    def at(cls, root: Path) -> Org:
        """An org whose lead table holds one lead."""
        folder = root / "crm"
        folder.mkdir()
        source = Source("acme", "canonical", "files", {"path": folder})
        settings = Settings(root / "home", root / "sources.yml", None, None, None, (source,))
        org = cls(settings, folder)
        org.write("leads.csv", "lead_id,email\nL1,a@example.com\n")
        return org

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a file of the folder, gzipped where its name says so."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = content.encode() if isinstance(content, str) else content
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return path

    def land(self) -> LandingReport:
        """Land the folder."""
        return land(self.settings)

    def table(self, name: str) -> TableLanding:
        """Land the folder and say what became of one table."""
        (found,) = (table for table in self.land().sources[0].tables if table.table == name)
        return found

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the warehouse."""
        with duckdb.connect(str(self.settings.warehouse_path), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def set_aside(self, table: str = "notes") -> list[tuple[Any, ...]]:
        """Line, column and error of each row of a table that was set aside."""
        return self.query(
            "select line, column_name, error from landing.rejected_rows"
            f" where raw_table = '{table}' order by line"
        )


@pytest.fixture
def org(tmp_path: Path) -> Org:
    """An org whose lead table holds one lead."""
    return Org.at(tmp_path)
