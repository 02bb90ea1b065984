"""What every test may use, and the rule that nothing is skipped in silence."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest

# Set where everything that tests need is there (continuous integration): a skip is then a failure.
NO_SKIPS = os.environ.get("HANDOFF_NO_SKIPS", "") not in ("", "0")
REAL_DATA = os.environ.get("HANDOFF_REAL_DATA", "").strip()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip inside a test or its fixtures into a failure where skips are not allowed."""
    report = yield
    if NO_SKIPS and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and HANDOFF_NO_SKIPS is set: {_reason(report.longrepr)}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a whole module that skips itself."""
    report = yield
    if NO_SKIPS and report.outcome == "skipped":
        report.outcome = "failed"
        report.longrepr = f"skipped, and HANDOFF_NO_SKIPS is set: {_reason(report.longrepr)}"
    return report


def _reason(longrepr: object) -> str:
    return str(longrepr[2]) if isinstance(longrepr, tuple) else str(longrepr)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data sets, which are not part of the repository: HANDOFF_REAL_DATA names it."""
    if not REAL_DATA:
        pytest.skip("HANDOFF_REAL_DATA does not name the folder of real data sets")
    folder = Path(REAL_DATA)
    if not folder.is_dir():
        pytest.fail(f"HANDOFF_REAL_DATA names {folder}, which is no folder")
    return folder
