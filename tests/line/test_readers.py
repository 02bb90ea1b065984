"""Readers beside publications: whole ones only, whatever becomes of the publisher, with real clients."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import adbc_driver_duckdb  # type: ignore[import-untyped]
import adbc_driver_manager.dbapi
import duckdb
import pytest
import sqlalchemy
from sqlalchemy.pool import NullPool

from handoff.config import PROJECT
from handoff.publication import current_run, verify
from tests.line.conftest import add_mart
from tests.line.reading import TABLES, TOGETHER

pytestmark = pytest.mark.slow

PIPE = subprocess.PIPE


@pytest.fixture
def numbered(home: Path, change: Callable[[str], None], dbt_manifest: dict[str, Any]) -> Path:
    """A home whose warehouse has three small marts that carry the number of their publication."""
    change("drop schema marts cascade; create schema marts")
    nodes: dict[str, Any] = {
        name: node for name, node in dbt_manifest["nodes"].items() if "test_metadata" not in node
    }
    nodes = {name: node for name, node in nodes.items() if node["resource_type"] == "test"}
    for table in TABLES:
        change(f"create table marts.{table} as select 0 as n")
        add_mart(nodes, table)
    (home.parent / "manifest.json").write_text(json.dumps({"nodes": nodes}))
    return home


class Publisher:
    """Another process that publishes, and may be killed."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def start(self, times: int) -> int:
        """Begin so many publications; returns the id of the process that makes them."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{times}\n")
        self.process.stdin.flush()
        return int(self.answer())

    def answer(self) -> str:
        """What it says next: a process id, or how that process ended."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()


@contextmanager
def publisher(home: Path) -> Iterator[Publisher]:
    """Serve publications of a home; the first one is made."""
    module = [sys.executable, "-m", "tests.line.publisher"]
    arguments = [str(home), str(home.parent / "manifest.json"), ",".join(TABLES)]
    with subprocess.Popen([*module, *arguments], stdin=PIPE, stdout=PIPE, text=True, cwd=PROJECT) as process:
        serving = Publisher(process)
        try:
            serving.start(1)
            assert serving.answer() == "0"
            yield serving
        finally:
            process.kill()


@contextmanager
def readers(home: Path, count: int) -> Iterator[list[dict[str, Any]]]:
    """Read with so many processes while the block runs; then the list says how each of them fared."""
    command = [sys.executable, "-m", "tests.line.reading", str(home / "published")]
    running = [
        subprocess.Popen(command, stdin=PIPE, stdout=PIPE, text=True, cwd=PROJECT) for _ in range(count)
    ]
    fared: list[dict[str, Any]] = []
    try:
        yield fared
        for process in running:
            told, _ = process.communicate(timeout=120)
            fared.append(json.loads(told))
    finally:
        for process in running:
            process.kill()
            process.wait()


def test_200_publications_beside_8_readers_that_reconnect(numbered: Path) -> None:
    with publisher(numbered) as serving, readers(numbered, 8) as fared:
        time.sleep(2)
        serving.start(200)
        assert serving.answer() == "0"
    print(fared)
    assert verify(numbered).sequence == 201
    assert [fault for one in fared for fault in one["faults"]] == []
    assert len(fared) == 8
    assert all(one["reads"] > 20 and one["seen"] > 10 for one in fared)


def test_a_publisher_killed_at_40_random_moments_shows_whole_publications_only(numbered: Path) -> None:
    """The moments lie within what follows the build: copying, checking, moving the pointer, tidying up."""
    moments = random.Random(1)
    killed = 0
    with publisher(numbered) as serving, readers(numbered, 2) as fared:
        begun = time.monotonic()
        serving.start(3)
        assert serving.answer() == "0"
        one_takes = (time.monotonic() - begun) / 3
        for _ in range(40):
            # More than it can come to: it never ends by itself.
            child = serving.start(1000)
            time.sleep(moments.uniform(0, 3 * one_takes))
            os.kill(child, signal.SIGKILL)
            assert serving.answer() == "-9"
            killed += 1
            assert verify(numbered).run_id == current_run(numbered)
        serving.start(1)
        assert serving.answer() == "0"
    assert killed == 40
    assert [fault for one in fared for fault in one["faults"]] == []
    # Nothing is left of those that died.
    assert not list((numbered / "published").glob(".*"))
    assert verify(numbered).row_counts.keys() == {*TABLES, "fct_quality_results"}


def test_a_reader_that_holds_the_file_open_keeps_what_it_opened(numbered: Path) -> None:
    with publisher(numbered) as serving:
        with duckdb.connect(str(numbered / "published" / "marts.duckdb"), read_only=True) as held:
            before = held.execute(TOGETHER).fetchall()
            # More than are kept: the file that it reads from is gone from the folder.
            serving.start(8)
            assert serving.answer() == "0"
            assert held.execute(TOGETHER).fetchall() == before == [(1, 1, 1)]
        with duckdb.connect(str(numbered / "published" / "marts.duckdb"), read_only=True) as again:
            assert again.execute(TOGETHER).fetchall() == [(9, 9, 9)]


def recipes() -> dict[str, str]:
    """The connection recipes of docs/bi.md: heading -> Python."""
    found = {}
    for section in (PROJECT / "docs" / "bi.md").read_text().split("\n## ")[1:]:
        if "```python" in section:
            found[section.splitlines()[0]] = section.split("```python\n")[1].split("```")[0]
    return found


@pytest.mark.parametrize(
    "tool", ["Superset and other SQLAlchemy tools", "ADBC", "Python and notebooks", "pandas"]
)
def test_the_recipes_of_the_docs_are_those_that_run_while_publications_go_on(
    numbered: Path, tool: str
) -> None:
    """The recipe is taken from the page as it stands; only the place and the query are the test's own."""
    recipe = recipes()[tool].replace("var/published", str(numbered / "published"))
    assert "select outcome, count(*) as handoffs from marts.fct_handoffs group by outcome" in recipe
    recipe = recipe.replace(
        "select outcome, count(*) as handoffs from marts.fct_handoffs group by outcome", TOGETHER
    )
    seen: set[int] = set()
    with publisher(numbered) as serving:
        child = serving.start(1000)
        queries, until = 0, time.monotonic() + 120
        while (queries < 10 or len(seen) < 3) and time.monotonic() < until:
            queries += 1
            scope: dict[str, Any] = {}
            exec(recipe, scope)
            rows = [tuple(row) for row in scope["rows"]]
            assert len(set(rows[0])) == 1, rows
            seen.add(rows[0][0])
            time.sleep(0.1)
        os.kill(child, signal.SIGKILL)
        assert serving.answer() == "-9"
    assert len(seen) >= 3


def test_superset_finds_schemas_tables_and_columns_and_cannot_write(numbered: Path) -> None:
    """What Superset asks of a database that is added: with its pool, its engine parameters, its inspector."""
    with publisher(numbered):
        engine = sqlalchemy.create_engine(
            f"duckdb:///{numbered}/published/marts.duckdb",
            poolclass=NullPool,
            connect_args={"read_only": True, "config": {"custom_user_agent": "apache-superset/5"}},
        )
        inspector = sqlalchemy.inspect(engine)
        schemas = [name for name in inspector.get_schema_names() if name.endswith("marts")]
        assert schemas
        assert {*TABLES} < {name.split(".")[-1] for name in inspector.get_table_names(schemas[0])}
        assert [column["name"] for column in inspector.get_columns("first", schemas[0])] == ["n"]
        with engine.connect() as connection:
            rows = connection.execute(sqlalchemy.text("select n from marts.first limit 1001")).all()
            assert [row.n for row in rows] == [1]
            with pytest.raises(sqlalchemy.exc.ProgrammingError):
                connection.execute(sqlalchemy.text("create table marts.mine as select 1"))


def test_adbc_reads_and_cannot_write(numbered: Path) -> None:
    with (
        publisher(numbered),
        adbc_driver_manager.dbapi.connect(
            driver=adbc_driver_duckdb.driver_path(),
            entrypoint="duckdb_adbc_init",
            db_kwargs={"path": str(numbered / "published" / "handoff.duckdb"), "access_mode": "READ_ONLY"},
            autocommit=True,
        ) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(TOGETHER)
        assert cursor.fetch_arrow_table().num_rows == 1
        with pytest.raises(adbc_driver_manager.dbapi.Error):
            cursor.execute("create table marts.mine as select 1")
