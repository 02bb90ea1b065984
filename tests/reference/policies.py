"""The policies, read from a folder of CSVs; a file that is missing there falls back to the shipped one."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from .clock import Calendar, Hours, Moment, is_valid_on

SHIPPED = Path(__file__).resolve().parents[2] / "seeds"
ALLOWANCES = {
    "owner_assignment": 60.0,
    "queue_wait": 120.0,
    "first_action": 240.0,
    "acceptance": 960.0,
    "status_update": 480.0,
    "next_step": 2400.0,
    "abandon": 2400.0,
    "stale": 4800.0,
    "opportunity": 2400.0,
    "outcome": 21600.0,
}
Row = dict[str, str]


def norm(text: str | None) -> str:
    """Raw values match ignoring case and outer blanks."""
    return (text or "").strip().lower()


def is_true(text: str | None) -> bool:
    """A flag of a policy or of a CRM."""
    return norm(text) in {"true", "t", "1", "yes", "y"}


def to_day(text: str | None) -> date | None:
    """A validity bound; blank is unbounded."""
    return date.fromisoformat(text.strip()) if text and text.strip() else None


def to_time(text: str) -> time | None:
    """A local HH:MM; 24:00 is the end of the day (None)."""
    hours, minutes = text.strip().split(":")[:2]
    return None if int(hours) == 24 else time(int(hours), int(minutes))


@dataclass(frozen=True)
class Stage:
    """A canonical lifecycle stage."""

    name: str
    rank: int
    is_sales_ready: bool
    is_required: bool
    is_active_sales: bool

    @property
    def is_on_path(self) -> bool:
        """Recycled and disqualified are off the path: moves into or out of them have no direction."""
        return self.name not in {"recycled", "disqualified"}


@dataclass(frozen=True)
class Status:
    """What a raw status means; group None is a value that the map does not know."""

    group: str | None
    is_vague: bool


@dataclass(frozen=True)
class Team:
    """A team, its function (sales, marketing, system), calendar and territory."""

    team_id: str
    name: str
    function: str
    calendar_id: str
    territory: str


@dataclass(frozen=True)
class Fit:
    """A fit band."""

    band: str
    is_sales_ready: bool


@dataclass
class Policies:
    """All policies, with the look-ups that the specification describes."""

    tables: dict[str, list[Row]]
    calendars: dict[str, Calendar] = field(init=False)
    stages: dict[str, Stage] = field(init=False)
    teams: dict[str, Team] = field(init=False)

    def __post_init__(self) -> None:
        """Build the look-ups."""
        self.calendars = self._read_calendars()
        self.stages = {
            norm(row["stage"]): Stage(
                norm(row["stage"]),
                int(row["rank"]),
                is_true(row["is_sales_ready"]),
                is_true(row["is_required"]),
                is_true(row["is_active_sales"]),
            )
            for row in self.tables["lifecycle_stages"]
        }
        self.teams = {
            norm(row["team_id"]): Team(
                row["team_id"].strip(),
                row["name"].strip(),
                norm(row["function"]),
                row.get("calendar_id", "").strip(),
                row.get("territory", "").strip(),
            )
            for row in self.tables["teams"]
        }
        self._owner_map: dict[str, list[Row]] = defaultdict(list)
        for row in self.tables["owner_map"]:
            self._owner_map[norm(row["owner_key"])].append(row)
        self._maps: dict[tuple[str, str], dict[str, Row]] = {}

    def _read_calendars(self) -> dict[str, Calendar]:
        hours: dict[str, list[Hours]] = defaultdict(list)
        holidays: dict[str, set[date]] = defaultdict(set)
        for row in self.tables["calendars"]:
            opens = to_time(row["opens_at"])
            if opens is None:
                raise ValueError(f"a calendar cannot open at 24:00: {row}")
            hours[norm(row["calendar_id"])].append(
                Hours(
                    ZoneInfo(row["timezone"].strip()),
                    int(row["weekday"]),
                    opens,
                    to_time(row["closes_at"]),
                    to_day(row.get("valid_from")),
                    to_day(row.get("valid_to")),
                )
            )
        for row in self.tables["holidays"]:
            holidays[norm(row["calendar_id"])].add(date.fromisoformat(row["day"].strip()))
        return {key: Calendar(rows, frozenset(holidays[key])) for key, rows in hours.items()}

    # -- calendars and allowances -----------------------------------------------------------------------

    @property
    def default_calendar(self) -> Calendar:
        """The calendar whose days are the project's days."""
        return self.calendars["default"]

    def calendar(self, team: Team | None) -> Calendar:
        """The calendar of a team, else the default one."""
        if team is not None and norm(team.calendar_id) in self.calendars:
            return self.calendars[norm(team.calendar_id)]
        return self.default_calendar

    def local_day(self, instant: datetime) -> date:
        """The day of an instant in the zone of the default calendar."""
        return instant.astimezone(self.default_calendar.zone_at(instant)).date()

    def allowance(self, key: str, day: date) -> float:
        """Business minutes allowed, by the row in force on the (UTC) day that the clock starts."""
        for row in self.tables["allowances"]:
            if norm(row["allowance"]) == key and _in_force(row, day):
                return float(row["business_minutes"])
        return ALLOWANCES[key]

    def first_action_minutes(
        self, intent_tier: str | None, fit_band: str | None, team: Team | None, day: date
    ) -> float:
        """The SLA row with most conditions (then team, intent, fit), else the first_action allowance."""
        have = {
            "team_id": norm(team.team_id if team else ""),
            "intent_tier": norm(intent_tier),
            "fit_band": norm(fit_band),
        }
        best: tuple[tuple[int, bool, bool, bool], float] | None = None
        for row in self.tables["sla_policy"]:
            wanted = {key: norm(row.get(key)) for key in have}
            if not _in_force(row, day) or any(wanted[key] and wanted[key] != have[key] for key in have):
                continue
            rank = (
                sum(1 for key in wanted if wanted[key]),
                bool(wanted["team_id"]),
                bool(wanted["intent_tier"]),
                bool(wanted["fit_band"]),
            )
            if best is None or rank > best[0]:
                best = (rank, float(row["first_action_minutes"]))
        return best[1] if best else self.allowance("first_action", day)

    # -- maps of raw values -----------------------------------------------------------------------------

    def _mapped(self, table: str, column: str, source_system: str, raw: str | None) -> Row | None:
        """The row of a raw value; the source's own row wins over `*`."""
        if not norm(raw):
            return None
        key = (table, norm(source_system))
        if key not in self._maps:
            found: dict[str, Row] = {}
            for wanted in ("*", norm(source_system)):
                for row in self.tables[table]:
                    if norm(row.get("source_system", "*")) == wanted:
                        found[norm(row[column])] = row
            self._maps[key] = found
        return self._maps[key].get(norm(raw))

    def stage(self, source_system: str, raw: str | None) -> Stage | None:
        """The canonical stage of a raw one; None when blank or not mapped."""
        row = self._mapped("lifecycle_stage_map", "raw_stage", source_system, raw)
        return self.stages.get(norm(row["stage"])) if row else None

    def status(self, source_system: str, raw: str | None) -> Status:
        """The group of a raw status: blank is new and not vague, an unknown value has no group and is
        vague.
        """
        if not norm(raw):
            return Status("new", False)
        row = self._mapped("lead_status_map", "raw_status", source_system, raw)
        return Status(norm(row["status_group"]), is_true(row.get("is_vague"))) if row else Status(None, True)

    def reason(self, source_system: str, raw: str | None) -> str | None:
        """The canonical rejection reason of a raw one; None when blank or not mapped."""
        row = self._mapped("rejection_reason_map", "raw_reason", source_system, raw)
        return norm(row["reason"]) if row else None

    def is_timing(self, reason: str | None) -> bool:
        """Whether a canonical reason is about timing."""
        return any(
            norm(row["reason"]) == reason and is_true(row["is_timing"])
            for row in self.tables["rejection_reasons"]
        )

    def is_connected(self, source_system: str, raw: str | None) -> bool:
        """Whether an activity's outcome says that a conversation took place."""
        row = self._mapped("activity_outcome_map", "raw_outcome", source_system, raw)
        return bool(row) and is_true(row["is_connected"]) if row else False

    def is_generic(self, source: str | None) -> bool:
        """Whether an original source says nothing."""
        return any(norm(row["source"]) == norm(source) for row in self.tables["generic_sources"])

    def expects(self, what: str, source: str | None) -> bool:
        """Whether a channel is expected to have a campaign or a form (default true)."""
        for row in self.tables["channel_map"]:
            if norm(row["raw_source"]) == norm(source):
                return not norm(row.get(f"expects_{what}")) or is_true(row[f"expects_{what}"])
        return True

    def fit(self, grade: str | None, score: float | None) -> Fit | None:
        """The band of the grade's row, else of the highest min_score reached; None when neither gives one."""
        if norm(grade):
            for row in self.tables["fit_policy"]:
                if norm(row["fit_grade"]) == norm(grade):
                    return Fit(row["fit_band"], is_true(row["is_sales_ready"]))
        if score is None:
            return None
        reached = [
            (float(row["min_score"]), row)
            for row in self.tables["fit_policy"]
            if norm(row.get("min_score")) and float(row["min_score"]) <= score
        ]
        if not reached:
            return None
        row = max(reached, key=lambda pair: pair[0])[1]
        return Fit(row["fit_band"], is_true(row["is_sales_ready"]))

    def intent(self, signal: str | None) -> tuple[str, bool] | None:
        """(tier, is_sales_ready) of an intent signal; None when the policy has no row."""
        for row in self.tables["intent_policy"]:
            if norm(signal) and norm(row["intent_signal"]) == norm(signal):
                return row["intent_tier"], is_true(row["is_sales_ready"])
        return None

    def territory(self, country: str | None, region: str | None) -> str | None:
        """The territory that geography gives: the region's own row, else the country's row without a
        region.
        """
        if not norm(country):
            return None
        for wanted in (norm(region), ""):
            for row in self.tables["territories"]:
                if norm(row["country"]) == norm(country) and norm(row.get("region")) == wanted:
                    return row["territory"].strip()
        return None

    def is_free_mail(self, domain: str) -> bool:
        """Whether a mail domain belongs to a free-mail provider."""
        return any(norm(row["domain"]) == norm(domain) for row in self.tables["free_email_domains"])

    def conflicts(self, group: str | None, stage: Stage | None) -> bool:
        """Whether a status group and a stage contradict each other by the policy."""
        return any(
            norm(row["status_group"]) == group and stage is not None and norm(row["stage"]) == stage.name
            for row in self.tables["status_stage_conflicts"]
        )

    # -- owners -----------------------------------------------------------------------------------------

    def mapped_team(self, keys: Sequence[str | None], day: date) -> Team | None:
        """The team that owner_map gives to the first of an owner's keys (id, email, name) on a (UTC) day."""
        for key in keys:
            for row in self._owner_map.get(norm(key), []) if norm(key) else []:
                if _in_force(row, day):
                    return self.teams.get(norm(row["team_id"]))
        return None

    def days_of_other_teams(self, keys: Sequence[str | None]) -> set[date]:
        """The days on which owner_map may give an owner of these keys another team than the day before."""
        rows = [row for key in keys for row in (self._owner_map.get(norm(key), []) if norm(key) else [])]
        bounds = {row[column] for row in rows for column in ("valid_from", "valid_to")}
        return {date(1900, 1, 1)} | {date.fromisoformat(bound) for bound in bounds if bound}

    def crm_team(self, team_keys: Sequence[str | None]) -> Team | None:
        """The team that the first of the CRM's own words for it names, by id or by name."""
        for key in filter(None, map(norm, team_keys)):
            if key in self.teams:
                return self.teams[key]
            for team in self.teams.values():
                if norm(team.name) == key:
                    return team
        return None

    def is_automation_user(self, keys: Sequence[str | None]) -> bool:
        """Whether any key of an owner is listed as an automation user."""
        listed = {norm(row["owner_key"]) for row in self.tables["automation_users"]}
        return any(norm(key) in listed for key in keys if norm(key))

    def queue_row(self, keys: Sequence[str | None], moment: Moment) -> Row | None:
        """The queue_policy row of a queue in force at a moment."""
        for row in self.tables["queue_policy"]:
            if norm(row["queue_key"]) in {norm(key) for key in keys if norm(key)} and _in_force(
                row, moment.utc_day
            ):
                return row
        return None

    def queue_policy_names(self, keys: Sequence[str | None]) -> bool:
        """Whether queue_policy has a row for a queue at all."""
        names = {norm(row["queue_key"]) for row in self.tables["queue_policy"]}
        return any(norm(key) in names for key in keys if norm(key))


def _in_force(row: Row, day: date) -> bool:
    return is_valid_on(to_day(row.get("valid_from")), to_day(row.get("valid_to")), day)


TABLES = [
    "lifecycle_stages",
    "lifecycle_stage_map",
    "lead_status_map",
    "rejection_reasons",
    "rejection_reason_map",
    "generic_sources",
    "channel_map",
    "fit_policy",
    "intent_policy",
    "sla_policy",
    "allowances",
    "calendars",
    "holidays",
    "teams",
    "owner_map",
    "territories",
    "queue_policy",
    "status_stage_conflicts",
    "activity_outcome_map",
    "automation_users",
    "free_email_domains",
    "findings",
]


def read_policies(folder: Path) -> Policies:
    """Read every policy of a folder; raises FileNotFoundError when neither it nor the shipped seeds has
    one.
    """
    tables: dict[str, list[Row]] = {}
    for name in TABLES:
        path = folder / f"{name}.csv"
        path = path if path.exists() else SHIPPED / f"{name}.csv"
        with path.open(newline="", encoding="utf-8-sig") as handle:
            tables[name] = [
                {key: value or "" for key, value in row.items() if key} for row in csv.DictReader(handle)
            ]
    return Policies(tables)
