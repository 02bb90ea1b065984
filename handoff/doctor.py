"""The doctor: looks at everything a run will need, and says of each thing that is missing what to do."""

from __future__ import annotations

import difflib
import os
import platform
import shutil
import socket
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

import duckdb
import yaml

from handoff.config import (
    PROJECT,
    ConfigError,
    Settings,
    Source,
    home_folder,
    load_settings,
    missing_variables,
)
from handoff.environment import INTERNAL, SETTINGS
from handoff.landing import LandingError
from handoff.landing.checking import check_source
from handoff.policies import advise, check
from handoff.publication import Layout, Manifest, PublicationProblem, current_run, publications_to_keep

# A build of some ten thousand leads fits into this; a warehouse grows beyond it.
_LEAST_FREE_BYTES = 2 << 30
_DAGSTER_PORT = 3000

State = Literal["ok", "note", "mend"]


@dataclass(frozen=True)
class Remark:
    """What the doctor says of one thing. `mend` has to be mended, `note` is worth knowing."""

    state: State
    subject: str
    text: str

    def __str__(self) -> str:
        """The remark as a line of the terminal."""
        return f"{self.state:<4}  {self.subject}: {self.text}"


def examine(environment: Mapping[str, str] | None = None) -> Iterator[Remark]:
    """Look at environment, home, sources, credentials and policies; nothing is written or landed."""
    environment = os.environ if environment is None else environment
    yield from _packages()
    yield from _settings_names(environment)
    yield from _home(home_folder(environment))
    yield from _kept()
    yield from _dagster_port()
    try:
        settings = load_settings(environment)
    except ConfigError as error:
        for fault in error.faults:
            yield Remark("mend", "settings", fault)
        return
    yield Remark("ok", "settings", f"{len(settings.sources)} sources in {settings.sources_file}")
    for source in settings.sources:
        yield from _source(source, settings)
    yield from _policies(settings)


def _packages() -> Iterator[Remark]:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = dict(line.split("==") for line in project["dependencies"] if "==" in line)
    wrong = []
    for package, pinned in pins.items():
        try:
            installed = version(package)
        except PackageNotFoundError:
            installed = "not installed"
        if installed != pinned:
            wrong.append(f"{package} is {installed}, not {pinned}")
    if wrong:
        yield Remark("mend", "environment", f"{'; '.join(wrong)}. Run `make environment`.")
    else:
        yield Remark("ok", "environment", f"Python {platform.python_version()}, packages as pinned")


def _settings_names(environment: Mapping[str, str]) -> Iterator[Remark]:
    """A setting that is misspelt would be ignored in silence."""
    known = [setting.name for setting in SETTINGS]
    for name in sorted(environment):
        if name.startswith("HANDOFF_") and name not in (*known, *INTERNAL):
            guess = difflib.get_close_matches(name, known, n=1)
            mend = f"Did you mean {guess[0]}?" if guess else f"Known are {', '.join(known)}."
            yield Remark("mend", "environment", f"{name} is no setting. {mend}")


def _kept() -> Iterator[Remark]:
    try:
        publications_to_keep()
    except PublicationProblem as problem:
        yield Remark("mend", "settings", str(problem))


def _dagster_port() -> Iterator[Remark]:
    with socket.socket() as probe:
        # As Dagster itself asks: a connection that was closed a moment ago takes no port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", _DAGSTER_PORT))
        except OSError:
            text = (
                f"port {_DAGSTER_PORT} is taken: `dagster dev` will take another and name it. To choose one:"
                " `dagster dev --port 3001`."
            )
            yield Remark("note", "dagster", text)


def _home(home: Path) -> Iterator[Remark]:
    """The nearest folder that exists must be writable: the rest is made on the way."""
    folder = home
    while not folder.exists():
        folder = folder.parent
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        yield Remark("mend", "home", f"{home} cannot be written. Set HANDOFF_HOME to a folder that can be.")
        return
    free = shutil.disk_usage(folder).free
    if free < _LEAST_FREE_BYTES:
        text = f"only {free / 2**30:.1f} GB are free at {folder}. Free some, or set HANDOFF_HOME elsewhere."
        yield Remark("mend", "home", text)
        return
    warehouse = home / "warehouse.duckdb"
    if warehouse.exists():
        try:
            duckdb.connect(str(warehouse), read_only=True).close()
        except duckdb.Error as error:
            reason = str(error).splitlines()[0]
            text = f"{warehouse} cannot be opened. If a run is on, wait for it; else remove it. ({reason})"
            yield Remark("mend", "home", text)
            return
    yield Remark("ok", "home", f"{home} can be written, {free / 2**30:.0f} GB free")
    yield from _publication(home)


def _publication(home: Path) -> Iterator[Remark]:
    run = current_run(home)
    if not run:
        return
    try:
        manifest = Manifest.read(Layout(home).run_folder(run))
    except PublicationProblem as problem:
        yield Remark("mend", "publication", f"{problem} `make run` publishes anew.")
        return
    warned = f", {len(manifest.gates_warned)} gates warned" if manifest.gates_warned else ""
    yield Remark("ok", "publication", f"{run} is current, as of {manifest.as_of}{warned}")


def _source(source: Source, settings: Settings) -> Iterator[Remark]:
    variables = [variable for of, variable in missing_variables(settings) if of == source]
    for variable in variables:
        yield Remark("mend", source.name, f"the environment variable {variable} is not set. Set it.")
    if variables:
        return
    try:
        found, left_out = check_source(source, settings.warehouse_path)
    except LandingError as error:
        yield Remark("mend", source.name, str(error).removeprefix(f"{source.name}: "))
        return
    yield Remark("ok", source.name, found)
    if left_out:
        yield Remark("note", source.name, f"left out, as no csv, parquet or jsonl: {', '.join(left_out)}")
    if not source.fields and not source.tables:
        return
    tables, columns = canonical_names(source.crm)
    for setting, given, known in (("fields", source.fields, columns), ("tables", source.tables, tables)):
        for name in given:
            if name not in known:
                guess = difflib.get_close_matches(name, known, n=1)
                mend = f"Did you mean {guess[0]}?" if guess else f"Known are {', '.join(sorted(known))}."
                yield Remark("mend", source.name, f"`{setting}: {name}` names nothing. {mend}")


def canonical_names(crm: str) -> tuple[set[str], set[str]]:
    """The canonical tables and columns that a sources file may name, as the staging models declare them."""
    tables: set[str] = set()
    columns: set[str] = set()
    for file in sorted((PROJECT / "models" / "staging" / crm).glob("*.yml")):
        for model in yaml.safe_load(file.read_text(encoding="utf-8")).get("models", []):
            tables.add(model["name"].split("__")[-1])
            columns.update(
                column["name"]
                for column in model.get("columns", [])
                if column.get("config", {}).get("meta", {}).get("kind")
            )
    return tables, columns


def _policies(settings: Settings) -> Iterator[Remark]:
    folder = settings.policies_dir
    faults = check(folder)
    for fault in faults:
        yield Remark("mend", "policies", str(fault))
    for advice in advise(folder, [source.name for source in settings.sources]):
        yield Remark("note", "policies", str(advice))
    if not faults:
        yield Remark("ok", "policies", f"sound, {f'with your own of {folder}' if folder else 'as shipped'}")
