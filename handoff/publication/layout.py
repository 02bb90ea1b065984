"""Where things are, below ``$HANDOFF_HOME``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

# The version of the published names (tables, columns, manifest keys). Renaming one of them bumps it.
SCHEMA_VERSION = "1.0"

# DuckDB files are written in the storage of 1.0.0, which every BI driver of the 1.x line opens.
STORAGE_VERSION = "v1.0.0"

MARTS_FILE = "marts.duckdb"
# The file that marts.duckdb is a link to. DuckDB names a database after the file it finds at the end of the
# links, and in a database `marts` with a schema `marts` the plain `marts.fct_handoffs` is refused as
# ambiguous.
STORED_FILE = "handoff.duckdb"
MANIFEST_FILE = "manifest.json"
REPORT_FOLDER = "report"
MARTS_SCHEMA = "marts"


@dataclass(frozen=True)
class Layout:
    """The paths of one ``$HANDOFF_HOME``."""

    home: Path

    @property
    def warehouse(self) -> Path:
        """The private warehouse that landing and dbt write."""
        return self.home / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        """The folder that readers know."""
        return self.home / "published"

    @property
    def pointer(self) -> Path:
        """The symlink whose target is the current publication."""
        return self.published / "current"

    @property
    def state(self) -> Path:
        """What the line remembers between and during runs."""
        return self.home / "state"

    @property
    def quality(self) -> Path:
        """Readable documents about the gates (Great Expectations' Data Docs)."""
        return self.home / "quality"

    def run_folder(self, run_id: str) -> Path:
        """The folder of one finished publication."""
        return self.published / run_id

    def building_folder(self, run_id: str) -> Path:
        """The folder in which a publication is built aside; hidden, and swept if its run dies."""
        return self.published / f".{run_id}.building"
