"""A Spark standalone cluster on this machine: a master, workers, and a thrift server that dbt talks to.

All of it is of the package pyspark, listens on 127.0.0.1 alone, and ends with the process that started it.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from types import FrameType

from handoff.config import ConfigError

HOST = "127.0.0.1"
PATIENCE = 180.0
_DEATH_SIGNAL = 1

_MASTER = "org.apache.spark.deploy.master.Master"
_WORKER = "org.apache.spark.deploy.worker.Worker"
_SUBMIT = "org.apache.spark.deploy.SparkSubmit"
_THRIFT = "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2"


# Nobody looks at Spark's own pages, so nothing is kept for them.
_KEPT_FOR_PAGES = (
    "spark.ui.retainedJobs",
    "spark.ui.retainedStages",
    "spark.ui.retainedTasks",
    "spark.ui.dagGraph.retainedRootRDDs",
    "spark.sql.ui.retainedExecutions",
    "spark.sql.thriftserver.ui.retainedSessions",
    "spark.sql.thriftserver.ui.retainedStatements",
)

# Warnings, and which tasks ran where.
_LOGGING = """\
rootLogger.level = warn
rootLogger.appenderRef.stderr.ref = stderr
appender.stderr.type = Console
appender.stderr.name = stderr
appender.stderr.target = SYSTEM_ERR
appender.stderr.layout.type = PatternLayout
appender.stderr.layout.pattern = %d{yyyy-MM-dd HH:mm:ss} %p %c{1}: %m%n%ex
logger.tasks.name = org.apache.spark.executor.Executor
logger.tasks.level = info
"""


class SparkProblem(Exception):
    """Spark cannot be started or asked; the message says why, and what to do."""


@dataclass(frozen=True)
class Cluster:
    """A running cluster. folder: logs, metastore, tables; processes: master, thrift, worker-1 and on."""

    folder: Path
    thrift_port: int
    processes: Mapping[str, subprocess.Popen[bytes]]

    def log(self, name: str) -> str:
        """What a process has written."""
        path = self.folder / "logs" / f"{name}.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""

    def ended(self) -> Iterator[str]:
        """Wait, and give the name of each process as it ends. Without a worker the others go on."""
        running = dict(self.processes)
        while running:
            for name in [name for name, process in running.items() if process.poll() is not None]:
                del running[name]
                yield name
            time.sleep(0.5)


def missing() -> str | None:
    """What is missing to start Spark, in words; None where everything is there."""
    if find_spec("pyspark") is None or find_spec("dbt.adapters.spark") is None:
        return "Spark's packages are not installed: make environment EXTRAS=spark"
    if not _java():
        return "Spark needs Java 17 or 21: apt-get install openjdk-17-jre-headless, or set JAVA_HOME"
    return None


def spark_address() -> tuple[str, int]:
    """Host and port of the thrift server: HANDOFF_SPARK_HOST and HANDOFF_SPARK_PORT, as dbt reads them.

    Raises:
        ConfigError: the port is no number.
    """
    port = os.environ.get("HANDOFF_SPARK_PORT", "").strip() or "10000"
    if not port.isdigit():
        raise ConfigError([f"HANDOFF_SPARK_PORT is {port!r}: give a number, as 10000."])
    return os.environ.get("HANDOFF_SPARK_HOST", "").strip() or HOST, int(port)


def spark_settings(given: Sequence[str]) -> dict[str, str]:
    """Settings of Spark that were given as `key=value`.

    Raises:
        ConfigError: naming the first that is not.
    """
    for setting in given:
        if not setting.startswith("spark.") or "=" not in setting:
            raise ConfigError([f"--conf {setting}: write a setting of Spark, spark.<name>=<value>."])
    return dict(setting.split("=", 1) for setting in given)


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """Have an interrupt, or a request to terminate, end the block in order, and the process with 0."""

    def stop(_: int, __: FrameType | None) -> None:
        raise SystemExit(0)

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def running_cluster(
    folder: Path,
    workers: int = 2,
    thrift_port: int | None = None,
    worker_memory: str = "1g",
    settings: Mapping[str, str] | None = None,
    driver_memory: str = "2g",
) -> Iterator[Cluster]:
    """Start a cluster that keeps everything below `folder`, and stop it when the block ends.

    workers: how many, of one core each. thrift_port: a free one where none is given. worker_memory: of each
    worker, as Java writes it; driver_memory: of the thrift server, which plans and collects. settings: of
    Spark, beside and over those it starts with.

    Raises:
        SparkProblem: packages or Java are missing, a port is taken, or a process ended before it was ready.
    """
    if lack := missing():
        raise SparkProblem(lack)
    port = thrift_port or free_port()
    if _answers(port):
        raise SparkProblem(
            f"Port {port} is taken: stop what listens there, or name another: HANDOFF_SPARK_PORT=10001"
        )
    for name in ("conf", "logs", "scratch", "warehouse"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "conf" / "log4j2.properties").write_text(_LOGGING, encoding="utf-8")
    master_port = free_port()
    master = f"spark://{HOST}:{master_port}"
    processes: dict[str, subprocess.Popen[bytes]] = {}
    cluster = Cluster(folder, port, processes)
    try:
        processes["master"] = _start(
            folder,
            "master",
            [_MASTER, "--host", HOST, "--port", str(master_port), "--webui-port", str(free_port())],
        )
        _await(cluster, "master", lambda: _answers(master_port))
        for number in range(1, workers + 1):
            name = f"worker-{number}"
            size = ("--cores", "1", "--memory", worker_memory)
            places = ("--webui-port", str(free_port()), "--work-dir", str(folder / "scratch" / name))
            processes[name] = _start(folder, name, [_WORKER, "--host", HOST, *size, *places, master])
        processes["thrift"] = _start(
            folder, "thrift", _thrift(folder, master, port, worker_memory, settings or {}), driver_memory
        )
        _await(cluster, "thrift", lambda: _answers(port))
        yield cluster
    finally:
        _stop(processes)
        # Shuffles and unpacked jars; tables and metastore stay.
        shutil.rmtree(folder / "scratch", ignore_errors=True)


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _thrift(folder: Path, master: str, port: int, memory: str, further: Mapping[str, str]) -> list[str]:
    """The words after spark-class that start the thrift server as an application of the cluster."""
    metastore = f"jdbc:derby:;databaseName={folder / 'metastore'};create=true"
    configured = {
        "spark.driver.host": HOST,
        "spark.driver.bindAddress": HOST,
        "spark.driver.extraJavaOptions": f"-Dderby.stream.error.file={folder / 'logs' / 'derby.log'}"
        f" -Djava.io.tmpdir={folder / 'scratch'} {_JVM}"
        # Out of memory it would go on answering nothing.
        " -XX:+ExitOnOutOfMemoryError",
        "spark.executor.memory": memory,
        "spark.executor.extraJavaOptions": _JVM,
        "spark.local.dir": str(folder / "scratch"),
        "spark.sql.warehouse.dir": (folder / "warehouse").as_uri(),
        "spark.hadoop.javax.jdo.option.ConnectionURL": metastore,
        # Instants are UTC everywhere in this project.
        "spark.sql.session.timeZone": "UTC",
        # Small partitions are put together at run time; what is beyond is a thread for nothing.
        "spark.sql.shuffle.partitions": "4",
        # What is known of a column is told of all that are made from it: where JSON is read, without end.
        "spark.sql.constraintPropagation.enabled": "false",
        # Plans are told to listeners as text, again and again, and some of these are long.
        "spark.sql.maxPlanStringLength": "1000",
        "spark.ui.enabled": "false",
        **dict.fromkeys(_KEPT_FOR_PAGES, "1"),
        **further,
    }
    settings = [word for key, value in configured.items() for word in ("--conf", f"{key}={value}")]
    hive = [
        f"hive.server2.thrift.port={port}",
        f"hive.server2.thrift.bind.host={HOST}",
        # Else sessions leave folders in /tmp.
        f"hive.exec.scratchdir={folder / 'scratch' / 'hive'}",
        "hive.server2.logging.operation.enabled=false",
    ]
    return [
        *(_SUBMIT, "--master", master, "--class", _THRIFT, *settings, "spark-internal"),
        *(word for setting in hive for word in ("--hiveconf", setting)),
    ]


# A core each leaves none for collecting garbage beside the work.
_JVM = "-XX:+UseSerialGC"


def _start(folder: Path, name: str, words: list[str], memory: str = "256m") -> subprocess.Popen[bytes]:
    """Start a process of Spark in a session of its own, so that its executors can be reached with it."""
    home = Path(str(find_spec("pyspark").submodule_search_locations[0]))  # type: ignore[union-attr,index]
    ours = {key: value for key, value in os.environ.items() if not key.startswith("SPARK_")}
    environment = ours | {
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": HOST,
        "SPARK_LOCAL_HOSTNAME": HOST,
        "SPARK_DAEMON_MEMORY": memory,
        "SPARK_DAEMON_JAVA_OPTS": "-XX:+UseSerialGC",
        "SPARK_LOCAL_DIRS": str(folder / "scratch"),
        "SPARK_CONF_DIR": str(folder / "conf"),
        "PYSPARK_PYTHON": sys.executable,
        "TZ": "UTC",
    }
    with (folder / "logs" / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            [str(home / "bin" / "spark-class"), *words],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )


def die_with_parent() -> None:
    """In a process about to begin: have Linux end it when its parent is killed and cannot."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGKILL)


def _await(cluster: Cluster, name: str, is_ready: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not is_ready():
        if cluster.processes[name].poll() is not None or time.monotonic() > until:
            said = "\n".join(cluster.log(name).splitlines()[-15:])
            raise SparkProblem(
                f"Spark's {name} did not start. The end of its log in {cluster.folder / 'logs'}:\n{said}"
            )
        time.sleep(0.2)


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection((HOST, port), timeout=1):
        return True
    return False


def _stop(processes: Mapping[str, subprocess.Popen[bytes]]) -> None:
    """End every process with its executors, the thrift server first: workers run what it asked for."""
    backwards = list(processes.values())[::-1]
    for process in backwards:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
    for process in backwards:
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)


def _java() -> bool:
    home = os.environ.get("JAVA_HOME")
    return bool((home and (Path(home) / "bin" / "java").exists()) or shutil.which("java"))
