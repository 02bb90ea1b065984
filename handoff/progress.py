"""How far long work is: one line that moves on a terminal, plain lines in a log.

`say` tells a milestone: a line of its own, for good. `meanwhile` tells what is going on: on a terminal it is
written over by what comes next, and its seconds run; a log gets it only now and then.
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

SECONDS_BETWEEN_LOGGED_LINES = 10.0
SECONDS_BETWEEN_TICKS = 1.0

logger = logging.getLogger("handoff.progress")

_CLEAR = "\r\x1b[K"


def say(message: str) -> None:
    """Tell a milestone."""
    logger.info(message)


def meanwhile(message: str) -> None:
    """Tell what is going on until the next word."""
    logger.info(message, extra={"is_passing": True})


@contextmanager
def shown(stream: TextIO | None = None) -> Iterator[None]:
    """Show progress on a stream, standard output unless given, with the seconds since the block began."""
    handler = _Lines(stream or sys.stdout)
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        handler.close()


class _Lines(logging.Handler):
    """Milestones are lines; what goes on in between is a line that moves, or one now and then in a log."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self.stream = stream
        self.is_terminal = stream.isatty() and os.environ.get("TERM") != "dumb"
        self.started = self.written = time.monotonic()
        self.passing = ""
        self.is_over = threading.Event()
        threading.Thread(target=self._tick, daemon=True).start()

    def emit(self, record: logging.LogRecord) -> None:
        line = record.getMessage()
        if getattr(record, "is_passing", False):
            self.passing = line
            self._draw()
        else:
            self.passing = ""
            self._write(f"{self._elapsed()}{line}\n")

    def close(self) -> None:
        self.is_over.set()
        self.acquire()
        if self.passing and self.is_terminal:
            self._write("")
        self.passing = ""
        self.release()
        super().close()

    def _tick(self) -> None:
        while not self.is_over.wait(SECONDS_BETWEEN_TICKS):
            self.acquire()
            self._draw()
            self.release()

    def _draw(self) -> None:
        if not self.passing:
            return
        line = f"{self._elapsed()}{self.passing}"
        if self.is_terminal:
            # A line that wraps could not be written over.
            self._write(line[: shutil.get_terminal_size().columns - 1])
        elif time.monotonic() - self.written >= SECONDS_BETWEEN_LOGGED_LINES:
            self._write(f"{line}\n")

    def _elapsed(self) -> str:
        return f"{time.monotonic() - self.started:6.1f} s  "

    def _write(self, text: str) -> None:
        self.stream.write(_CLEAR + text if self.is_terminal else text)
        self.stream.flush()
        self.written = time.monotonic()
