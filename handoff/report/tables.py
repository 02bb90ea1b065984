"""Tables of the page, as they are for all handoffs; its script fills the same cells for a selection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from handoff.report import words
from handoff.report.cube import AGES, Cube
from handoff.report.statistics import life_table, quantile

# A mix of routing faults, as people speak of them.
TEAM_FINDINGS = {
    "owner_missing": "No owner",
    "owner_late": "Owner late",
    "reassigned_repeatedly": "Ping-pong",
    "existing_account_as_new": "Account's owner passed over",
    "existing_customer_as_new": "Customer's owner passed over",
    "territory_mismatch": "Wrong territory",
    "territory_overrode_account": "Territory before account",
    "duplicate_restarted": "Duplicate restarted",
}
WAIT_WORDS = {
    "speed_to_lead_minutes": ("Whole wait", "from the opening to the first human action"),
    "routing_minutes": ("Routing", "until a queue or a sales user owns it"),
    "queue_wait_minutes": ("Queue", "until a sales user claims it, of those that waited in a queue"),
    "human_minutes": ("Human", "from the first sales user to the first action"),
}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Column:
    """A column; ``form`` says how its cells read and sort: number, percent, fine (a share with
    a decimal), duration, words, name, key, crm, severity, layer, reason or insight.
    """

    name: str
    label: str
    form: str = "number"
    has_bar: bool = False

    @property
    def is_number(self) -> bool:
        """Whether cells stand right."""
        return self.form in ("number", "percent", "fine", "duration")


@dataclass(frozen=True)
class Row:
    """A row; ``key`` is the number that the page's script knows it by, ``note`` a second line of its head."""

    key: int
    cells: Mapping[str, Any]
    note: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """A table; its first column is the head of each row, rows without ``main`` are not shown. Where script
    runs, rows beyond ``limit`` wait until they are asked for.
    """

    name: str
    caption: str
    columns: list[Column]
    rows: list[Row]
    main: str = ""
    is_searchable: bool = False
    limit: int | None = None


def share(part: float, whole: float) -> float | None:
    """Return a share, 0 to 1; None of nothing."""
    return part / whole if whole else None


def by_system(cube: Cube, processes: Mapping[str, str | None]) -> Table:
    """Source systems: how many break, and where first."""
    handoffs = cube.by_member("handoffs", "system")
    first = cube.by_member("first", "system")
    rows = []
    for number, member in enumerate(cube.members["system"]):
        counts = [first.get((number, layer), 0) for layer in range(len(words.LAYERS))]
        rows.append(
            Row(
                number,
                {
                    "system": member.label,
                    "handoffs": handoffs.get((number, 0), 0),
                    "broken": share(sum(counts), handoffs.get((number, 0), 0)),
                    "worst": counts.index(max(counts)) if any(counts) else None,
                    "process": processes.get(member.value),
                },
            )
        )
    columns = [
        Column("system", "Source system", "crm"),
        Column("handoffs", "Handoffs"),
        Column("broken", "Broken somewhere", "percent", has_bar=True),
        Column("worst", "Breaks first, most often", "layer"),
        Column("process", "On record", "words"),
    ]
    return Table("systems", "By source system", columns, rows, "handoffs")


def findings(cube: Cube, catalogue: Mapping[str, Mapping[str, Any]]) -> Table:
    """Kinds of finding, the most frequent first; those of low severity last, for they break nothing."""
    totals = cube.totals("findings")
    handoffs = cube.totals("handoffs").get(0, 0)
    rows = []
    for number, code in enumerate(cube.lists["findings"]):
        count = totals.get(number, 0)
        if count:
            known = catalogue[code]
            cells = {
                "finding": code,
                "severity": known["severity"],
                "layer": list(words.LAYERS).index(known["layer"]),
                "handoffs": count,
                "share": share(count, handoffs),
                "inspect": known["what_to_inspect"],
                "fix": words.FIXES.get(known["quality_dimension"]),
            }
            rows.append(Row(number, cells, known["fires_when"]))
    rows.sort(key=lambda row: (row.cells["severity"] == "low", -row.cells["handoffs"], row.cells["finding"]))
    columns = [
        Column("finding", "Finding", "name"),
        Column("severity", "Severity", "severity"),
        Column("layer", "Layer", "layer"),
        Column("handoffs", "Handoffs"),
        Column("share", "Of all", "fine"),
        Column("inspect", "Inspect", "words"),
        Column("fix", "Whose fix", "words"),
    ]
    return Table("findings", "", columns, rows, "handoffs", is_searchable=True, limit=12)


def waits(cube: Cube, metrics: Mapping[str, Any]) -> Table:
    """The parts of the wait, with the quantiles as the metrics mart has them."""
    totals = cube.totals("waits")
    steps = len(cube.lists["steps"]) + 1
    rows = []
    for number, name in enumerate(cube.lists["waits"]):
        if name in WAIT_WORDS:
            ended = sum(totals.get((number * 2 + 1) * steps + step, 0) for step in range(steps))
            lasting = sum(totals.get(number * 2 * steps + step, 0) for step in range(steps))
            median, late = metrics.get(name), metrics.get(f"{name}_p90")
            cells = {
                "part": WAIT_WORDS[name][0],
                "median": median.value if median else None,
                "late": late.value if late else None,
                "ended": ended,
                "lasting": lasting,
            }
            rows.append(Row(number, cells, WAIT_WORDS[name][1]))
    columns = [
        Column("part", "Part", "words"),
        Column("median", "Half are done within", "duration"),
        Column("late", "Nine in ten within", "duration"),
        Column("ended", "Over"),
        Column("lasting", "Broken off or waiting"),
    ]
    return Table("waits", "The wait and its parts, in business time", columns, rows)


def hours(cube: Cube) -> list[Table]:
    """When handoffs arrive and when first actions happen, by weekday and by hour."""
    arrivals, actions = cube.totals("arrivals"), cube.totals("actions")
    in_time = cube.totals("in_time")

    def cells(slots: range) -> dict[str, Any]:
        late = sum(in_time.get(slot * 2, 0) for slot in slots)
        judged = late + sum(in_time.get(slot * 2 + 1, 0) for slot in slots)
        return {
            "arrivals": sum(arrivals.get(slot, 0) for slot in slots),
            "actions": sum(actions.get(slot, 0) for slot in slots),
            "late": share(late, judged),
        }

    columns = [
        Column("arrivals", "Arrive"),
        Column("actions", "First actions"),
        Column("late", "Late, of those that arrive then", "percent", has_bar=True),
    ]
    days = [
        Row(day, {"slot": name} | cells(range(day * 24, day * 24 + 24))) for day, name in enumerate(WEEKDAYS)
    ]
    clock = [Row(hour, {"slot": f"{hour:02}:00"} | cells(range(hour, 168, 24))) for hour in range(24)]
    return [
        Table("weekdays", "By weekday", [Column("slot", "Weekday", "key"), *columns], days),
        Table("clock", "By hour, UTC", [Column("slot", "Hour", "words"), *columns], clock),
    ]


def queues(cube: Cube, owners: Mapping[tuple[str, str], Mapping[str, Any]]) -> Table:
    """Queues: what waited there, and for how long."""
    totals, waited = cube.totals("queues"), cube.totals("queue_waits")
    bounds = cube.lists["steps"]
    steps = len(bounds) + 1
    rows = []
    for number, (system, queue) in enumerate(cube.lists["queues"]):
        known = owners.get((system, queue), {})
        curve = life_table(waited, number, steps)
        cells = {
            "queue": known.get("queue_label") or queue,
            "team": known.get("team_label"),
            "system": system,
            "handoffs": totals.get(number * 3, 0),
            "unworked": totals.get(number * 3 + 1, 0),
            "share": share(totals.get(number * 3 + 1, 0), totals.get(number * 3, 0)),
            "median": quantile(curve, bounds, 0.5),
            "unmonitored": totals.get(number * 3 + 2, 0),
        }
        rows.append(Row(number, cells))
    columns = [
        Column("queue", "Queue", "crm"),
        Column("team", "Team", "crm"),
        Column("system", "Source system", "crm"),
        Column("handoffs", "Handoffs"),
        Column("median", "Half are claimed within", "duration"),
        Column("unworked", "Waited too long"),
        Column("share", "Of its handoffs", "percent", has_bar=True),
        Column("unmonitored", "Nobody watches"),
    ]
    return Table("queues", "Queues", columns, rows, "handoffs", is_searchable=True)


def owners(cube: Cube, known: Mapping[tuple[str, str], Mapping[str, Any]]) -> Table:
    """Deactivated owners, and how many handoffs wait for each of them."""
    totals = cube.totals("owners")
    rows = []
    for number, (system, owner) in enumerate(cube.lists["owners"]):
        about = known.get((system, owner), {})
        cells = {
            "owner": about.get("owner_label") or owner,
            "team": about.get("team_label"),
            "system": system,
            "handoffs": totals.get(number, 0),
        }
        rows.append(Row(number, cells))
    columns = [
        Column("owner", "Deactivated owner", "crm"),
        Column("team", "Team", "crm"),
        Column("system", "Source system", "crm"),
        Column("handoffs", "Open handoffs"),
    ]
    return Table("owners", "Leads of owners who have left", columns, rows, "handoffs", is_searchable=True)


def teams(cube: Cube, labels: Mapping[str, str]) -> Table:
    """Faults of ownership and routing, by team."""
    handoffs, found = cube.by_member("handoffs", "team"), cube.by_member("findings", "team")
    codes = {
        code: cube.lists["findings"].index(code) for code in TEAM_FINDINGS if code in cube.lists["findings"]
    }
    rows = [
        Row(
            number,
            {"team": labels.get(member.value, member.label), "handoffs": handoffs.get((number, 0), 0)}
            | {code: found.get((number, at), 0) for code, at in codes.items()},
        )
        for number, member in enumerate(cube.members["team"])
    ]
    columns = [Column("team", "Team", "crm"), Column("handoffs", "Handoffs")]
    columns += [Column(code, TEAM_FINDINGS[code]) for code in codes]
    return Table(
        "teams", "Ownership, accounts and territories, by team", columns, rows, "handoffs", is_searchable=True
    )


def stages(cube: Cube, conflicts: set[tuple[str, str]]) -> Table:
    """Leads by lifecycle stage and status group; a cell whose two contradict each other is marked."""
    totals = cube.totals("stages")
    groups = cube.lists["groups"]
    columns = [
        Column("stage", "Lifecycle stage", "name"),
        *(Column(group, words.spoken(group)) for group in groups),
    ]
    rows = []
    for number, stage in enumerate(cube.lists["stages"]):
        cells = {group: totals.get(number * len(groups) + at, 0) for at, group in enumerate(groups)}
        marked = {group for group in groups if (stage, group) in conflicts}
        rows.append(Row(number, {"stage": stage} | cells, attributes={"marked": marked}))
    return Table(
        "stages", "Last handoff of each lead: what marketing's stage and sales' status say", columns, rows
    )


def ages(cube: Cube) -> Table:
    """Open handoffs by age, and how many of them nothing has moved for too long."""
    totals = cube.totals("ages")
    labels = ["Up to 1 week", *(f"{a // 7} to {b // 7} weeks" for a, b in pairwise(AGES))]
    labels.append(f"Over {AGES[-1] // 7} weeks")
    rows = []
    for number, label in enumerate(labels):
        still, stale = totals.get(number * 2, 0), totals.get(number * 2 + 1, 0)
        rows.append(
            Row(
                number,
                {"age": label, "open": still + stale, "stale": stale, "share": share(stale, still + stale)},
            )
        )
    columns = [
        Column("age", "Open for", "key"),
        Column("open", "Handoffs"),
        Column("stale", "Stale"),
        Column("share", "Of them", "percent", has_bar=True),
    ]
    return Table("ages", "Open handoffs by age", columns, rows)


def reasons(cube: Cube, insights: Mapping[str, str | None]) -> Table:
    """Why sales rejects, how much of it the record does not refute, and what marketing learns from it."""
    totals = cube.totals("reasons")
    everything = sum(count for key, count in totals.items() if key % 2 == 0)
    rows = []
    for number, reason in enumerate(cube.lists["reasons"]):
        given, refuted = totals.get(number * 2, 0), totals.get(number * 2 + 1, 0)
        cells = {
            "reason": reason,
            "rejections": given,
            "share": share(given, everything),
            "verified": share(given - refuted, given) if reason != "(none)" else None,
            "insight": insights.get(reason),
        }
        rows.append(Row(number, cells))
    columns = [
        Column("reason", "Reason", "reason"),
        Column("rejections", "Rejections"),
        Column("share", "Of all", "percent", has_bar=True),
        Column("verified", "Verified", "percent"),
        Column("insight", "What marketing learns", "words"),
    ]
    return Table("reasons", "Why sales rejects", columns, rows, "rejections")


def by_source(cube: Cube, insights: Mapping[str, str | None]) -> Table:
    """Rejections and recycles by source, with the reason that comes most often."""
    handoffs, outcomes = cube.by_member("handoffs", "source"), cube.by_member("outcomes", "source")
    given = cube.by_member("reasons", "source")
    rejected, recycled = (cube.lists["outcomes"].index(name) for name in ("rejected", "recycled"))
    rows = []
    for number, member in enumerate(cube.members["source"]):
        of_reason = [given.get((number, at * 2), 0) for at in range(len(cube.lists["reasons"]))]
        refuted = sum(given.get((number, at * 2 + 1), 0) for at in range(len(of_reason)))
        named = sum(
            count
            for count, reason in zip(of_reason, cube.lists["reasons"], strict=True)
            if reason != "(none)"
        )
        whole = handoffs.get((number, 0), 0)
        top = of_reason.index(max(of_reason)) if any(of_reason) else None
        cells = {
            "source": member.label,
            "handoffs": whole,
            "rejected": share(outcomes.get((number, rejected), 0), whole),
            "recycled": share(outcomes.get((number, recycled), 0), whole),
            "verified": share(named - refuted, named),
            "reason": None if top is None else cube.lists["reasons"][top],
            "insight": None if top is None else insights.get(cube.lists["reasons"][top]),
        }
        rows.append(Row(number, cells))
    columns = [
        Column("source", "Source", "crm"),
        Column("handoffs", "Handoffs"),
        Column("rejected", "Rejected", "percent", has_bar=True),
        Column("recycled", "Recycled", "percent", has_bar=True),
        Column("verified", "Reasons verified", "percent"),
        Column("reason", "Most often because", "reason"),
        Column("insight", "What marketing learns", "insight"),
    ]
    return Table("sources", "Rejected and recycled, by source", columns, rows, "handoffs", is_searchable=True)
