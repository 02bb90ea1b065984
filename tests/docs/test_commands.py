"""Every command of the README and the docs is run, and prints what the page says."""

from __future__ import annotations

import csv
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
import yaml

from handoff.config import PROJECT
from tests.docs.blocks import RUN, Block, blocks, matches, run
from tests.docs.pages import markdown_files, outside_blocks, read

TUTORIAL = "docs/tutorial.md"
README = "README.md"
# Pages on the tutorial's CRM; all others are read with the demo published.
ON_THE_TUTORIAL = ("docs/explanation/how-each-number-is-made.md",)
# Blocks that another test runs, in the place that they need: page, and how the block begins.
ELSEWHERE = {
    (README, "make demo"): "the fixture demo_home",
    ("docs/bring-your-own-crm.md", "select"): "tests/real_data/test_docs.py",
    ("docs/metrics.md", ".venv/bin/dbt parse"): "tests/metrics/test_semantic_layer.py",
    ("docs/contributing-a-finding.md", ""): "tests/diagnosis/test_adding_a_finding.py",
    ("docs/spark.md", ""): "tests/spark/test_parity.py",
}
# Commands that stand within sentences, and what runs them.
RUN_ELSEWHERE = {
    "make test": "whatever runs this test",
    "make lint": ".ci/run",
    "make environment": ".ci/run",
    "make docs": "tests/docs/test_site.py",
    "dbt test": "tests/spark/test_parity.py",
    "dagster dev": "test_dagster_dev_serves_the_line_though_its_port_is_taken",
    "python -m handoff run": "tests/line",
    "python -m handoff resolution": "tests/layouts/test_resolution.py",
    "python -m handoff publications": "tests/line/test_publication.py",
    "python -m handoff rollback": "tests/line/test_publication.py",
    "python -m tests.diagnosis.mutations": "tests/diagnosis",
}

# Seconds that a server may take to be there, on a busy machine.
PATIENCE = 300

Play = Callable[[str], list[str]]


def documented() -> list[str]:
    """The pages with blocks, in the order in which they can be run."""
    pages = [
        page for page in markdown_files() if any(b.language in RUN or b.file for b in blocks(read(page)))
    ]
    return sorted(pages, key=lambda page: (page in ON_THE_TUTORIAL, page == TUTORIAL, page != README, page))


def runs_elsewhere(page: str, block: Block) -> bool:
    return any(page == where and block.code.startswith(start) for where, start in ELSEWHERE)


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory, demo_home: Path) -> Path:
    """A copy of the project as a clone of it would be after `make demo`, with this environment's packages."""
    folder = tmp_path_factory.mktemp("reader") / "crm-handoff"
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.splitlines():
        if (PROJECT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, folder / name)
    (folder / ".venv").symlink_to(PROJECT / ".venv")
    (folder / ".tools").symlink_to(PROJECT / ".tools")
    shutil.copytree(demo_home, folder / "var", symlinks=True)
    # Older than the environment, so that make does not set it up for this copy.
    for name in ("pyproject.toml", "uv.lock"):
        os.utime(folder / name, (0, 0))
    return folder


@pytest.fixture(scope="module")
def environment(clone: Path) -> dict[str, str]:
    """What a reader's shell has, and no setting of ours."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "JAVA_HOME") if name in os.environ}
    return kept | {"PYTHONPATH": str(clone), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}


@pytest.fixture(scope="module")
def play(clone: Path, environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Play:
    """Run a page, once; gives what went wrong."""
    played: dict[str, list[str]] = {}

    def once(page: str) -> list[str]:
        if page not in played:
            scratch = tmp_path_factory.mktemp("blocks")
            runnable = [b for b in blocks(read(page)) if b.is_run and not runs_elsewhere(page, b)]
            played[page] = list(run(page, runnable, clone, environment, scratch))
        return played[page]

    return once


@pytest.mark.slow
@pytest.mark.parametrize("page", documented())
def test_every_block_runs_and_prints_what_the_page_shows(page: str, play: Play) -> None:
    for before in (README, TUTORIAL) if page in ON_THE_TUTORIAL else (README,):
        if page != before and play(before):
            pytest.fail(f"{page} builds on {before}, which fails")
    assert not play(page), "\n".join(play(page))


@pytest.mark.parametrize("page", documented())
def test_every_block_is_run_or_says_why_not(page: str) -> None:
    faults = []
    for block in blocks(read(page)):
        if not block.language:
            faults.append(f"{page}:{block.line}: name its language, `text` if it is output")
        is_run = block.is_run or runs_elsewhere(page, block)
        if not (is_run or block.excuse or block.language == "text" or _is_sound_data(block)):
            faults.append(f"{page}:{block.line}: {block.language} is not run; write why above it: not run: …")
    assert not faults


def test_few_blocks_are_excused() -> None:
    everything = [block for page in documented() for block in blocks(read(page)) if block.language in RUN]
    excused = [block for block in everything if block.excuse]
    assert len(excused) <= len(everything) / 4, [block.excuse for block in excused]


@pytest.mark.parametrize("page", documented())
def test_commands_within_sentences_are_run_somewhere(page: str) -> None:
    in_blocks = "\n".join(b.code for p in documented() for b in blocks(read(p)) if b.language == "sh")
    inline = re.findall(
        r"`((?:HANDOFF\w*=\S+ )?(?:make|dbt|dagster|mf|python -m) [^`]+)`", outside_blocks(read(page))
    )
    unknown = []
    for command in inline:
        words = re.sub(r"^HANDOFF\w*=\S+ ", "", command).split()
        stem = " ".join(words[: 4 if words[:2] == ["python", "-m"] else 2]).rstrip(".")
        if stem not in in_blocks and not any(stem.startswith(known) for known in RUN_ELSEWHERE):
            unknown.append(command)
    assert not unknown, "run them in a block of a page, or name the test that does"


def test_help_names_every_target() -> None:
    told = subprocess.run(["make", "help"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    phony = re.search(r"^\.PHONY: (.*)$", (PROJECT / "Makefile").read_text(), re.MULTILINE)
    assert phony
    targets = set(phony[1].split()) - {"help", "environment"}
    assert targets == set(re.findall(r"^make (\S+)", told, re.MULTILINE))


@pytest.mark.slow
def test_dagster_dev_serves_the_line_though_its_port_is_taken(
    clone: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    with socket.socket() as taken:
        # By us, or by somebody else already: taken it is.
        with suppress(OSError):
            taken.bind(("127.0.0.1", 3000))
            taken.listen()
        log = tmp_path / "dagster.log"
        settings = environment | {"DAGSTER_HOME": str(tmp_path), "HANDOFF_AUTOMATION": "off"}
        shutil.copyfile(clone / "dagster.yaml", tmp_path / "dagster.yaml")
        with (
            log.open("w") as output,
            subprocess.Popen(
                [".venv/bin/dagster", "dev"], cwd=clone, env=settings, stdout=output, stderr=subprocess.STDOUT
            ) as served,
        ):
            try:
                address = waited_for(r"Serving dagster-webserver on (http://[\w.:]+)", log, served)
                assert waited_for(r"Port 3000 is in use - using port (\d+) instead", log, served) in address
                assert answers(f"{address}/server_info", served)
            finally:
                # To the parent alone: it ends its children in order.
                served.send_signal(signal.SIGINT)
                try:
                    served.wait(60)
                except subprocess.TimeoutExpired:
                    served.kill()
                    raise


def answers(address: str, process: subprocess.Popen[bytes]) -> bool:
    """Whether an address answers before the patience ends: a server names it before it listens."""
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(OSError), urllib.request.urlopen(address, timeout=60) as answer:
            return bool(answer.status == 200)
        time.sleep(0.2)
    return False


def waited_for(pattern: str, log: Path, process: subprocess.Popen[bytes]) -> str:
    """What the pattern's group matches in a log, as soon as it is there."""
    deadline = time.monotonic() + PATIENCE
    while not (found := re.search(pattern, log.read_text())):
        assert process.poll() is None and time.monotonic() < deadline, log.read_text()
        time.sleep(0.2)
    return found[1]


def test_blocks_are_read_as_they_stand() -> None:
    page = "a\n\n```sh\nls\n```\n\n```text\nx…\n```\n\n<!-- not run: no time -->\n```sh\nrm\n```\n"
    assert blocks(page) == [
        Block(3, "sh", "ls\n", None, "x…\n"),
        Block(7, "text", "x…\n", None, None),
        Block(12, "sh", "rm\n", "no time", None),
    ]
    assert matches("x…\n", "xyz\nabc\n") and matches("a  \n", "a\n") and not matches("x…\n", "yx\n")


def test_a_block_that_fails_or_prints_otherwise_is_told(tmp_path: Path) -> None:
    page = "```sh\necho 1\n```\n\n```text\n2\n```\n\n```sh\nfalse\n```\n\n```sh\necho\n```\n"
    told = list(
        run(
            "page.md", [b for b in blocks(page) if b.is_run], tmp_path, dict(os.environ), tmp_path / "scratch"
        )
    )
    assert [line.split("\n")[0] for line in told] == [
        "page.md:1: shows",
        "page.md:13: was not reached",
        "page.md:9: ended with 1:",
    ]


def _is_sound_data(block: Block) -> bool:
    """Whether a block that shows a piece of a file is at least well formed."""
    if block.language == "csv":
        return len({len(row) for row in csv.reader(block.code.splitlines())}) == 1
    return block.language == "yaml" and yaml.safe_load(block.code) is not None
