"""One writer at a time: a run holds its home, and a second one is refused in words."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

LOCK_FILE = "writer.lock"

# Homes held by this process; the demo holds its home before the job it starts asks for it again.
_held: set[Path] = set()


class HomeIsBusy(Exception):
    """Another run writes this home at the moment."""


@contextmanager
def hold(home: Path) -> Iterator[None]:
    """Hold a home for writing until the block ends.

    Creates the home and its state folder, readable by this user only. The lock dies with the process, so a
    killed run leaves nothing to clean up. Raises HomeIsBusy, naming the process that writes, when another
    process holds it.
    """
    home = home.resolve()
    if home in _held:
        yield
        return
    state = home / "state"
    state.mkdir(parents=True, exist_ok=True)
    # Raw tables and the warehouse hold personal data; nobody else on this machine may look inside.
    home.chmod(0o700)
    with (state / LOCK_FILE).open("a+", encoding="utf-8") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise HomeIsBusy(
                f"Another run is writing {home}{_holder(state / LOCK_FILE)}. Wait for it or stop it; "
                "nothing was changed."
            ) from None
        handle.truncate(0)
        started = datetime.now(UTC).strftime("%H:%M:%S UTC")
        handle.write(json.dumps({"pid": os.getpid(), "started": started}))
        handle.flush()
        _held.add(home)
        try:
            yield
        finally:
            _held.discard(home)


def _holder(lock: Path) -> str:
    try:
        content = json.loads(lock.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        # The other run has just taken the lock and not written its name yet.
        return ""
    return f" (process {content['pid']}, since {content['started']})"
