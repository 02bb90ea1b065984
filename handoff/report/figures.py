"""What the page shows, read from the marts and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from handoff.publication.layout import MARTS_SCHEMA, STORED_FILE
from handoff.report import words
from handoff.report.cube import OTHER, Cube, build_cube

# The page holds this many rows of the worklist; the whole list lies beside it as a CSV file.
WORKLIST_ROWS = 300
RUNS = 60
SYMPTOMS = {
    "low_sales_acceptance": ("Sales accepts too few", "accepted, of the MQLs that were due"),
    "low_first_action_rate": ("Sales acts too late", "acted on in time, of those owned and due"),
    "high_disqualification": ("Sales rejects too many", "rejected, of those decided"),
    "few_opportunities": ("Too few become opportunities", "with an opportunity, of those accepted"),
    "many_quality_rejections": (
        "Too many rejected for poor quality",
        "rejected as poor leads, of those decided",
    ),
}
# Segments are no verdict on a person, and a fit band is lead quality itself.
SEGMENTS = ("source_system", "source", "channel", "campaign", "form", "team", "queue", "territory")


@dataclass(frozen=True)
class Layer:
    """One layer of the funnel: handoffs per verdict, and how many break here first."""

    name: str
    counts: dict[str, int]
    first_broken: int
    trend: str = ""

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
class Part:
    """What one factor contributes to a gap, in shares, with its 95 % interval."""

    factor: str
    contribution: float
    low: float
    high: float


@dataclass(frozen=True)
class Gap:
    """A segment that stands out in one symptom, and what carries the gap. ``filter_value`` is the member as
    the page's filters name it.
    """

    symptom: str
    dimension: str
    member: str
    label: str
    filter_value: str
    handoffs: int
    rate: float
    reference_rate: float
    gap: float
    q_value: float
    verdict: str
    verdict_in_words: str
    what_to_inspect: str | None
    parts: list[Part]


@dataclass(frozen=True)
class Symptom:
    """One of the five symptoms: how many segments were compared, how many have too few handoffs for it, and
    those that stand out.
    """

    name: str
    title: str
    measure: str
    compared: int
    too_few: int
    gaps: list[Gap]


@dataclass(frozen=True)
class Coverage:
    """An element that a source does not record, or not as it seems; ``remedy`` is the field to add."""

    source: str
    element: str
    tells: str | None
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
class Run:
    """One run of the line and how its checks came out."""

    run_id: str
    reported_at: datetime
    counts: dict[str, int]


@dataclass(frozen=True)
class Definition:
    """Whether marketing and sales mean the same by a term, in one source system."""

    source: str
    term: str
    in_words: str
    is_reliable: bool


@dataclass(frozen=True)
class Task:
    """One row of the worklist, with the numbers of the filters' members that it belongs to."""

    priority: int
    who: str
    owner: str | None
    team: str | None
    what: str
    due_since: datetime
    days_overdue: float
    why: str
    things_to_do: int
    source_system: str
    lead_id: str
    crm_link: str | None
    members: dict[str, int]


@dataclass(frozen=True)
class Figures:
    """Everything that the page shows."""

    handoffs: int
    leads: int
    broken: int
    cube: Cube
    layers: list[Layer]
    metrics: dict[str, Metric]
    catalogue: dict[str, dict[str, Any]]
    processes: dict[str, str | None]
    without_process: set[str]
    owners: dict[tuple[str, str], dict[str, Any]]
    symptoms: list[Symptom]
    curves: dict[str, list[float]]
    conflicts: set[tuple[str, str]]
    insights: dict[str, str | None]
    definitions: list[Definition]
    coverage: list[Coverage]
    gates: list[GateLine]
    amiss: list[GateResultLine]
    runs: list[Run]
    worklist: list[Task]
    worklist_size: int


def read_figures(folder: Path, run_id: str, as_of: datetime) -> Figures:
    """Read the figures of a publication folder; ``as_of`` is naive UTC. Raises duckdb.Error where a mart is
    not what the contract says.
    """
    with duckdb.connect() as connection:
        path = str(folder / STORED_FILE).replace("'", "''")
        connection.execute(f"attach '{path}' as publication (read_only)")
        connection.execute(f"use publication.{MARTS_SCHEMA}")
        cube = build_cube(connection, as_of)
        handoffs, leads, broken = _one(
            connection,
            """
            select count(*), count(distinct (source_system, lead_id)), count(first_broken_layer)
            from fct_handoffs
            """,
        )
        owners = _owners(connection)
        processes = _rows(
            connection,
            "select name, verdict, verdict_in_words from rpt_handoff_scorecard where aspect = 'crm'",
        )
        return Figures(
            handoffs=handoffs,
            leads=leads,
            broken=broken,
            cube=cube,
            layers=_layers(connection, cube),
            metrics=_metrics(connection),
            catalogue=_catalogue(connection),
            processes={row["name"]: row["verdict_in_words"] for row in processes},
            without_process={row["name"] for row in processes if row["verdict"] == "no_handoff_process"},
            owners=owners,
            symptoms=_symptoms(connection, cube),
            curves=_curves(connection, cube),
            conflicts={
                (row["lifecycle_stage"], row["status_group"])
                for row in _rows(connection, "select distinct * from rpt_stage_status where is_conflict")
            },
            insights=_insights(connection),
            definitions=_definitions(connection),
            coverage=_coverage(connection),
            gates=_gates(connection, run_id),
            amiss=_amiss(connection, run_id),
            runs=_runs(connection),
            worklist=_worklist(connection, cube, owners),
            worklist_size=_one(connection, "select count(*) from fct_worklist")[0],
        )


def _layers(connection: duckdb.DuckDBPyConnection, cube: Cube) -> list[Layer]:
    verdicts, first = cube.totals("layers"), cube.totals("first")
    trends = dict(
        connection.execute(
            """
            select
                name,
                case
                    when is_change_significant then trend_in_words
                    when latest_share is not null then 'Steady, within chance'
                    else ''
                end
            from rpt_handoff_scorecard
            where aspect = 'layer'
            """
        ).fetchall()
    )
    return [
        Layer(
            name,
            {
                verdict: verdicts.get(number * len(words.VERDICTS) + at, 0)
                for at, verdict in enumerate(words.VERDICTS)
            },
            first.get(number, 0),
            trends.get(name) or "",
        )
        for number, name in enumerate(words.LAYERS)
    ]


def _metrics(connection: duckdb.DuckDBPyConnection) -> dict[str, Metric]:
    rows = connection.execute(
        """
        select metric, numerator, denominator, value, ci_low, ci_high, coalesce(pending, 0), is_reliable
        from fct_handoff_metrics
        where period_grain = 'all' and dimension = 'all'
        """
    ).fetchall()
    return {row[0]: Metric(*row) for row in rows}


def _catalogue(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Any]]:
    return {row["finding_code"]: row for row in _rows(connection, "select * from dim_findings")}


def _owners(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (row["source_system"], row["owner_id"]): row
        for row in _rows(
            connection,
            "select source_system, owner_id, queue_label, owner_label, team_id, team_label from dim_owners",
        )
    }


def _symptoms(connection: duckdb.DuckDBPyConnection, cube: Cube) -> list[Symptom]:
    rows = _rows(
        connection,
        """
        with
        labels as (
            select
                'campaign' as dimension,
                campaign_id as member,
                any_value(campaign_label) as label,
                any_value(source_system) as source_system
            from dim_campaigns
            group by all

            union all

            select 'team', team_id, any_value(team_label), null
            from dim_owners
            group by all

            union all

            select
                'queue' as dimension,
                owner_id as member,
                any_value(queue_label) as label,
                any_value(source_system) as source_system
            from dim_owners
            group by all
        )
        select gaps.*, labels.label, labels.source_system
        from fct_rate_gap_contributions as gaps
        left join labels on gaps.dimension = labels.dimension and gaps.member = labels.member
        order by gaps.dimension, gaps.member, gaps.symptom, gaps.factor
        """,
    )
    found: dict[str, dict[tuple[str, str], list[dict[str, Any]]]] = {name: {} for name in SYMPTOMS}
    for row in rows:
        if row["dimension"] in SEGMENTS:
            found[row["symptom"]].setdefault((row["dimension"], row["member"]), []).append(row)
    return [
        Symptom(
            name,
            title,
            measure,
            compared=sum(parts[0]["p_value"] is not None for parts in found[name].values()),
            too_few=sum(parts[0]["p_value"] is None for parts in found[name].values()),
            gaps=sorted(
                (_gap(parts) for parts in found[name].values() if parts[0]["is_significant"]),
                key=lambda gap: -abs(gap.gap) * gap.handoffs,
            ),
        )
        for name, (title, measure) in SYMPTOMS.items()
    ]


def _gap(parts: list[dict[str, Any]]) -> Gap:
    row = parts[0]
    label = row["label"] or row["member"]
    filter_value = {
        "campaign": label,
        "source": row["member"].strip().lower(),
    }.get(row["dimension"], row["member"])
    ordered = {part["factor"]: part for part in parts}
    return Gap(
        **{
            name: row[name]
            for name in (
                *("symptom", "dimension", "member", "handoffs", "rate", "reference_rate", "gap", "q_value"),
                *("verdict", "verdict_in_words", "what_to_inspect"),
            )
        },
        label=label if not row["source_system"] else f"{label} ({row['source_system']})",
        filter_value=filter_value,
        parts=[
            Part(factor, part["contribution"], part["ci_low"], part["ci_high"])
            for factor in words.FACTORS
            if (part := ordered.get(factor))
        ],
    )


def _curves(connection: duckdb.DuckDBPyConnection, cube: Cube) -> dict[str, list[float]]:
    """Share still waiting at each step over all handoffs, wait by wait: Kaplan and Meier's estimate, to the
    minute. Of the whole wait the mart's own.
    """
    curves = {}
    for wait in cube.lists["waits"]:
        if wait == "speed_to_lead_minutes":
            sql = "select minute, survival from fct_first_action_survival where dimension = 'all'"
        elif wait == "sales_acceptance_minutes":
            sql = "select minute, survival from fct_acceptance_survival where dimension = 'all'"
        else:
            sql = f"""
                with
                leaving as (
                    select
                        {wait} as minute,
                        count(*) as exits,
                        count(*) filter (is_{wait}_ended) as events
                    from fct_handoff_measures
                    where {wait} is not null
                    group by 1
                ),
                watched as (
                    select minute, events, sum(exits) over (order by minute desc) as at_risk from leaving
                )
                select
                    minute,
                    exp(sum(case when events = at_risk then -1e9 else ln(1 - events / at_risk) end)
                        over (order by minute)) as survival
                from watched
            """
        rows = connection.execute(
            f"""
            with
            curve as ({sql}),
            steps as (select unnest(cast(? as double[])) as bound)
            select coalesce(curve.survival, 1)
            from steps
            asof left join curve on steps.bound >= curve.minute
            order by steps.bound
            """,
            [cube.lists["steps"]],
        ).fetchall()
        has_any = bool(connection.execute(f"select 1 from ({sql}) limit 1").fetchone())
        curves[wait] = [row[0] for row in rows] if has_any else []
    return curves


def _insights(connection: duckdb.DuckDBPyConnection) -> dict[str, str | None]:
    return dict(
        connection.execute(
            "select reason, insight from fct_rejection_feedback where dimension = 'all'"
        ).fetchall()
    )


def _definitions(connection: duckdb.DuckDBPyConnection) -> list[Definition]:
    rows = connection.execute(
        """
        select source_system, term, in_words, is_reliable
        from rpt_definition_check
        where source_system <> 'all'
        order by
            list_position(['qualified', 'accepted', 'contacted', 'rejected', 'recycled'], term), source_system
        """
    ).fetchall()
    return [Definition(*row) for row in rows]


def _coverage(connection: duckdb.DuckDBPyConnection) -> list[Coverage]:
    rows = connection.execute(
        """
        select source_system, element, tells, note, field_to_add
        from fct_crm_coverage
        where note is not null
        order by list_position(?, layer), 2, 1
        """,
        [list(words.LAYERS)],
    ).fetchall()
    return [Coverage(*row) for row in rows]


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
        where run_id = ? and status not in ('pass', 'not_applicable', 'too_early')
        order by status = 'fail' desc, 1, 2
        """,
        [run_id],
    ).fetchall()
    return [GateResultLine(*row) for row in rows]


def _runs(connection: duckdb.DuckDBPyConnection) -> list[Run]:
    rows = connection.execute(
        """
        with
        counted as (
            select run_id, status, max(reported_at) as reported_at, count(*) as checks
            from fct_quality_results
            group by all
        )
        select run_id, max(reported_at), map_from_entries(list((status, checks)))
        from counted
        group by 1
        order by 1 desc
        limit ?
        """,
        [RUNS],
    ).fetchall()
    return [Run(*row) for row in rows[::-1]]


def _worklist(
    connection: duckdb.DuckDBPyConnection, cube: Cube, owners: Mapping[tuple[str, str], Mapping[str, Any]]
) -> list[Task]:
    rows = _rows(
        connection,
        f"""
        select
            worklist.*,
            placed.cell
        from fct_worklist as worklist
        inner join placed
            on
                worklist.source_system = placed.source_system
                and worklist.lead_id = placed.lead_id
                and worklist.handoff_number = placed.handoff_number
        order by worklist.priority
        limit {WORKLIST_ROWS}
        """,
    )
    tasks = []
    for row in rows:
        owner = owners.get((row["source_system"], row["owner_id"]), {})
        tasks.append(
            Task(
                **{
                    name: row[name]
                    for name in (
                        *("priority", "who", "what", "due_since", "days_overdue", "why", "things_to_do"),
                        *("source_system", "lead_id", "crm_link"),
                    )
                },
                owner=owner.get("queue_label") or owner.get("owner_label") or row["owner_id"],
                team=row["team_id"],
                members={name: numbers[row["cell"]] for name, numbers in cube.cells.items()},
            )
        )
    return tasks


def team_labels(figures: Figures) -> dict[str, str]:
    """Return team id -> the name that people read."""
    labels = {
        owner["team_id"]: owner["team_label"] or owner["team_id"]
        for owner in figures.owners.values()
        if owner["team_id"]
    }
    return labels | {"(none)": "(no team)", OTHER: OTHER}


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _one(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: list[object] | None = None
) -> tuple[Any, ...]:
    row = connection.execute(sql, parameters).fetchone()
    assert row is not None, "an aggregate without grouping always gives a row"
    return row
