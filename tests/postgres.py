"""A real PostgreSQL server for tests, of Debian's package, in a folder and on a port of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Postgres:
    """A running server. url: of the superuser's database."""

    port: int
    folder: Path

    def url(self, database: str = "postgres", user: str = "postgres", password: str = "") -> str:
        """SQLAlchemy's URL of a database of the server."""
        login = f"{user}:{password}" if password else user
        return f"postgresql://{login}@127.0.0.1:{self.port}/{database}"


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """Start a server that trusts everybody on 127.0.0.1, and stop it."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs:
        pytest.skip("there is no PostgreSQL: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="handoff_postgres_"))
    data = folder / "data"
    # The server refuses to run as root.
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_user:
        shutil.chown(folder, "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def call(program: str, *arguments: str) -> None:
        subprocess.run(
            [*as_user, str(programs[-1] / program), "-D", str(data), *arguments],
            check=True,
            cwd=folder,
            stdout=subprocess.DEVNULL,
        )

    settings = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off"
    try:
        call("initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-sync")
        call("pg_ctl", "-w", "-l", str(folder / "log"), "-o", settings, "start")
        try:
            yield Postgres(port, folder)
        finally:
            call("pg_ctl", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
