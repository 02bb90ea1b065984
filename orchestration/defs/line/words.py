"""Problems in plain words: what a user can mend needs no stack trace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dagster import (
    AssetCheckExecutionContext,
    AssetCheckResult,
    AssetCheckSeverity,
    AssetExecutionContext,
    AssetKey,
    Failure,
)

from handoff import progress
from handoff.config import ConfigError
from handoff.dbt_project import DbtProblem
from handoff.gates import GateResult
from handoff.landing import LandingError
from handoff.publication import PublicationProblem
from handoff.writer import HomeIsBusy

PROBLEMS = (ConfigError, LandingError, DbtProblem, PublicationProblem, HomeIsBusy)


@contextmanager
def in_words() -> Iterator[None]:
    """Turn a problem that has its own words into a failure of the step, said in those words.

    Only one that says that it may pass (a source out of reach) lets the step try again.
    """
    try:
        yield
    except PROBLEMS as problem:
        may_pass = bool(getattr(problem, "may_pass", False))
        raise Failure(description=str(problem), allow_retries=may_pass) from problem


def say(context: AssetExecutionContext | AssetCheckExecutionContext, message: str) -> None:
    """Say how far the run is: in Dagster's log, and on the terminal of whoever runs the line by hand."""
    context.log.info(message)
    progress.say(message)


def as_asset_check(result: GateResult, key: AssetKey) -> AssetCheckResult:
    """Show a gate's result as a check of an asset; only what failed stops what comes after."""
    return AssetCheckResult(
        passed=result.status not in ("fail", "warn"),
        asset_key=key,
        check_name=result.check,
        severity=AssetCheckSeverity.ERROR if result.status == "fail" else AssetCheckSeverity.WARN,
        metadata={
            "status": result.status,
            "tier": result.tier,
            "observed": result.observed,
            "expected": result.expected,
        },
    )
