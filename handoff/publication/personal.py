"""Personal data stays in the private warehouse unless a setting opens it up."""

from __future__ import annotations

import os

import duckdb

from handoff.publication.layout import MARTS_SCHEMA
from handoff.publication.problems import PublicationRefused

PERSONAL_COLUMNS = frozenset({"email", "phone", "name", "first_name", "last_name", "body", "rejection_note"})
# Names of things, not of people.
HARMLESS = frozenset({"rpt_handoff_scorecard.name"})
OPENING_SETTING = "HANDOFF_PUBLISH_PERSONAL_DATA"


def refuse_personal_columns(connection: duckdb.DuckDBPyConnection, database: str) -> None:
    """Raise PublicationRefused if a table of ``<database>.marts`` has a column that holds personal data."""
    if os.environ.get(OPENING_SETTING) == "1":
        return
    rows = connection.execute(
        """
        select table_name || '.' || column_name
        from duckdb_columns()
        where database_name = ? and schema_name = ? and lower(column_name) in (select unnest(?))
        order by 1
        """,
        [database, MARTS_SCHEMA, sorted(PERSONAL_COLUMNS)],
    ).fetchall()
    found = [str(row[0]) for row in rows if str(row[0]) not in HARMLESS]
    if found:
        raise PublicationRefused(
            "Not published: personal data would leave the private warehouse in "
            + ", ".join(found)
            + f". Publish ids or salted hashes instead, or set {OPENING_SETTING}=1 to open it up on purpose."
        )
