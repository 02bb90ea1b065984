"""What every test may use, and the rule that nothing is skipped in silence."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Generator
from pathlib import Path

import pytest

from handoff.config import PROJECT

# Set where everything that tests need is there (continuous integration): a skip is then a failure.
NO_SKIPS = os.environ.get("HANDOFF_NO_SKIPS", "") not in ("", "0")
DEMO_LEADS = 1000
LONGEST_RUN = 1200
REAL_DATA = os.environ.get("HANDOFF_REAL_DATA", "").strip()


def pytest_configure() -> None:
    """Heed interrupts, and have what tests start heed them: a shell's background job ignores them."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


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


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the demo has been published once, with fewer leads, by the command that users type."""
    home = tmp_path_factory.mktemp("demo") / "home"
    ours = {name: value for name, value in os.environ.items() if not name.startswith("HANDOFF_")}
    outcome = subprocess.run(
        ["make", "demo", f"LEADS={DEMO_LEADS}"],
        cwd=PROJECT,
        env=ours | {"HANDOFF_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=LONGEST_RUN,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    print(outcome.stdout)
    (home / "first.log").write_text(outcome.stdout)
    return home
