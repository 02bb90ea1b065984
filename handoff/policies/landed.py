"""The user's policies in the warehouse: schema `policies_user`, and the raw values that no map knows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from handoff.config import ConfigError, Settings
from handoff.landing import open_warehouse
from handoff.landing.plans import literals, quoted
from handoff.landing.raw_schemas import transaction
from handoff.policies.catalogue import POLICIES
from handoff.policies.checking import check
from handoff.policies.reading import read_sheet


class PolicyError(ConfigError):
    """The policies cannot be built on. `faults` names each with its file, line and mend."""


def require_sound(settings: Settings) -> None:
    """Refuse policies that cannot be built on.

    Raises:
        PolicyError: naming every fault of the user's folder and of the shipped files it falls back to.
    """
    faults = check(settings.policies_dir)
    if faults:
        folder = settings.policies_dir or "the shipped policies"
        raise PolicyError([f"{folder}: the policies cannot be used:", *(f"  {fault}" for fault in faults)])


def land_policies(settings: Settings) -> list[str]:
    """Write the user's policies to schema `policies_user`, all text, and drop those no longer given.

    Every table has all columns of its policy, a blank or absent value is null. Returns the names written.

    Raises:
        PolicyError: the folder has faults; nothing is written then.
        LandingError: the warehouse is in use or cannot be written.
    """
    require_sound(settings)
    given = _given(settings.policies_dir)
    with open_warehouse(settings) as connection, transaction(connection):
        connection.execute("drop schema if exists policies_user cascade")
        connection.execute("create schema policies_user")
        for name, path in given.items():
            policy = POLICIES[name]
            columns = [column.name for column in policy.columns]
            table = f"policies_user.{quoted(name)}"
            typed = ", ".join(f"{quoted(column)} varchar" for column in columns)
            connection.execute(f"create table {table} ({typed})")
            rows = read_sheet(policy, path).rows
            values = ", ".join(f"({literals(row[column] or None for column in columns)})" for row in rows)
            if values:
                connection.execute(f"insert into {table} values {values}")
    return list(given)


def _given(folder: Path | None) -> dict[str, Path]:
    """The files of the user's folder that are policies, by name."""
    paths = {name: folder / f"{name}.csv" for name in POLICIES} if folder else {}
    return {name: path for name, path in paths.items() if path.exists()}


@dataclass(frozen=True)
class UnmappedValue:
    """A raw value that a source uses and the map does not know. rows: how often it is used."""

    source_system: str
    policy: str
    raw_value: str
    rows: int


def unmapped(settings: Settings) -> list[UnmappedValue]:
    """The raw values no map knows, as of the last build: by policy and source, the most frequent first.

    Raises:
        ConfigError: nothing has been built yet.
    """
    try:
        with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
            rows = connection.execute(
                "select source_system, policy, raw_value, rows from intermediate.int_unmapped_values"
                " order by policy, source_system, rows desc, raw_value"
            ).fetchall()
    except (duckdb.CatalogException, duckdb.IOException) as error:
        reason = str(error).splitlines()[0]
        raise ConfigError(
            [f"{settings.warehouse_path}: nothing is built there yet: `make run`. ({reason})"]
        ) from error
    return [UnmappedValue(*row) for row in rows]


def as_policy_rows(values: list[UnmappedValue]) -> Iterator[str]:
    """The values as lines to paste into the policy files, the meaning left blank for you to write.

    Lines that start with # tell the file and how often each value is used; they are not to be pasted.
    """
    for policy in dict.fromkeys(value.policy for value in values):
        columns = [column.name for column in POLICIES[policy].columns]
        found = [value for value in values if value.policy == policy]
        yield f"# {policy}.csv: {','.join(columns)}"
        for value in found:
            yield f"# {value.rows:,} x {value.raw_value!r} of {value.source_system}"
        for value in found:
            named = {
                "source_system": value.source_system,
                **{c: value.raw_value for c in columns if c.startswith("raw_")},
            }
            line = io.StringIO()
            csv.writer(line, lineterminator="").writerow([named.get(column, "") for column in columns])
            yield line.getvalue()
