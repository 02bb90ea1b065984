"""The check of a policy folder, done before anything is built on it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path

from handoff.config import SHIPPED_POLICIES, is_timezone
from handoff.policies.catalogue import ALLOWANCES, NO, POLICIES, YES, Column
from handoff.policies.reading import Fault, Row, Sheet, read_sheet, unknown_files

_TIME = re.compile(r"([01]?\d|2[0-3]):[0-5]\d|24:00")
# Stand for "no bound" where two periods are compared.
_EVER_BEFORE, _EVER_AFTER = date.min, date.max

Sheets = dict[str, Sheet]


def check(folder: Path | None = None) -> list[Fault]:
    """What is wrong in a policy folder, file by file in order of line; empty where it can be built on.

    A file that the folder does not have is taken from the shipped policies, as the build does; their own
    faults are told as well. folder: None for the shipped policies themselves.
    """
    sheets = _read(folder)
    for sheet in sheets.values():
        _check_values(sheet)
    for sheet in sheets.values():
        _check_keys(sheet)
        _check_references(sheet, sheets)
    _check_calendars(sheets["calendars"])
    _check_fit(sheets["fit_policy"])
    _check_complete(sheets["allowances"], "allowance", ALLOWANCES)
    _check_findings(sheets["findings"])
    found = [fault for sheet in sheets.values() for fault in sorted(sheet.faults, key=lambda f: f.line or 0)]
    return [*(unknown_files(folder) if folder else []), *found]


def advise(folder: Path | None = None, sources: Sequence[str] = ()) -> list[Fault]:
    """What is likely not meant, but can be built on: values that nothing will ever match.

    sources: names of the sources, to see that rows for one of them name one that exists.
    """
    sheets = _read(folder)
    advice = []
    for name, column, other in (
        ("sla_policy", "intent_tier", "intent_policy"),
        ("sla_policy", "fit_band", "fit_policy"),
        ("teams", "territory", "territories"),
    ):
        known = {row[column].lower() for row in sheets[other].rows}
        for row in sheets[name].rows:
            if row[column] and row[column].lower() not in known:
                problem = f"{column} {row[column]!r} is in no row of {other}.csv, so nothing will match it"
                advice.append(Fault(f"{name}.csv", row.line, problem, f"Add it to {other}.csv or mend it"))
    for sheet in sheets.values():
        for row in sheet.rows:
            named = row["source_system"]
            if sources and named and named != "*" and named not in sources:
                problem = f"there is no source {named!r}, so nothing will match the row"
                mend = f"Sources are {', '.join(sources)}; * is any"
                advice.append(Fault(sheet.file, row.line, problem, mend))
    for first, row in _same(sheets["teams"].rows, ("name",)):
        problem = f"the team name {row['name']!r} is also that of line {first.line}"
        mend = "Give each a name of its own: a CRM's team of that name can be one of them only"
        advice.append(Fault("teams.csv", row.line, problem, mend))
    return advice


def _read(folder: Path | None) -> Sheets:
    """Every policy, the folder's own where it has one."""
    sheets = {}
    for name, policy in POLICIES.items():
        own = (folder or SHIPPED_POLICIES) / f"{name}.csv"
        sheets[name] = read_sheet(policy, own if own.exists() else SHIPPED_POLICIES / f"{name}.csv")
    return sheets


def _check_values(sheet: Sheet) -> None:
    """Each value by itself. Rows that fail are taken out, so that they are not faulted twice."""
    sound: list[Row] = []
    for row in sheet.rows:
        before = len(sheet.faults)
        for column in sheet.policy.columns:
            _check_value(sheet, row, column)
        if sheet.policy.is_dated and len(sheet.faults) == before:
            _check_period(sheet, row)
        (sound if len(sheet.faults) == before else sheet.rows_aside).append(row)
    sheet.rows = sound


def _check_value(sheet: Sheet, row: Row, column: Column) -> None:
    value = row[column.name]
    fault = partial(sheet.fault, row.line)
    if not value:
        if column.is_required:
            fault(f"`{column.name}` is blank", f"Write {_what(column)}")
        return
    if column.choices and value.lower() not in column.choices:
        fault(f"`{column.name}` {value!r} is not known", f"Write one of {', '.join(column.choices)}")
    elif not _is_of_kind(value, column):
        fault(f"`{column.name}` {value!r} is not {_what(column)}", f"Write {_what(column)}")


def _is_of_kind(value: str, column: Column) -> bool:
    match column.kind:
        case "flag":
            return value.lower() in YES + NO
        case "integer":
            return re.fullmatch(r"-?\d{1,9}", value) is not None
        case "number":
            return re.fullmatch(r"-?\d{1,12}(\.\d+)?", value) is not None
        case "minutes":
            return re.fullmatch(r"\d{1,9}(\.\d+)?", value) is not None
        case "day":
            return _day(value) is not None
        case "time":
            return _TIME.fullmatch(value) is not None
        case "weekday":
            return value in ("1", "2", "3", "4", "5", "6", "7")
        case "timezone":
            return is_timezone(value)
        case "text":
            return True


def _what(column: Column) -> str:
    words = {
        "flag": "true or false",
        "integer": "a whole number",
        "number": "a number such as 80 or 0.5",
        "minutes": "a number of minutes such as 240",
        "day": "a day as YYYY-MM-DD",
        "time": "a time as HH:MM, 24:00 for the day's end",
        "weekday": "a weekday from 1 (Monday) to 7 (Sunday)",
        "timezone": "an IANA time zone such as Europe/Berlin",
    }
    if column.choices:
        return f"one of {', '.join(column.choices)}"
    return words.get(column.kind, "its value")


def _day(value: str) -> date | None:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _check_period(sheet: Sheet, row: Row) -> None:
    start, end = _period(row)
    if start >= end:
        sheet.fault(
            row.line,
            f"holds from {row['valid_from']} to before {row['valid_to']}, which is not a day",
            "valid_from is the first day, valid_to the first day after the last",
        )


def _period(row: Row) -> tuple[date, date]:
    return _day(row["valid_from"]) or _EVER_BEFORE, _day(row["valid_to"]) or _EVER_AFTER


def _overlap(first: Row, second: Row) -> bool:
    (start, end), (other_start, other_end) = _period(first), _period(second)
    return start < other_end and other_start < end


def _same(rows: Sequence[Row], key: Sequence[str]) -> Iterator[tuple[Row, Row]]:
    """Rows that agree in a key, case ignored, with one before them that is in force too: (that one, row)."""
    held: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        values = tuple(row[column].lower() for column in key)
        first = next((other for other in held[values] if _overlap(other, row)), None)
        if first is not None:
            yield first, row
        held[values].append(row)


def _check_keys(sheet: Sheet) -> None:
    for key in sheet.policy.keys:
        required = [column for column in sheet.policy.columns if column.name in key and column.is_required]
        # A grade or a score identifies the rows that give one; an SLA row without any condition is one, too.
        every = required or len(key) > 1
        rows = [row for row in sheet.rows if every or row[key[0]]]
        for first, row in _same(rows, key):
            named = " and ".join(f"{column} {row[column]!r}" for column in key)
            if sheet.policy.is_dated:
                problem = f"a second row for {named} holds on days on which line {first.line} does"
                mend = "End the earlier row by its valid_to, on the day the later one starts, or remove one"
            else:
                problem = f"a second row for {named}, after line {first.line}"
                mend = "Remove one (case and outer spaces make no difference)"
            sheet.fault(row.line, problem, mend)


def _check_references(sheet: Sheet, sheets: Sheets) -> None:
    for column in sheet.policy.columns:
        if column.refers_to is None:
            continue
        policy, other = column.refers_to
        target = POLICIES[policy].column(other)
        # Words of the project ignore case; ids that an org made are compared as they are.
        fold = str.lower if target and (target.choices or policy == "rejection_reasons") else str
        # A row with a fault of its own is there all the same; a file that cannot be read tells nothing.
        named = [*sheets[policy].rows, *sheets[policy].rows_aside]
        if sheets[policy].faults and not named:
            continue
        known = {fold(row[other]) for row in named}
        for row in sheet.rows:
            value = row[column.name]
            if value and fold(value) not in known:
                close = next((name for name in known if name.lower() == value.lower()), None)
                mend = f"Write it as there: {close}" if close else f"Add it to {policy}.csv or mend it"
                sheet.fault(row.line, f"{column.name} {value!r} is not in {policy}.csv", mend)


def _check_calendars(sheet: Sheet) -> None:
    if not any(row["calendar_id"] == "default" for row in sheet.rows):
        sheet.fault(None, "has no calendar `default`", "Add rows with the calendar_id default")
    days: dict[tuple[str, str], list[Row]] = defaultdict(list)
    zones: dict[str, list[Row]] = defaultdict(list)
    for row in sheet.rows:
        if _minutes(row["opens_at"]) >= _minutes(row["closes_at"]):
            sheet.fault(
                row.line,
                f"opens at {row['opens_at']} and closes at {row['closes_at']}",
                "Close later than you open; hours over midnight are two rows, the first until 24:00",
            )
            continue
        for other in days[row["calendar_id"], row["weekday"]]:
            if _overlap(other, row) and _hours_overlap(other, row):
                sheet.fault(
                    row.line,
                    f"its hours overlap with those of line {other.line} on the same weekday",
                    "Make one row of the two, or end the earlier one by its valid_to",
                )
                break
        for other in zones[row["calendar_id"]]:
            if _overlap(other, row) and other["timezone"] != row["timezone"]:
                sheet.fault(
                    row.line,
                    f"the calendar is in {row['timezone']}, and in {other['timezone']} on line {other.line}",
                    "A calendar has one time zone at a time: make two calendars of it",
                )
                break
        days[row["calendar_id"], row["weekday"]].append(row)
        zones[row["calendar_id"]].append(row)


def _minutes(time: str) -> int:
    hours, minutes = time.split(":")
    return int(hours) * 60 + int(minutes)


def _hours_overlap(first: Row, second: Row) -> bool:
    return _minutes(first["opens_at"]) < _minutes(second["closes_at"]) and _minutes(
        second["opens_at"]
    ) < _minutes(first["closes_at"])


def _check_fit(sheet: Sheet) -> None:
    for row in sheet.rows:
        if not row["fit_grade"] and not row["min_score"]:
            sheet.fault(row.line, "has neither a fit_grade nor a min_score", "Write one of them, or both")


def _check_complete(sheet: Sheet, column: str, expected: Sequence[str]) -> None:
    """A file replaces the shipped one whole, so it has to hold a row for each of these."""
    # A row or a header at fault may be the very one that is missed.
    if sheet.faults:
        return
    held = {row[column].lower() for row in sheet.rows}
    for value in expected:
        if value not in held:
            sheet.fault(
                None, f"has no row for the {column} {value}", "Add it: the file replaces the shipped one"
            )


def _check_findings(sheet: Sheet) -> None:
    shipped = read_sheet(POLICIES["findings"], SHIPPED_POLICIES / "findings.csv")
    codes = [row["code"] for row in shipped.rows]
    _check_complete(sheet, "code", codes)
    for row in sheet.rows:
        if row["code"].lower() not in codes:
            sheet.fault(row.line, f"there is no rule for a finding {row['code']!r}", "Remove the row")
