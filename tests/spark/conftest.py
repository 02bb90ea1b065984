"""A Spark cluster, started by the documented command, and one world built on it and on DuckDB."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from handoff.config import PROJECT, load_settings
from handoff.dbt_project import child_command, child_environment
from handoff.lake import missing, thrift
from handoff.lake.cluster import HOST, die_with_parent, free_port
from tests.diagnosis.conftest import STORIES
from tests.diagnosis.worlds import simulated
from tests.operation.processes import own_environment
from tests.spark.lake_sources import land_on_duckdb, make_tables, with_lake_sources

QUICK_JAVA = "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m"
# Hundreds of small queries, each run once: compiling them takes longer than running them.
SMALL_QUERIES = (
    "spark.sql.codegen.wholeStage=false",
    "spark.sql.codegen.factoryMode=NO_CODEGEN",
    "spark.sql.shuffle.partitions=2",
    # So does compiling what compiles them: of a build's five minutes Java's second compiler took one.
    f"spark.driver.defaultJavaOptions={QUICK_JAVA} -XX:MetaspaceSize=256m -Xmn640m",
    f"spark.executor.defaultJavaOptions={QUICK_JAVA}",
)
MODELS = ("build", "--exclude-resource-type", "test", "unit_test")
KILLED = "worker-2"
# The worker is killed when this model begins: handoffs are open, and nothing published is built yet.
KILLED_AT = "intermediate.int_handoff_progress"


@dataclass(frozen=True)
class Home:
    """Where a world is landed and built on both engines.

    processes: ids of the cluster's, by name. files: folders of what is in the lake, by source.
    """

    folder: Path
    environment: dict[str, str]
    port: int
    processes: dict[str, int]
    files: dict[str, Path]

    def command(self, *words: str, **settings: str) -> str:
        """Run a command of the project; fails with its own words where it fails."""
        outcome = subprocess.run(
            [sys.executable, "-m", "handoff", *words],
            cwd=PROJECT,
            env=self.environment | settings,
            capture_output=True,
            text=True,
            check=False,
        )
        assert outcome.returncode == 0, outcome.stdout + outcome.stderr
        return outcome.stdout

    def dbt(self, target: str, *arguments: str) -> subprocess.Popen[str]:
        """Start dbt on one of the engines; its words come as text."""
        state = self.folder / f"dbt_{target}"
        places = ("--target", target, "--target-path", str(state), "--log-path", str(state))
        return subprocess.Popen(
            [*child_command("--no-use-colors", *arguments), *places, "--profiles-dir", str(PROJECT)],
            cwd=PROJECT,
            env=self.environment | child_environment(self.folder),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run_dbt(self, target: str, *arguments: str) -> str:
        """Run dbt on one of the engines; fails with its own words where it fails."""
        process = self.dbt(target, *arguments)
        told, _ = process.communicate()
        assert process.returncode == 0, told
        return told

    def results(self, target: str) -> dict[str, str]:
        """How each test of dbt's last run on an engine ended, by its id without kind and project."""
        told = json.loads((self.folder / f"dbt_{target}" / "run_results.json").read_text(encoding="utf-8"))
        ended = [(*result["unique_id"].split(".", 2), result["status"]) for result in told["results"]]
        return {name: status for kind, _, name, status in ended if kind == "test"}

    def tasks(self, worker: str) -> int:
        """How many tasks the executors of a worker have begun."""
        logs = (self.folder / "spark" / "scratch" / worker).glob("app-*/*/stderr")
        return sum(log.read_text(errors="replace").count("Running task") for log in logs)

    def open(self, schema: str = "marts") -> duckdb.DuckDBPyConnection:
        """DuckDB's warehouse, with schema `spark` of views on the files of a schema's tables in Spark."""
        connection = duckdb.connect()
        connection.execute("set TimeZone = 'UTC'")
        warehouse = str(self.folder / "warehouse.duckdb")
        connection.execute(f"attach '{warehouse}' as warehouse (read_only); create schema spark")
        for folder in sorted((self.folder / "spark" / "warehouse" / f"{schema}.db").iterdir()):
            files = f"read_parquet('{folder}/*.parquet')"
            # Spark's instants are in UTC and say so; here they are naive.
            stamps = [
                f"timezone('UTC', {name}) as {name}"
                for name, held, *_ in connection.execute(f"describe select * from {files}").fetchall()
                if held == "TIMESTAMP WITH TIME ZONE"
            ]
            replaced = f" replace ({', '.join(stamps)})" if stamps else ""
            connection.execute(f"create view spark.{folder.name} as select *{replaced} from {files}")
        return connection


@dataclass(frozen=True)
class Parity:
    """A world built on both engines, one worker of Spark being killed on the way.

    begun: tasks that the worker had begun when it was killed. built_after: tables made after that.
    """

    home: Home
    told: str
    begun: int
    built_after: int


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """Every story of the demo in every layout, landed for Spark; a cluster of two workers runs."""
    if lack := missing():
        pytest.skip(lack)
    folder = tmp_path_factory.mktemp("parity")
    world, files = with_lake_sources(simulated(folder / "world", [STORIES]), folder / "in_lake")
    port = free_port()
    environment = own_environment(
        folder,
        HANDOFF_SOURCES=str(world.sources),
        HANDOFF_POLICIES=str(world.policies),
        HANDOFF_SPARK_HOST=HOST,
        HANDOFF_SPARK_PORT=str(port),
    )
    settings = [word for setting in SMALL_QUERIES for word in ("--conf", setting)]
    with subprocess.Popen(
        [sys.executable, "-m", "handoff", "spark", "--memory", "768m", *settings],
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=die_with_parent,
    ) as command:
        assert command.stdout
        told = ""
        for line in command.stdout:
            told += line
            if found := re.match(rf"Spark listens at 127.0.0.1:{port} \((.*)\)", line):
                break
        else:
            pytest.fail(told)
        processes = {name: int(pid) for name, pid in (each.split(" ") for each in found[1].split(", "))}
        home = Home(folder, environment, port, processes, files)
        try:
            with thrift(HOST, port) as ask:
                make_tables(ask, files)
            home.command("lake")
            yield home
        finally:
            command.send_signal(signal.SIGINT)
            assert command.wait(60) == 0
    assert not [pid for pid in processes.values() if Path(f"/proc/{pid}").exists()]


@pytest.fixture(scope="session")
def parity(home: Home) -> Parity:
    """The whole project, built on DuckDB and then on Spark."""
    land_on_duckdb(load_settings(home.environment), home.files)
    home.run_dbt("duckdb", *MODELS)
    process = home.dbt("spark", *MODELS)
    told: list[str] = []
    begun = built_after = 0
    assert process.stdout
    for line in process.stdout:
        told.append(line)
        if " START " in line and f" {KILLED_AT} " in line:
            begun = home.tasks(KILLED)
            os.killpg(home.processes[KILLED], signal.SIGKILL)
        built_after += bool(begun) and " OK created " in line
    assert process.wait() == 0, "".join(told)
    return Parity(home, "".join(told), begun, built_after)
