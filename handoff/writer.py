"""One writer at a time: a run holds its home, and a second one is refused in words."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from handoff.config import ConfigError

LOCK_FILE = "writer.lock"
SECONDS_BETWEEN_TRIES = 0.5

# Homes held by this process; the demo holds its home before the job it starts asks for it again.
_held: set[Path] = set()


class HomeIsBusy(Exception):
    """Another run writes this home at the moment."""


@contextmanager
def hold(
    home: Path, *, patience: float = 0.0, on_wait: Callable[[str], None] | None = None
) -> Iterator[None]:
    """Hold a home for writing until the block ends.

    Creates the home and its state folder. What this process and its children write from here on is readable
    by this user only. The lock dies with the process, so a killed run leaves nothing to clean up. Waits
    ``patience`` seconds for another process that holds it, and says so once to ``on_wait``; then raises
    HomeIsBusy, naming the process that writes. Raises ConfigError when the folder cannot be written.
    """
    home = home.resolve()
    if home in _held:
        yield
        return
    keep_private()
    with _lock_file(home) as handle:
        _lock(handle, home, patience, on_wait)
        started = datetime.now(UTC).strftime("%H:%M:%S UTC")
        try:
            handle.truncate(0)
            handle.write(json.dumps({"pid": os.getpid(), "started": started}))
            handle.flush()
        except OSError as error:
            raise _not_writable(home, error) from error
        _held.add(home)
        try:
            yield
        finally:
            _held.discard(home)


def keep_private() -> None:
    """Let what this process and its children write be read by this user only.

    Raw tables and the warehouse hold personal data; nobody else on this machine may look inside.
    """
    os.umask(0o077)


def is_held(home: Path) -> bool:
    """Whether a run holds the home at this moment."""
    lock = home.resolve() / "state" / LOCK_FILE
    if not lock.is_file():
        return False
    with lock.open("r", encoding="utf-8") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _lock(handle: TextIO, home: Path, patience: float, on_wait: Callable[[str], None] | None) -> None:
    until = time.monotonic() + patience
    has_said = False
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            busy = f"Another run is writing {home}{_holder(home)}."
            if time.monotonic() >= until:
                raise HomeIsBusy(f"{busy} Wait for it or stop it; nothing was changed.") from None
        if on_wait and not has_said:
            on_wait(f"{busy} This one waits for it.")
            has_said = True
        time.sleep(SECONDS_BETWEEN_TRIES)


def _lock_file(home: Path) -> TextIO:
    try:
        state = home / "state"
        state.mkdir(parents=True, exist_ok=True)
        for private in (home, state):
            private.chmod(0o700)
        for file in home.glob("warehouse.duckdb*"):
            file.chmod(0o600)
        return (state / LOCK_FILE).open("a+", encoding="utf-8")
    except OSError as error:
        raise _not_writable(home, error) from error


def _not_writable(home: Path, error: OSError) -> ConfigError:
    return ConfigError(
        [f"{home} cannot be written ({error.strerror}). Set HANDOFF_HOME to a folder that can be."]
    )


def _holder(home: Path) -> str:
    try:
        content = json.loads((home / "state" / LOCK_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        # The other run has just taken the lock and not written its name yet.
        return ""
    return f" (process {content['pid']}, since {content['started']})"
