"""What the stations share: the home that one run may write, and dbt as a child process."""

from __future__ import annotations

import importlib.metadata
import os
import sys
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from dagster import (
    AssetCheckExecutionContext,
    AssetExecutionContext,
    ConfigurableResource,
    InitResourceContext,
)
from dagster_dbt import DbtCliInvocation, DbtCliResource
from packaging.version import Version

from handoff import builds, dbt_project, gates
from handoff.config import PROJECT, home_folder
from handoff.publication import sweep
from handoff.writer import hold

# Longer than a run takes, shorter than until the next one.
SECONDS_TO_WAIT = 45 * 60.0

Context = AssetExecutionContext | AssetCheckExecutionContext


class Home(ConfigurableResource["Home"]):
    """The folder that everything is written to, held for one run at a time."""

    @contextmanager
    def yield_for_execution(self, context: InitResourceContext) -> Iterator[Home]:
        """Hold the home while the run lasts, and clear away what a run that died has left.

        A run that Dagster has started waits for one that somebody started by hand.
        """

        def say_so(words: str) -> None:
            if context.log:
                context.log.info(words)

        with hold(self.folder, patience=SECONDS_TO_WAIT, on_wait=say_so):
            for name in sweep(self.folder):
                if context.log:
                    context.log.info(f"Removed {name}, left by a run that died.")
            gates.forget_old_runs(self.folder)
            yield self

    @property
    def folder(self) -> Path:
        """The home, as an absolute path."""
        return home_folder()

    def run_id(self, context: Context) -> str:
        """Return this run's id: its start in UTC, so that ids sort by time, and the head of Dagster's own
        id.
        """
        record = context.instance.get_run_record_by_id(context.run.run_id)
        if record is None:
            raise LookupError(f"Dagster has no record of the run {context.run.run_id} that is running.")
        return f"{record.create_timestamp:%Y%m%dT%H%M%SZ}-{context.run.run_id[:8]}"


class ChildDbt(DbtCliResource):
    """dbt run by this very interpreter, as a child that ends with the run.

    DbtCliResource spends two more starts of dbt on each command: one to ask for a version that is pinned
    here, one on an adapter for column metadata that this line does not collect.
    """

    @cached_property
    def _cli_version(self) -> Version:
        return Version(importlib.metadata.version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> Any:  # noqa: ANN401 - as in the base class
        return None

    def build(
        self, context: AssetExecutionContext, home: Path, build: builds.Build | None
    ) -> DbtCliInvocation:
        """Start `dbt build` of what the context selects; its artifacts go to the home's own target folder.

        build: of builds.begin; none where some models alone are built.
        """
        os.environ.update(dbt_project.child_environment(home))
        os.environ.update(build.environment if build else builds.OF_SOME_MODELS)
        target = dbt_project.run_folder(home)
        # What an earlier run has left must not be taken for this run's results.
        (target / "run_results.json").unlink(missing_ok=True)
        return self.cli(list(dbt_project.BUILD), context=context, target_path=target, raise_on_error=False)


def until_the_reader_stops(invocation: DbtCliInvocation, events: Iterable[Any]) -> Generator[Any, None, None]:
    """Pass on the events of dbt; where the reader stops before dbt is done, end dbt and read what it said.

    The reader of dagster-dbt cannot be closed in mid-stream: it goes on where it should end, and Python
    prints a trace of it under the words of a run that was asked to stop.
    """
    remaining = iter(events)
    try:
        for event in remaining:  # noqa: UP028 - `yield from` would close the reader
            yield event
    except BaseException:
        invocation.process.terminate()
        for _ in remaining:
            pass
        raise


def resources() -> dict[str, ConfigurableResource[Any]]:
    """Return the resources by the names that the stations ask for."""
    return {
        "home": Home(),
        "dbt": ChildDbt(
            project_dir=str(PROJECT),
            profiles_dir=str(PROJECT),
            dbt_executable=sys.executable,
            global_config_flags=["-m", "handoff.dbt_child"],
        ),
    }
