"""The figures of the page, read from the marts and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from handoff.publication.layout import MARTS_SCHEMA, STORED_FILE
from handoff.report.words import LAYERS, SEVERITIES, VERDICTS

TOP_FINDINGS = 12


@dataclass(frozen=True)
class Layer:
    """One layer of the funnel: handoffs per verdict, and how many break here first."""

    name: str
    counts: dict[str, int]
    first_broken: int

    @property
    def total(self) -> int:
        """All handoffs."""
        return sum(self.counts.values())

    @property
    def judged(self) -> int:
        """Handoffs on which this layer can be judged today."""
        return self.counts["ok"] + self.counts["broken"]

    @property
    def broken_share(self) -> float | None:
        """Broken among the judged, 0 to 1; None where nothing can be judged."""
        return self.counts["broken"] / self.judged if self.judged else None


@dataclass(frozen=True)
class Metric:
    """One headline metric over all handoffs. Shares are 0 to 1; minutes are business minutes."""

    name: str
    numerator: float | None
    denominator: float | None
    value: float | None
    low: float | None
    high: float | None
    pending: int
    is_reliable: bool


@dataclass(frozen=True)
class Finding:
    """One finding of the catalogue and how many handoffs it is about."""

    code: str
    layer: str
    dimension: str | None
    severity: str
    handoffs: int
    fires_when: str | None
    what_to_inspect: str | None


@dataclass(frozen=True)
class SourceSummary:
    """One source system: its handoffs, how many are broken somewhere, whether it has a process at all."""

    name: str
    handoffs: int
    broken: int
    worst_layer: str | None
    has_process: bool
    process: str | None


@dataclass(frozen=True)
class Gap:
    """An element that a source does not record, or not as it seems; ``remedy`` is the field to add."""

    source: str
    element: str
    note: str
    remedy: str | None


@dataclass(frozen=True)
class GateLine:
    """How one tier of one gate fared in this run."""

    gate: str
    tier: str
    counts: dict[str, int]


@dataclass(frozen=True)
class GateResultLine:
    """One check that did not simply pass."""

    gate: str
    check: str
    table: str
    status: str
    observed: str
    expected: str


@dataclass(frozen=True)
class Figures:
    """Everything that the page shows."""

    handoffs: int
    leads: int
    broken: int
    layers: list[Layer]
    metrics: dict[str, Metric]
    findings: list[Finding]
    finding_count: int
    sources: list[SourceSummary]
    gaps: list[Gap]
    gates: list[GateLine]
    amiss: list[GateResultLine]


def read_figures(folder: Path, run_id: str) -> Figures:
    """Read the figures of a publication folder. Raises duckdb.Error where a mart is not what the contract
    says.
    """
    with duckdb.connect() as connection:
        path = str(folder / STORED_FILE).replace("'", "''")
        connection.execute(f"attach '{path}' as publication (read_only)")
        connection.execute(f"use publication.{MARTS_SCHEMA}")
        handoffs, leads, broken = _one(
            connection,
            """
            select count(*), count(distinct (source_system, lead_id)), count(first_broken_layer)
            from fct_handoffs
            """,
        )
        findings = _findings(connection)
        return Figures(
            handoffs=handoffs,
            leads=leads,
            broken=broken,
            layers=_layers(connection),
            metrics=_metrics(connection),
            findings=findings[:TOP_FINDINGS],
            finding_count=len(findings),
            sources=_sources(connection),
            gaps=_gaps(connection),
            gates=_gates(connection, run_id),
            amiss=_amiss(connection, run_id),
        )


def _layers(connection: duckdb.DuckDBPyConnection) -> list[Layer]:
    layers = []
    for name in LAYERS:
        found = dict(
            connection.execute(f"select layer_{name}, count(*) from fct_handoffs group by all").fetchall()
        )
        (first_broken,) = _one(
            connection, "select count(*) from fct_handoffs where first_broken_layer = ?", [name]
        )
        layers.append(Layer(name, {verdict: found.get(verdict, 0) for verdict in VERDICTS}, first_broken))
    return layers


def _metrics(connection: duckdb.DuckDBPyConnection) -> dict[str, Metric]:
    rows = connection.execute(
        """
        select metric, numerator, denominator, value, ci_low, ci_high, coalesce(pending, 0), is_reliable
        from fct_handoff_metrics
        where period_grain = 'all' and dimension = 'all'
        """
    ).fetchall()
    return {row[0]: Metric(*row) for row in rows}


def _findings(connection: duckdb.DuckDBPyConnection) -> list[Finding]:
    rows = connection.execute(
        """
        with
        found as (
            select finding_code, count(*) as handoffs
            from fct_handoff_findings
            group by 1
        )
        select
            found.finding_code,
            catalogue.layer,
            catalogue.quality_dimension,
            catalogue.severity,
            found.handoffs,
            catalogue.fires_when,
            catalogue.what_to_inspect,
        from found
        inner join dim_findings as catalogue on catalogue.finding_code = found.finding_code
        """
    ).fetchall()
    findings = [Finding(*row) for row in rows]
    # Most handoffs first among the serious ones; a low finding leaves its layer ok.
    return sorted(findings, key=lambda f: (SEVERITIES.get(f.severity, 9) == 3, -f.handoffs, f.code))


def _sources(connection: duckdb.DuckDBPyConnection) -> list[SourceSummary]:
    rows = connection.execute(
        """
        with
        systems as (
            select
                source_system,
                count(*) as handoffs,
                count(first_broken_layer) as broken,
                mode(first_broken_layer) as worst_layer,
            from fct_handoffs
            group by 1
        ),
        processes as (
            select name, verdict <> 'no_handoff_process' as has_process, verdict_in_words
            from rpt_handoff_scorecard
            where aspect = 'crm'
        )
        select systems.*, coalesce(processes.has_process, true), processes.verdict_in_words
        from systems
        left join processes on processes.name = systems.source_system
        order by handoffs desc, source_system
        """
    ).fetchall()
    return [SourceSummary(*row) for row in rows]


def _gaps(connection: duckdb.DuckDBPyConnection) -> list[Gap]:
    rows = connection.execute(
        """
        select source_system, element, note, field_to_add
        from fct_crm_coverage
        where note is not null
        order by 1, 2
        """
    ).fetchall()
    return [Gap(*row) for row in rows]


def _gates(connection: duckdb.DuckDBPyConnection, run_id: str) -> list[GateLine]:
    rows = connection.execute(
        """
        select gate, tier, status, count(*)
        from fct_quality_results
        where run_id = ?
        group by all
        order by 1, 2
        """,
        [run_id],
    ).fetchall()
    lines: dict[tuple[str, str], dict[str, int]] = {}
    for gate, tier, status, count in rows:
        lines.setdefault((gate, tier), {})[status] = count
    return [GateLine(gate, tier, counts) for (gate, tier), counts in lines.items()]


def _amiss(connection: duckdb.DuckDBPyConnection, run_id: str) -> list[GateResultLine]:
    rows = connection.execute(
        """
        select gate, "check", "table", status, observed, expected
        from fct_quality_results
        where run_id = ? and status <> 'pass'
        order by status = 'warn' desc, 1, 2
        """,
        [run_id],
    ).fetchall()
    return [GateResultLine(*row) for row in rows]


def _one(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: list[object] | None = None
) -> tuple[Any, ...]:
    row = connection.execute(sql, parameters).fetchone()
    assert row is not None, "an aggregate without grouping always gives a row"
    return row
