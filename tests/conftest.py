"""What every test may use, and the rule that nothing is skipped in silence."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
from collections.abc import Generator
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from handoff.config import PROJECT

# Set where everything that tests need is there (continuous integration): a skip is then a failure.
NO_SKIPS = os.environ.get("HANDOFF_NO_SKIPS", "") not in ("", "0")
DEMO_LEADS = 1000
LONGEST_RUN = 1200
REAL_DATA = os.environ.get("HANDOFF_REAL_DATA", "").strip()
# Folders whose tests read the same builds: a process that runs one of them runs all.
TOGETHER = ("spark", "diagnosis", "layouts", "crm", "metrics", "real_data", "changes")
# Tests that work in the home of the demo, one after the other.
IN_THE_DEMO = ("line/test_line.py", "line/test_plans.py", "line/test_unit_tests.py", "docs/test_commands.py")
# What takes minutes begins first, so that no process waits for another at the end.
LONGEST = ("spark", "diagnosis", "changes", "line/test_kills.py", "demo_home", "test_bench.py", "layouts")


def pytest_configure() -> None:
    """Heed interrupts, and have what tests start heed them: a shell's background job ignores them."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


class Together(LoadScopeScheduling):  # type: ignore[misc]
    """Give each process a whole group of tests at a time, in the order in which they are collected."""

    def _split_scope(self, nodeid: str) -> str:
        return _group(Path(nodeid.split("::")[0].removeprefix("tests/")))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Together:
    """Share the tests by these groups: xdist's own marks are lost on pytest 9.2, in silence."""
    return Together(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest."""
    ranks = {name: rank for rank, name in enumerate(LONGEST)}
    folder = Path(__file__).parent
    items.sort(key=lambda item: ranks.get(_group(item.path.relative_to(folder)), len(ranks)))


def _group(path: Path) -> str:
    if path.as_posix() in IN_THE_DEMO:
        return "demo_home"
    return path.parts[0] if path.parts[0] in TOGETHER else path.as_posix()


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
def demo_home(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A home in which the demo has been published once, with fewer leads, by the command that users type.

    Processes that share the tests share it: the first that asks for it makes it.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    home = shared / "demo_home"
    with (shared / "demo_home.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "first.log").exists():
            _publish_demo(home)
    return home


def _publish_demo(home: Path) -> None:
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
    (home / "first.log").write_text(outcome.stdout)
