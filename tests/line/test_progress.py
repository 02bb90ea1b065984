"""Long work shows how far it is: a line that moves on a terminal, plain lines in a log."""

from __future__ import annotations

import io
import os
import pty
import re
import time
from contextlib import suppress

import pytest

from handoff import progress
from handoff.progress import meanwhile, say, shown


def work() -> None:
    say("landing: 3 rows")
    meanwhile("dbt: 1 of 9")
    meanwhile("dbt: 2 of 9 " + "x" * 300)
    time.sleep(0.08)
    say("dbt: built")
    meanwhile("gates: reading")


def on_a_terminal() -> str:
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w") as stream:
        with shown(stream):
            work()
        os.set_blocking(ours, False)
        told = b""
        # A terminal hands out a few thousand bytes at a time.
        with suppress(BlockingIOError):
            while part := os.read(ours, 4096):
                told += part
    os.close(ours)
    return told.decode()


def test_a_log_gets_milestones_as_plain_lines() -> None:
    log = io.StringIO()
    with shown(log):
        work()
    lines = log.getvalue().splitlines()
    assert [re.sub(r"^ +[\d.]+ s  ", "", line) for line in lines] == ["landing: 3 rows", "dbt: built"]
    assert "\r" not in log.getvalue() and "\x1b" not in log.getvalue()


def test_a_log_is_told_now_and_then_that_something_is_going_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_LOGGED_LINES", 0.05)
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_TICKS", 0.01)
    log = io.StringIO()
    with shown(log):
        meanwhile("dbt: reading the project")
        time.sleep(0.3)
    assert 2 <= log.getvalue().count("dbt: reading the project\n") <= 6


def test_a_terminal_shows_what_is_going_on_in_a_line_that_is_written_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_TICKS", 0.02)
    told = on_a_terminal()
    drawn = told.split("\r\x1b[K")[1:]
    assert [line for line in drawn if "dbt: 1 of 9" in line]
    # Its seconds run although nothing new is said, and it never wraps.
    assert len([line for line in drawn if "dbt: 2 of 9" in line]) > 2
    assert max(len(line) for line in drawn) < 80
    assert [line.strip().split("  ")[1] for line in drawn if line.endswith("\n")] == [
        "landing: 3 rows",
        "dbt: built",
    ]
    assert told.endswith("\r\x1b[K"), "the last passing line is left on the screen"


def test_a_dumb_terminal_is_treated_as_a_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    assert "\x1b" not in on_a_terminal()
