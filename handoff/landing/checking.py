"""Whether a source can be landed, without landing it: reached, let in, and its leads found."""

from __future__ import annotations

from pathlib import Path

import duckdb

from handoff.config import Source
from handoff.landing.folders import scan_folder
from handoff.landing.lead_tables import find_lead_table
from handoff.landing.results import LandingError
from handoff.landing.warehouse_source import check_warehouse


def check_source(source: Source, warehouse: Path) -> tuple[str, tuple[str, ...]]:
    """Look at a source as a landing would. Returns what was found, in words, and names that are no tables.

    Raises:
        LandingError: it cannot be landed, with the mend.
    """
    # dlt and SQLAlchemy take seconds to import: only whoever needs them waits.
    if source.kind == "database":
        from handoff.landing.database_source import check_database

        return check_database(source), ()
    if source.kind == "api":
        from handoff.landing.api import check_api

        return check_api(source), ()
    if source.kind == "warehouse":
        try:
            return check_warehouse(source, warehouse), ()
        except duckdb.Error as error:
            reason = str(error).splitlines()[0]
            raise LandingError(f"{source.name}: {warehouse} cannot be opened ({reason})") from error
    folder = scan_folder(source.path)
    lead_table = find_lead_table(source, list(folder.tables))
    return f"{len(folder.tables)} tables in {source.path}, leads in {lead_table}", folder.left_out
