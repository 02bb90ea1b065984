"""Processes of a test: started, waited for, and stopped by their own ids."""

from __future__ import annotations

import ipaddress
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from handoff.config import PROJECT

BIN = Path(sys.executable).parent


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def unit_command(name: str, replaced: Mapping[str, str]) -> list[str]:
    """What a shipped systemd unit starts, with places and ports of the test's own."""
    lines = (PROJECT / "deploy" / "systemd" / f"{name}.service").read_text().splitlines()
    (command,) = (line.removeprefix("ExecStart=") for line in lines if line.startswith("ExecStart="))
    for old, new in replaced.items():
        assert old in command, f"{name} does not name {old}"
        command = command.replace(old, new)
    return shlex.split(command)


@dataclass
class Processes:
    """Processes that share an environment and a folder for their logs."""

    folder: Path
    environment: dict[str, str]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, command: list[str]) -> subprocess.Popen[bytes]:
        """Start one in a session of its own, its output in a file named after it."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                command, env=self.environment, stdout=log, stderr=log, cwd=PROJECT, start_new_session=True
            )
        return self.running[name]

    def stop(self, name: str, seconds: float = 60) -> int:
        """Ask one to stop, as systemd does, and return its exit code."""
        process = self.running.pop(name)
        process.send_signal(signal.SIGTERM)
        return process.wait(seconds)

    def family(self) -> set[int]:
        """The ids of every process that was started here, and of what they started: they share a session."""
        sessions = {process.pid for process in self.running.values()}
        return {pid for pid in _pids() if _session(pid) in sessions}

    def end(self) -> None:
        """End whatever still runs."""
        for pid in self.family():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for running in self.running.values():
            running.wait(30)

    def told(self) -> str:
        """All that they have written."""
        return "".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("*.log")))


def _pids() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def _session(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return None


def _plain(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> object:
    """An IPv4 address that an IPv6 socket stands for, as what it is."""
    return getattr(address, "ipv4_mapped", None) or address


def listening_at(pids: set[int]) -> set[str]:
    """The addresses at which processes take connections, as the kernel tells it."""
    sockets = set()
    for pid in pids:
        for handle in Path(f"/proc/{pid}/fd").glob("*"):
            with suppress(FileNotFoundError):
                sockets.add(str(handle.readlink()))
    found = set()
    for family, table in ((socket.AF_INET, "tcp"), (socket.AF_INET6, "tcp6")):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            cells = line.split()
            # 0A is a socket that listens.
            if cells[3] == "0A" and f"socket:[{cells[9]}]" in sockets:
                words = bytes.fromhex(cells[1].split(":")[0])
                address = b"".join(words[at : at + 4][::-1] for at in range(0, len(words), 4))
                found.add(str(_plain(ipaddress.ip_address(socket.inet_ntop(family, address)))))
    return found


def wait_until(is_true: Callable[[], object], what: str, seconds: float = 300) -> None:
    """Wait until something holds; fail with its name when it never does."""
    until = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < until, f"never: {what}"
        time.sleep(0.25)


@dataclass
class Pages:
    """Dagster's web server, asked as its pages ask it."""

    port: int

    def ask(self, query: str, **variables: object) -> dict[str, Any]:
        """Answer of a GraphQL query."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/graphql",
            json.dumps({"query": query, "variables": variables}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            content: dict[str, Any] = json.load(response)
        assert "errors" not in content, content
        answer: dict[str, Any] = content["data"]
        return answer

    def is_ready(self) -> bool:
        """Whether the line is loaded."""
        try:
            found = self.ask("{ repositoriesOrError { ... on RepositoryConnection { nodes { name } } } }")
        except OSError:
            return False
        return bool(found["repositoriesOrError"].get("nodes"))


def own_environment(home: Path, **settings: str) -> dict[str, str]:
    """This environment without the caller's settings of the project."""
    ours = {
        name: value for name, value in os.environ.items() if not name.startswith(("HANDOFF_", "DAGSTER_"))
    }
    return ours | {"HANDOFF_HOME": str(home), "PATH": f"{BIN}:{os.environ['PATH']}"} | settings
