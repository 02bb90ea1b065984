"""Running again on the same CRM changes nothing, row for row."""

from __future__ import annotations

import duckdb
import pytest

from tests.diagnosis.build import Workshop
from tests.diagnosis.conftest import BuiltWorld

pytestmark = pytest.mark.slow

# When a run looked, not what it saw.
OF_THE_RUN = ("landed_at", "seen_at")


def test_running_again_changes_nothing(stories: BuiltWorld, workshop: Workshop) -> None:
    again = workshop.build("stories_again", stories.world.sources, stories.world.policies, onto=stories.built)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{stories.built.warehouse}' as before (read_only)")
        connection.execute(f"attach '{again.warehouse}' as after (read_only)")
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'before'"
            " and schema_name in ('staging', 'intermediate', 'snapshots', 'marts') order by all"
        ).fetchall()
        changed = []
        for schema, table in tables:
            columns = [
                name
                for (name,) in connection.execute(
                    "select column_name from duckdb_columns() where database_name = 'before'"
                    f" and schema_name = '{schema}' and table_name = '{table}'"
                ).fetchall()
                if name not in OF_THE_RUN
            ]
            rows = f"select {', '.join(columns)} from {{}}.{schema}.{table}"
            for one, other in (("before", "after"), ("after", "before")):
                lost = connection.execute(
                    f"{rows.format(one)} except all {rows.format(other)} limit 3"
                ).fetchall()
                if lost:
                    changed.append((f"{schema}.{table}", f"only {one}", lost))
    assert {table for _, table in tables} >= {"fct_handoffs", "fct_handoff_findings", "fct_lead_events"}
    assert changed == []
