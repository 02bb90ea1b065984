"""What is told where Spark cannot be had: what is missing, and what to do."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from handoff.config import ConfigError
from handoff.lake import SparkProblem, missing, running_cluster, spark_address, spark_settings, thrift
from handoff.lake.cluster import HOST, free_port


def test_missing_java_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr("handoff.lake.cluster.find_spec", lambda _: object())
    with pytest.raises(SparkProblem, match="needs Java 17"), running_cluster(tmp_path / "spark"):
        pass
    assert not (tmp_path / "spark").exists()


def test_missing_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handoff.lake.cluster.find_spec", lambda _: None)
    assert missing() == "Spark's packages are not installed: make environment EXTRAS=spark"


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    if lack := missing():
        pytest.skip(lack)
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SparkProblem, match=f"Port {port} is taken"), running_cluster(tmp_path, 1, port):
            pass


def test_a_server_that_is_not_there_is_named() -> None:
    if lack := missing():
        pytest.skip(lack)
    port = free_port()
    with pytest.raises(SparkProblem, match=f"No thrift server answers at {HOST}:{port}"), thrift(HOST, port):
        pass


def test_settings_are_read_or_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert spark_settings(["spark.a=1", "spark.b=c=d"]) == {"spark.a": "1", "spark.b": "c=d"}
    with pytest.raises(ConfigError, match="--conf memory=1g: write a setting of Spark"):
        spark_settings(["memory=1g"])
    monkeypatch.setenv("HANDOFF_SPARK_PORT", "ten")
    with pytest.raises(ConfigError, match="HANDOFF_SPARK_PORT is 'ten'"):
        spark_address()
