"""Small nasty CRMs in the canonical layout, each diagnosed in about a second, for tests of properties."""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from tests.diagnosis.build import Built
from tests.diagnosis.chain import Chain
from tests.diagnosis.worlds import World, copy_policies, write_sources
from tests.reference.random_leads import COLUMNS, Maker, Tables, as_instant
from tests.reference.random_policies import (
    STAGES,
    STATUSES,
    Roster,
    Row,
    make_roster,
    write_csv,
    write_policies,
)

AS_OF = datetime(2026, 2, 12, 15, 30, tzinfo=UTC)
SOURCES = ("one", "two")
# Leads that are always there, so that what a source records does not hang on the few that are drawn.
BACKGROUND = tuple(range(30))
# Where clocks never change: every week is as long as every other.
STEADY_ZONES = ("Asia/Tokyo", "Asia/Kolkata", "America/Phoenix", "UTC")
INSTANTS = {
    "leads": ("created_at", "mql_at", "accepted_at", "assigned_at", "converted_at", "deleted_at", "merged_at",
              "updated_at", "synced_at"),
    "lead_changes": ("changed_at",),
    "activities": ("occurred_at", "created_at", "due_at", "synced_at"),
    "accounts": ("created_at", "customer_since"),
    "campaign_members": ("created_at",),
    "form_submissions": ("submitted_at",),
    "opportunities": ("created_at", "closed_at"),
}  # fmt: skip
POLICY_DAYS = ("valid_from", "valid_to", "day")

Rows = dict[tuple[Any, ...], dict[str, Any]]


class Nasty:
    """A world of two sources with the same people and policies, and whatever leads a test puts into them."""

    def __init__(self, folder: Path) -> None:
        """Draw people and policies, and write the world to be built once below `folder`."""
        rng = random.Random(20260212)
        self.roster = make_roster(rng, SOURCES[0], 0)
        write_policies(rng, folder / "drawn", AS_OF, [self.roster])
        _steady(folder / "drawn" / "calendars.csv")
        copy_policies(folder / "drawn", folder / "policies", {SOURCES[0]: list(SOURCES)})
        with (folder / "policies" / "calendars.csv").open(encoding="utf-8") as handle:
            self.zone = ZoneInfo(
                next(r["timezone"] for r in csv.DictReader(handle) if r["calendar_id"] == "default")
            )
        for source in SOURCES:
            for table, rows in self.tables([]).items():
                write_csv(folder / source / f"{table}.csv", COLUMNS[table], rows)
        sources = [
            {"name": name, "crm": "canonical", "from": {"kind": "files", "path": str(folder / name)}}
            for name in SOURCES
        ]
        write_sources(folder / "sources.yml", AS_OF.isoformat(), sources)
        self.world = World(folder / "sources.yml", folder / "policies")

    def tables(self, seeds: Iterable[int]) -> Tables:
        """The tables of a source: the background leads, then one lead per seed."""
        maker = Maker(random.Random(0), self.roster, AS_OF, self.zone, ZoneInfo("UTC"))
        for number, seed in enumerate([*BACKGROUND, *seeds]):
            maker.rng, maker.numbers = random.Random(seed), 1000 * number
            maker.lead()
        maker.rng, maker.numbers = random.Random(1), 900_000_000
        return maker.make(0)


def _steady(path: Path) -> None:
    """Move every calendar to a zone without daylight-saving time."""
    with path.open(newline="", encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    for row in rows:
        row["timezone"] = STEADY_ZONES[sum(row["calendar_id"].encode()) % len(STEADY_ZONES)]
    write_csv(path, list(rows[0]), rows)


class Diagnosed:
    """The marts of one run, in rows by key, without the source's name."""

    def __init__(self, chain: Chain, connection: Any) -> None:  # noqa: ANN401 - DuckDB's own class
        """Read what the chain has made."""
        self.handoffs = self._read(connection, "fct_handoffs", 2)
        self.findings = self._read(connection, "fct_handoff_findings", 3)
        self.events = self._read(connection, "fct_lead_events", 2)

    @staticmethod
    def _read(connection: Any, mart: str, keys: int) -> dict[str, Rows]:  # noqa: ANN401
        key = {"fct_handoffs": ("lead_id", "handoff_number"),
               "fct_handoff_findings": ("lead_id", "handoff_number", "finding_code"),
               "fct_lead_events": ("lead_id", "event_id")}[mart]  # fmt: skip
        cursor = connection.execute(f"select * from warehouse.marts.{mart}")
        columns = [item[0] for item in cursor.description]
        found: dict[str, Rows] = {source: {} for source in SOURCES}
        for values in cursor.fetchall():
            row = dict(zip(columns, values, strict=True))
            rows = found[row.pop("source_system")]
            at = tuple(row.pop(name) for name in key)
            assert at not in rows, f"{mart}: {at} twice"
            rows[at] = row
        return found


class Bench:
    """Runs the project's SQL on other rows of the world that was built."""

    def __init__(self, built: Built, nasty: Nasty) -> None:
        """Open the built world in memory; nothing that is run here reaches its file."""
        self.nasty = nasty
        self.chain = Chain(built)
        self.connection = self.chain.open()
        landed = [name for name in self.chain.models if name.startswith("stg_canonical__")]
        policies = [name for name in self.chain.models if name.startswith("stg_policies__")]
        self.after_rows = self.chain.below(landed)
        self.after_all = self.chain.below([*landed, *policies, "int_clock"])

    def diagnose(self, sources: Mapping[str, Tables]) -> Diagnosed:
        """Put the tables into the sources and diagnose both."""
        self._fill(sources)
        self.chain.run(self.connection, self.after_rows)
        return Diagnosed(self.chain, self.connection)

    def diagnose_shifted(self, sources: Mapping[str, Tables], weeks: int) -> Diagnosed:
        """The same with clock and policies moved by whole weeks, and moved back afterwards."""
        self._fill(sources)
        self._shift_settings(weeks)
        try:
            self.chain.run(self.connection, self.after_all)
            return Diagnosed(self.chain, self.connection)
        finally:
            self._shift_settings(-weeks)
            self.chain.run(self.connection, self.after_all)

    def _fill(self, sources: Mapping[str, Tables]) -> None:
        for source, tables in sources.items():
            for table, rows in tables.items():
                columns = COLUMNS[table]
                cells = [pa.array([row.get(name) or None for row in rows], pa.string()) for name in columns]
                numbers = pa.array(range(1, len(rows) + 1), pa.int64())
                arrow = pa.table([*cells, numbers], [*columns, "_handoff_row"])
                place = f'warehouse."raw_{source}"."{table}"'
                self.connection.register("given", arrow)
                names = ", ".join(f'"{name}"' for name in arrow.column_names)
                self.connection.execute(
                    f"delete from {place};"
                    f" insert into {place} ({names}, _handoff_file, _handoff_landed_at)"
                    f" select {names}, '{table}.csv', landed_at from given, warehouse.landing.clock"
                )
                self.connection.unregister("given")

    def _shift_settings(self, weeks: int) -> None:
        self.connection.execute(
            f"update warehouse.landing.clock set as_of = as_of + interval ({7 * weeks}) day"
        )
        columns = self.connection.execute(
            "select table_name, column_name from information_schema.columns"
            " where table_catalog = 'warehouse' and table_schema = 'policies_user'"
            f" and column_name in {POLICY_DAYS}"
        ).fetchall()
        for table, column in columns:
            self.connection.execute(
                f"update warehouse.policies_user.{table} set {column} ="
                f" cast(cast({column} as date) + {7 * weeks} as varchar) where {column} is not null"
            )


def reordered(tables: Tables, seed: int) -> Tables:
    """The same rows in another order."""
    rng = random.Random(seed)
    return {table: rng.sample(rows, len(rows)) for table, rows in tables.items()}


def shifted(tables: Tables, weeks: int) -> Tables:
    """The same rows with every instant and day moved by whole weeks."""
    by = timedelta(weeks=weeks)
    return {
        table: [
            {n: moved(value, by) if n in INSTANTS.get(table, ()) else value for n, value in row.items()}
            for row in rows
        ]
        for table, rows in tables.items()
    }


def moved(text: str, by: timedelta) -> str:
    """An instant or a day in any form that the maker writes, moved, in the same form."""
    if not text:
        return text
    if text.isdigit():
        seconds = int(by.total_seconds())
        return str(int(text) + (seconds * 1000 if len(text) > 11 else seconds))
    if len(text) == 10:
        return (date.fromisoformat(text) + by).isoformat()
    found = re.fullmatch(r"(.{19})(.*)", text)
    assert found is not None, text
    at = datetime.fromisoformat(found[1]) + by
    return at.isoformat(sep=found[1][10]) + found[2]


def with_later_events(tables: Tables, roster: Roster, at: datetime, seed: int) -> dict[str, str]:
    """Add one event at `at` to every lead that nothing happened to since; returns its kind by lead.

    The tables are changed in place. Today's values on the lead stay as they are: history wins.
    """
    rng = random.Random(seed)
    added: dict[str, str] = {}
    stamp = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    logs: dict[tuple[str, str], list[Row]] = {}
    for change in sorted(tables["lead_changes"], key=lambda row: as_instant(row["changed_at"])):
        logs.setdefault((change["lead_id"], change["field"]), []).append(change)
    today = {
        row["lead_id"]: row
        for row in sorted(tables["leads"], key=lambda r: as_instant(r.get("synced_at", "0")))
    }
    for number, (lead_id, lead) in enumerate(sorted(today.items())):
        kind = rng.choice(
            ["lifecycle_stage", "status", "owner_id", "activity", "form", "campaign", "opportunity"]
        )
        log = logs.get((lead_id, kind), [])
        if not lead_id or (log and as_instant(log[-1]["changed_at"]) >= at.timestamp()):
            continue
        added[lead_id] = kind
        row = {"lead_id": lead_id}
        key = f"N{number:06d}"
        if kind == "activity":
            row |= {"activity_id": key, "activity_type": "call", "owner_id": rng.choice(roster.sales)}
            row |= {"occurred_at": stamp, "status": "completed", "outcome": "Connected", "source": "manual"}
            tables["activities"].append(row)
        elif kind == "form":
            tables["form_submissions"].append(row | {"submission_id": key, "submitted_at": stamp})
        elif kind == "campaign":
            tables["campaign_members"].append(
                row | {"member_id": key, "campaign_id": "C1", "created_at": stamp}
            )
        elif kind == "opportunity":
            row |= {"opportunity_id": key, "created_at": stamp, "closed_at": stamp, "is_won": "True"}
            tables["opportunities"].append(row)
        else:
            words = {"lifecycle_stage": STAGES, "status": STATUSES}.get(
                kind, {"": [*roster.sales, *roster.queues]}
            )
            new = rng.choice([raw for raws in words.values() for raw in raws])
            old = log[-1]["new_value"] if log else lead.get(kind, "")
            row |= {"change_id": key, "field": kind, "old_value": old, "new_value": new, "changed_at": stamp}
            tables["lead_changes"].append(row | {"changed_by": rng.choice(roster.sales)})
    return added
