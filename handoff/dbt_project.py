"""The dbt project: where it is, and its manifest, parsed only when a project file has changed."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from handoff.config import PROJECT
from handoff.dbt_child import PARENT_SETTING
from handoff.progress import meanwhile
from handoff.writer import keep_private

PROJECT_FOLDERS = ("models", "macros", "seeds", "snapshots", "tests/dbt")
PROJECT_FILES = ("dbt_project.yml", "profiles.yml")

# Unit tests are about the code: the test suite runs them, each hourly run need not.
BUILD = ("build", "--exclude-resource-type", "unit_test")


class DbtProblem(Exception):
    """dbt could not parse or build the project."""


def child_command(*arguments: str) -> list[str]:
    """Return the command that runs dbt as a child of this process."""
    return [sys.executable, "-m", "handoff.dbt_child", *arguments]


def child_environment(home: Path) -> dict[str, str]:
    """Return the settings that a dbt child needs; the rest comes from this process's environment."""
    return {
        # dbt runs in the project's folder, where a relative home would be another one.
        "HANDOFF_HOME": str(home.resolve()),
        PARENT_SETTING: str(os.getpid()),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }


def run_folder(home: Path) -> Path:
    """Return dbt's target folder for builds."""
    return home / "state" / "dbt" / "run"


def manifest(home: Path) -> dict[str, Any]:
    """Return the project's manifest, parsing the project first where the last one is missing or out of date.

    Raises DbtProblem with dbt's own words when the project cannot be parsed.
    """
    path = prepared_manifest(home)
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def prepared_manifest(home: Path) -> Path:
    """Return the path of an up-to-date ``manifest.json`` below the home."""
    keep_private()
    folder = home / "state" / "dbt"
    folder.mkdir(parents=True, exist_ok=True)
    ready = folder / "manifest.json"
    stamp = folder / "manifest.fingerprint"
    fingerprint = _fingerprint()
    if _is_current(ready, stamp, fingerprint):
        return ready
    # A web server and a run may both find it out of date; the second one waits and then has nothing to do.
    with (folder / "parse.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _is_current(ready, stamp, fingerprint):
            meanwhile("dbt: reading the project, the first time and after each change of it")
            _parse(home, folder / "parse", ready)
            stamp.write_text(fingerprint, encoding="utf-8")
    return ready


def _is_current(ready: Path, stamp: Path, fingerprint: str) -> bool:
    return ready.is_file() and stamp.is_file() and stamp.read_text(encoding="utf-8") == fingerprint


def _fingerprint() -> str:
    digest = hashlib.sha256()
    files = [PROJECT / name for name in PROJECT_FILES]
    files += [
        path for folder in PROJECT_FOLDERS for path in sorted((PROJECT / folder).rglob("*")) if path.is_file()
    ]
    for path in files:
        status = path.stat()
        digest.update(f"{path}|{status.st_size}|{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _parse(home: Path, target: Path, ready: Path) -> None:
    command = child_command(
        "--quiet",
        "parse",
        "--target-path",
        str(target),
        "--log-path",
        str(target),
        "--profiles-dir",
        str(PROJECT),
    )
    outcome = subprocess.run(
        command,
        cwd=PROJECT,
        env=os.environ | child_environment(home),
        capture_output=True,
        text=True,
        check=False,
    )
    if outcome.returncode != 0:
        raise DbtProblem(
            f"dbt cannot parse the project in {PROJECT}:\n{_without_trace(outcome.stdout + outcome.stderr)}"
        )
    aside = ready.with_name(".manifest.json.tmp")
    shutil.copyfile(target / "manifest.json", aside)
    aside.replace(ready)
    # The build starts from what the parse has learnt.
    run_folder(home).mkdir(parents=True, exist_ok=True)
    partial = target / "partial_parse.msgpack"
    if partial.is_file():
        shutil.copyfile(partial, run_folder(home) / partial.name)


# How Python's own traces and failing loggers begin their lines, behind dbt's time of day.
_OF_A_TRACE = re.compile(
    r"(\d\d:\d\d:\d\d\s+)?"
    r"(Traceback|Call stack|Message:|Arguments:|--- Logging error|During handling|The above)"
)


def _without_trace(words: str) -> str:
    """What dbt says; where it broke off with a trace (a full disk), the errors that the trace ends in."""
    words = re.sub(r"\x1b\[[0-9;]*m", "", words)
    if "Traceback" not in words:
        return words.strip()
    kept = [line for line in words.splitlines() if line and not line[0].isspace()]
    return "\n".join(dict.fromkeys(line for line in kept if not _OF_A_TRACE.match(line)))
