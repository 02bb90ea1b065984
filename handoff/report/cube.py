"""What the page counts with: every figure as counts per cell, small whatever the number of leads.

A cell is one source system, team, source, campaign and month; a family counts something in each cell, keyed
by a number that says what. Where a dimension has more members than the page can hold, the smaller ones are
one member, and the cube is made coarser until it fits.
"""

from __future__ import annotations

import base64
import gzip
import json
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import duckdb

from handoff.report import words

NONE = "(none)"
OTHER = "(all others)"

# Upper bounds, in business minutes, of the steps that waits are counted in; allowances in force come on top.
STEPS = (
    *(0, 5, 10, 15, 20, 30, 45, 60, 75, 90, 105, 120, 150, 180, 210, 240, 270, 300, 360, 420, 480, 540, 600),
    *(720, 840, 960, 1200, 1440, 1680, 1920, 2400, 2880, 3360, 4800, 7200, 9600, 14400, 21600),
)
RATES = (
    "mql_to_sal_rate",
    "first_activity_completion_rate",
    "first_action_sla_rate",
    "rejection_reason_completeness",
    "opportunity_creation_rate",
    "disqualification_rate",
    "recycle_rate",
    "reassignment_rate",
)
WAITS = (
    "speed_to_lead_minutes",
    "routing_minutes",
    "queue_wait_minutes",
    "human_minutes",
    "sales_acceptance_minutes",
)
AGES = (7, 14, 28, 56, 112)
OUTCOMES = ("open", "converted", "rejected", "recycled", "merged", "deleted")
DIMENSIONS = ("system", "team", "source", "campaign", "month")

# At most this many members: system, team, source, campaign, month. Each line is coarser than the one before.
LIMITS = (
    (24, 40, 40, 120, 36),
    (24, 24, 24, 60, 25),
    (16, 16, 16, 40, 19),
    (12, 12, 12, 24, 13),
    (8, 10, 10, 12, 13),
    (8, 8, 8, 6, 12),
    (6, 6, 6, 0, 12),
    (6, 6, 0, 0, 12),
    (6, 0, 0, 0, 6),
)
LARGEST = 2_500_000
OWNERS = 40
QUEUES = 60
ALLOWANCES = 12
# Lists whose members are ids of one source system.
PAIRS = ("queues", "owners")


@dataclass(frozen=True)
class Member:
    """One member of a dimension: the value that cells are made by, and what people read."""

    value: str
    label: str


@dataclass(frozen=True)
class Cube:
    """Counts per cell. ``cells`` holds one list per dimension; ``families`` holds cell, key and count."""

    members: dict[str, list[Member]]
    lists: dict[str, list[Any]]
    cells: dict[str, list[int]]
    families: dict[str, tuple[list[int], list[int], list[int]]]

    def totals(self, family: str) -> dict[int, int]:
        """Return key -> count over all cells."""
        totals: dict[int, int] = {}
        _, keys, counts = self.families[family]
        for key, count in zip(keys, counts, strict=True):
            totals[key] = totals.get(key, 0) + count
        return totals

    def by_member(self, family: str, dimension: str) -> dict[tuple[int, int], int]:
        """Return (member number, key) -> count."""
        numbers = self.cells[dimension]
        totals: dict[tuple[int, int], int] = {}
        for cell, key, count in zip(*self.families[family], strict=True):
            at = numbers[cell], key
            totals[at] = totals.get(at, 0) + count
        return totals

    @cached_property
    def encoded(self) -> str:
        """The cube as gzipped JSON in base64, which the page unpacks; cells of a family are told as steps."""
        content = {
            "members": {
                name: [[member.value, member.label] for member in listed]
                for name, listed in self.members.items()
            },
            "lists": self.lists,
            "cells": self.cells,
            "families": {
                name: [_steps(cells), keys, counts] for name, (cells, keys, counts) in self.families.items()
            },
        }
        text = json.dumps(content, separators=(",", ":"), ensure_ascii=True)
        return base64.b64encode(gzip.compress(text.encode(), 9, mtime=0)).decode()


def _steps(cells: list[int]) -> list[int]:
    return [cell - before for cell, before in zip(cells, [0, *cells], strict=False)]


def build_cube(connection: duckdb.DuckDBPyConnection, as_of: datetime, largest: int = LARGEST) -> Cube:
    """Count the marts of the connection's current schema into a cube of at most ``largest`` bytes, encoded.

    ``as_of`` is naive UTC.

    Makes temporary tables in the connection. Raises duckdb.Error where a mart lacks what is counted.
    """
    connection.execute(_HANDOFFS)
    connection.execute("create or replace temp table clock as select cast(? as timestamp) as as_of", [as_of])
    lists = _lists(connection)
    for limits in LIMITS:
        cube = _at(connection, dict(zip(DIMENSIONS, limits, strict=True)), lists)
        if len(cube.encoded) <= largest:
            break
    return cube


# One row per handoff, with what it is filtered by. Spellings of a source that differ by case are one source,
# as they are for every policy; a campaign is known by its name where it has one.
_HANDOFFS = """
create or replace temp table handoffs as
with
labels as (
    select source_system, campaign_id, any_value(campaign_label) as label
    from dim_campaigns
    group by all
)
select
    handoffs.source_system as system_value,
    coalesce(handoffs.team_id, '(none)') as team_value,
    coalesce(lower(trim(handoffs.original_source)), '(none)') as source_value,
    coalesce(labels.label, handoffs.campaign_id, '(none)') as campaign_value,
    strftime(coalesce(measures.opened_on, cast(handoffs.opened_at as date)), '%Y-%m') as month_value,
    trim(handoffs.original_source) as source_label,
    handoffs.source_system,
    handoffs.lead_id,
    handoffs.handoff_number,
    handoffs.opened_at,
    handoffs.is_opened_day_level,
    handoffs.first_human_activity_at,
    handoffs.first_broken_layer,
    handoffs.layer_capture,
    handoffs.layer_qualification,
    handoffs.layer_routing,
    handoffs.layer_action,
    handoffs.layer_status,
    handoffs.layer_outcome,
    handoffs.outcome,
    handoffs.owner_id,
    handoffs.queue_id,
    handoffs.rejection_reason,
    measures.* exclude (
        source_system, lead_id, handoff_number, opened_on, source, channel, campaign, form, team, owner,
        queue, territory, fit_band, intent_tier
    ),
    coalesce(handoffs.is_stale, false) as is_stale
from fct_handoffs as handoffs
left join fct_handoff_measures as measures
    on
        handoffs.source_system = measures.source_system
        and handoffs.lead_id = measures.lead_id
        and handoffs.handoff_number = measures.handoff_number
left join labels
    on
        handoffs.source_system = labels.source_system
        and handoffs.campaign_id = labels.campaign_id
"""


def _lists(connection: duckdb.DuckDBPyConnection) -> dict[str, list[Any]]:
    """The numbered things that keys name, and the tables that translate into their numbers."""
    allowances = _column(
        connection,
        """
        select first_action_allowed_minutes
        from handoffs
        where first_action_allowed_minutes > 0
        group by 1
        order by count(*) desc
        limit ?
        """,
        [ALLOWANCES],
    )
    steps = sorted({*map(float, STEPS), *allowances})
    lists: dict[str, list[Any]] = {
        "steps": steps,
        "layers": list(words.LAYERS),
        "verdicts": list(words.VERDICTS),
        "rates": list(RATES),
        "waits": list(WAITS),
        "outcomes": list(OUTCOMES),
        "ages": list(AGES),
        "findings": _column(connection, "select finding_code from dim_findings order by 1"),
        "stages": _ordered(connection, "last_stage", words.STAGES),
        "groups": _ordered(connection, "last_status_group", words.STATUS_GROUPS),
        "reasons": _column(
            connection,
            """
            select coalesce(rejection_reason, '(none)')
            from handoffs
            where rejection_reason_completeness is not null
            group by 1
            order by count(*) desc, 1
            """,
        ),
    }
    lists["queues"] = _pairs(connection, "select source_system, queue_id from handoffs", QUEUES)
    # Of the owners only those whose leads wait for somebody who has left.
    lists["owners"] = _pairs(
        connection,
        """
        select source_system, owner_id
        from handoffs
        semi join (
            select source_system, lead_id, handoff_number
            from fct_handoff_findings
            where finding_code = 'owner_inactive'
        ) as inactive using (source_system, lead_id, handoff_number)
        """,
        OWNERS,
    )
    for name, values in lists.items():
        _number(connection, name, values)
    return lists


def _column(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: list[object] | None = None
) -> list[Any]:
    return [row[0] for row in connection.execute(sql, parameters).fetchall()]


def _ordered(connection: duckdb.DuckDBPyConnection, column: str, order: tuple[str, ...]) -> list[str]:
    """The values that a column has, in the order that people know them in."""
    found = _column(
        connection, f"select distinct {column} from handoffs where {column} is not null order by 1"
    )
    return sorted(found, key=lambda value: order.index(value) if value in order else len(order))


def _pairs(connection: duckdb.DuckDBPyConnection, sql: str, limit: int) -> list[list[str]]:
    """The commonest pairs of source system and id that a query gives."""
    rows = connection.execute(
        f"""
        select found.*
        from ({sql}) as found(system, id)
        where id is not null
        group by all
        order by count(*) desc, 1, 2
        limit {limit}
        """
    ).fetchall()
    return [list(row) for row in rows]


def _number(connection: duckdb.DuckDBPyConnection, name: str, values: list[Any]) -> None:
    """Make a temporary table of a list: its numbers, and the values that have them."""
    columns = "system varchar, value varchar" if name in PAIRS else "value varchar"
    connection.execute(f"create or replace temp table {name} (number integer, {columns})")
    if values:
        rows = [[n, *(value if name in PAIRS else [str(value)])] for n, value in enumerate(values)]
        marks = ", ".join("?" * len(rows[0]))
        connection.executemany(f"insert into {name} values ({marks})", rows)


def _at(connection: duckdb.DuckDBPyConnection, limits: dict[str, int], lists: dict[str, list[Any]]) -> Cube:
    members = {name: _members(connection, name, limit) for name, limit in limits.items()}
    joins = "\n".join(
        f"""
        left join member_{name} as {name}_member on handoffs.{name}_value = {name}_member.value
        """
        for name in DIMENSIONS
    )
    numbers = {
        name: f"coalesce({name}_member.number, {len(members[name]) - 1})" if members[name] else "0"
        for name in DIMENSIONS
    }
    selected = ", ".join(f"{number} as {name}" for name, number in numbers.items())
    connection.execute(
        f"""
        create or replace temp table placed as
        with numbered as (select handoffs.*, {selected} from handoffs {joins})
        select *, cast(dense_rank() over (order by {", ".join(DIMENSIONS)}) - 1 as integer) as cell
        from numbered
        """
    )
    columns = connection.execute(
        f"select {', '.join(DIMENSIONS)} from placed group by all order by min(cell)"
    ).fetchall()
    cells = {name: [row[position] for row in columns] for position, name in enumerate(DIMENSIONS)}
    families = {name: _family(connection, sql) for name, sql in _families(lists).items()}
    return Cube(members, lists, cells, families)


def _members(connection: duckdb.DuckDBPyConnection, name: str, limit: int) -> list[Member]:
    """Number the members of a dimension, the largest first, months in time; the last one holds the rest."""
    ordered = "value desc" if name == "month" else "handoffs desc, value"
    label = "mode(source_label)" if name == "source" else f"any_value({name}_value)"
    rows = connection.execute(
        f"""
        select
            {name}_value as value,
            coalesce({label}, any_value({name}_value)) as label,
            count(*) as handoffs
        from handoffs
        group by 1
        order by {ordered}
        """
    ).fetchall()
    kept = rows if len(rows) <= limit else rows[: max(limit - 1, 0)]
    connection.execute(f"create or replace temp table member_{name} (number integer, value varchar)")
    members = [Member(value, label) for value, label, _ in kept]
    if name == "month":
        members = members[::-1]
    has_rest = len(kept) < len(rows)
    # Earlier months come before the others, every other rest after them: the rest is the last in any case.
    if members:
        connection.executemany(
            f"insert into member_{name} values (?, ?)",
            [[number, member.value] for number, member in enumerate(members)],
        )
    return [*members, Member(OTHER, "earlier" if name == "month" else OTHER)] if has_rest else members


def _family(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[list[int], list[int], list[int]]:
    rows = connection.execute(
        f"""
        select cast(cell as integer) as cell, cast(key as integer) as key, count(*) as n
        from ({sql})
        where key is not null
        group by all
        order by 1, 2
        """
    ).fetchall()
    return [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]


def _families(lists: dict[str, list[Any]]) -> dict[str, str]:
    """SQL per family that gives one row of cell and key for each thing to be counted."""
    steps = len(lists["steps"])

    def step(minutes: str) -> str:
        whens = " ".join(f"when {minutes} <= {bound} then {at}" for at, bound in enumerate(lists["steps"]))
        return f"case {whens} else {steps} end"

    of_handoff = "(source_system, lead_id, handoff_number)"
    verdicts = ", ".join(f"'{verdict}'" for verdict in lists["verdicts"])
    layers = " union all ".join(
        f"select cell, {number * len(lists['verdicts']) - 1} + list_position([{verdicts}], layer_{name})"
        " as key from placed"
        for number, name in enumerate(lists["layers"])
    )
    rates = " union all ".join(
        f"select cell, {number * 3} + case {name} when 0 then 0 when 1 then 1 when -1 then 2 end as key"
        " from placed"
        for number, name in enumerate(RATES)
    )
    waits = " union all ".join(
        f"select cell, ({number * 2} + cast(is_{name}_ended as integer)) * {steps + 1} + {step(name)} as key"
        f" from placed where {name} is not null"
        for number, name in enumerate(WAITS)
    )
    age = "date_diff('minute', opened_at, clock.as_of) / 1440.0"
    aged = " ".join(f"when {age} < {bound} then {at}" for at, bound in enumerate(AGES))
    hour = "(isodow({0}) - 1) * 24 + hour({0})"
    return {
        "handoffs": "select cell, 0 as key from placed",
        "layers": layers,
        "first": "select placed.cell, layers.number as key from placed"
        " inner join layers on placed.first_broken_layer = layers.value",
        "findings": "select placed.cell, findings.number as key from placed"
        f" inner join fct_handoff_findings as found using {of_handoff}"
        " inner join findings on found.finding_code = findings.value",
        # What the first broken layer of a handoff is broken by.
        "leading": "select placed.cell, findings.number as key from placed"
        f" inner join fct_handoff_findings as found using {of_handoff}"
        " inner join findings on found.finding_code = findings.value"
        " where found.layer = placed.first_broken_layer and found.severity <> 'low'",
        "rates": rates,
        "waits": waits,
        "due": f"select cell, {step('first_action_allowed_minutes')} as key from placed"
        " where first_action_allowed_minutes is not null and human_minutes is not null",
        "arrivals": f"select cell, {hour.format('opened_at')} as key from placed"
        " where not is_opened_day_level",
        "actions": f"select cell, {hour.format('first_human_activity_at')} as key from placed"
        " where first_human_activity_at is not null and not is_opened_day_level",
        "in_time": f"select cell, ({hour.format('opened_at')}) * 2 + first_action_sla_rate as key from placed"
        " where first_action_sla_rate in (0, 1) and not is_opened_day_level",
        # 0 handoffs, 1 waited too long, 2 unmonitored; the waits themselves are told apart in queue_waits.
        "queues": "select cell, queues.number * 3 as key from placed"
        " inner join queues on placed.source_system = queues.system and placed.queue_id = queues.value"
        " union all select cell, queues.number * 3"
        " + case found.finding_code when 'queue_unworked' then 1 when 'queue_unmonitored' then 2 end as key"
        f" from placed inner join fct_handoff_findings as found using {of_handoff}"
        " inner join queues on placed.source_system = queues.system and placed.queue_id = queues.value",
        "queue_waits": "select cell,"
        f" (queues.number * 2 + cast(is_queue_wait_minutes_ended as integer)) * {steps + 1}"
        f" + {step('queue_wait_minutes')} as key from placed"
        " inner join queues on placed.source_system = queues.system and placed.queue_id = queues.value"
        " where queue_wait_minutes is not null",
        "owners": "select cell, owners.number as key from placed"
        f" inner join fct_handoff_findings as found using {of_handoff}"
        " inner join owners on placed.source_system = owners.system and placed.owner_id = owners.value"
        " where found.finding_code = 'owner_inactive'",
        "stages": f"select cell, stages.number * {len(lists['groups'])} + groups.number as key from placed"
        " inner join stages on placed.last_stage = stages.value"
        " inner join groups on placed.last_status_group = groups.value",
        "ages": f"select cell, case {aged} else {len(AGES)} end * 2 + cast(is_stale as integer) as key"
        " from placed cross join clock where outcome = 'open'",
        "outcomes": "select cell, outcomes.number as key from placed"
        " inner join outcomes on placed.outcome = outcomes.value",
        # 0 every rejection, 1 those that the record refutes.
        "reasons": "select cell, reasons.number * 2 as key from placed"
        " inner join reasons on coalesce(placed.rejection_reason, '(none)') = reasons.value"
        " where rejection_reason_completeness is not null"
        " union all select cell, reasons.number * 2 + 1 as key from placed"
        f" inner join fct_handoff_findings as found using {of_handoff}"
        " inner join reasons on coalesce(placed.rejection_reason, '(none)') = reasons.value"
        " where rejection_reason_completeness is not null"
        " and found.finding_code = 'rejection_reason_contradicted'",
    }
