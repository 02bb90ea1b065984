"""Reading a policy file as people write it: rows with their lines, and what is wrong with the file."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from handoff.policies.catalogue import POLICIES, Policy

if TYPE_CHECKING:
    from _csv import Reader


@dataclass(frozen=True)
class Fault:
    """What is wrong in a policy folder, and the mend. line: of the file; None for the file as a whole."""

    file: str
    line: int | None
    problem: str
    mend: str

    def __str__(self) -> str:
        """The fault as one readable line."""
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.problem}. {self.mend}."


@dataclass(frozen=True)
class Row:
    """A row of a policy file; values are trimmed, and blank where the file has none."""

    line: int
    values: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        """The value of a column; blank where the file does not have it."""
        return self.values.get(column, "")


@dataclass
class Sheet:
    """A policy file that was read. Faulty rows are not among the rows; what could be read stands aside."""

    policy: Policy
    file: str
    rows: list[Row] = field(default_factory=list)
    rows_aside: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, line: int | None, problem: str, mend: str) -> None:
        """Note a fault."""
        self.faults.append(Fault(self.file, line, problem, mend))


def read_sheet(policy: Policy, path: Path) -> Sheet:
    """Read a policy file. What cannot be read is in the sheet's faults, never raised."""
    sheet = Sheet(policy, path.name)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        sheet.fault(None, "is not UTF-8 text", "Save it as UTF-8")
        return sheet
    except OSError as error:
        sheet.fault(None, f"cannot be read ({error.strerror})", "Give this user the right to read it")
        return sheet
    if "\x00" in text:
        sheet.fault(text[: text.index("\x00")].count("\n") + 1, "holds a zero byte", "Remove it")
        return sheet
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        names = _header(sheet, reader)
        if names is not None:
            _rows(sheet, reader, names)
    except csv.Error as error:
        sheet.fault(reader.line_num, f"cannot be parsed ({error})", "Check the quotes of this row")
    return sheet


def _header(sheet: Sheet, reader: Reader) -> list[str] | None:
    """The column names; None where the file cannot be read by them."""
    names = [name.strip().lower() for name in next(reader, [])]
    known = [column.name for column in sheet.policy.columns]
    if not any(names):
        sheet.fault(1, "has no header", f"Start it with the line {','.join(known)}")
        return None
    if len(names) == 1 and (";" in names[0] or "\t" in names[0]):
        sheet.fault(1, "is not separated by commas", "Save it as CSV with commas")
        return None
    before = len(sheet.faults)
    for position, name in enumerate(names):
        if name not in known:
            sheet.fault(1, f"unknown column `{name}`", f"{_guess(name, known)}Known are {', '.join(known)}")
        elif name in names[:position]:
            sheet.fault(1, f"column `{name}` stands there twice", "Remove one")
    for column in sheet.policy.columns:
        if column.is_required and column.name not in names:
            sheet.fault(1, f"column `{column.name}` is missing", "Add it")
    return names if len(sheet.faults) == before else None


def _rows(sheet: Sheet, reader: Reader, names: list[str]) -> None:
    line = reader.line_num + 1
    for cells in reader:
        values = [cell.strip() for cell in cells]
        if len(values) > len(names) and any(values[len(names) :]):
            sheet.fault(
                line,
                f"has {len(values)} values and the header {len(names)} columns",
                "Put a value that holds a comma into double quotes, or remove what is too much",
            )
        elif any(values):
            sheet.rows.append(Row(line, dict(zip(names, values, strict=False))))
        line = reader.line_num + 1


def _guess(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"Did you mean `{close[0]}`? " if close else ""


def unknown_files(folder: Path) -> list[Fault]:
    """CSVs of the folder that are no policy: under a wrong name a file would go unheeded."""
    faults = []
    for path in sorted(folder.glob("*.csv")):
        if path.stem not in POLICIES:
            guess = _guess(path.stem, list(POLICIES))
            known = f"Policies are {', '.join(POLICIES)}"
            faults.append(Fault(path.name, None, "is no policy", f"{guess}{known}"))
    return faults
