"""dlt as this project uses it: nothing is sent, and nothing is written outside the home."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from handoff.config import home_folder


@contextmanager
def quiet_dlt() -> Iterator[None]:
    """Import and use dlt inside: telemetry off, its folder below HANDOFF_HOME, its log silent but for errors.

    dlt reads this from the environment, at its import and whenever it resolves a setting.
    """
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    os.environ.setdefault("DLT_DATA_DIR", str(home_folder() / "dlt"))
    os.environ.setdefault("RUNTIME__LOG_LEVEL", "ERROR")
    yield
