"""The landing's gate: every source gave rows, all could be read, all are there, and no column went."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from handoff.gates.results import GateResult, Severity, Status

# Check -> how bad it is when it is missed.
LANDING_CHECKS: Mapping[str, Severity] = {
    "rows_landed": "critical",
    "rows_reconcile": "critical",
    "rows_readable": "warning",
    "files_readable": "warning",
    "columns_stable": "warning",
}


def landing_results(connection: duckdb.DuckDBPyConnection) -> list[GateResult]:
    """Return the landing gate: every source holds the rows that its loads gave, nothing that came was set
    aside, no column went.

    ``connection`` is an open connection to the warehouse. Reads ``landing.sources``, ``landing.loads`` and
    ``landing.drift``, and counts the raw tables.
    """
    drifted = dict(
        connection.execute(
            """
            select
                source_system,
                string_agg(
                    raw_table || '.' || column_name
                    || if(change = 'vanished', ' vanished', ' changed its type'),
                    ', ' order by raw_table, column_name
                )
            from landing.drift
            where is_current and change in ('vanished', 'type_changed')
            group by 1
            """
        ).fetchall()
    )
    rows = connection.execute(
        """
        select
            sources.source_system,
            sources.raw_schema,
            coalesce(sum(loads.rows_landed), 0)::bigint,
            coalesce(sum(loads.rows_set_aside), 0)::bigint,
            count(loads.error)
        from landing.sources as sources
        left join landing.loads as loads
            on loads.source_system = sources.source_system and loads.is_current
        group by all
        order by 1
        """
    ).fetchall()
    results: list[GateResult] = []
    for source, schema, landed, set_aside, unreadable in rows:
        amiss = _not_reconciled(connection, source, schema)
        found: dict[str, tuple[bool, str, str]] = {
            "rows_landed": (landed > 0, f"{landed} rows", "at least 1 row"),
            "rows_reconcile": (
                not amiss,
                "; ".join(amiss) or f"{landed} rows in, {landed} held",
                "as many rows in each raw table as its loads gave",
            ),
            "rows_readable": (set_aside == 0, f"{set_aside} rows set aside", "0 rows set aside"),
            "files_readable": (unreadable == 0, f"{unreadable} files set aside", "0 files set aside"),
            "columns_stable": (
                source not in drifted,
                drifted.get(source, "as before"),
                "no column gone or of another type",
            ),
        }
        for check, (is_met, observed, expected) in found.items():
            severity = LANDING_CHECKS[check]
            missed: Status = "fail" if severity == "critical" else "warn"
            status: Status = "pass" if is_met else missed
            results.append(
                GateResult(check, f"raw_{source}", "structure", severity, status, observed, expected)
            )
    return results


def _not_reconciled(connection: duckdb.DuckDBPyConnection, source: str, schema: str) -> list[str]:
    """Say of which raw tables the rows are not those that the current loads of their files gave.

    Tables that come from elsewhere have no such count: a row that came again took its own place.
    """
    given = connection.execute(
        """
        select raw_table, sum(rows_landed)::bigint
        from landing.loads
        where source_system = ? and is_current and error is null
        group by raw_table
        having bool_and(coalesce(content_hash, '') <> '')
        order by raw_table
        """,
        [source],
    ).fetchall()
    counted = [(str(table), int(rows), _count(connection, schema, str(table))) for table, rows in given]
    return [f"{table}: {rows} rows in, {held} held" for table, rows, held in counted if rows != held]


def _count(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> int:
    quoted = ".".join('"' + name.replace('"', '""') + '"' for name in (schema, table))
    row = connection.execute(f"select count(*) from {quoted}").fetchone()
    return int(row[0]) if row else 0
