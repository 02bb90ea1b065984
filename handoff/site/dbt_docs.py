"""dbt's own documentation of the project as one static page: every model, its columns, tests and lineage."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from handoff.config import PROJECT
from handoff.dbt_project import DbtProblem, child_command, child_environment, prepared_manifest

PAGE = "static_index.html"


def dbt_docs(home: Path) -> Path:
    """The page, made anew where the project has changed since it was last made. Needs no warehouse.

    Raises DbtProblem with dbt's own words.
    """
    manifest = prepared_manifest(home)
    folder = home / "state" / "dbt" / "docs"
    page = folder / PAGE
    if page.is_file() and page.stat().st_mtime_ns >= manifest.stat().st_mtime_ns:
        return page
    folder.mkdir(parents=True, exist_ok=True)
    # Without compiling dbt takes the manifest that it finds in its target folder.
    shutil.copyfile(manifest, folder / "manifest.json")
    parsed = manifest.parent / "parse" / "partial_parse.msgpack"
    if parsed.is_file():
        shutil.copyfile(parsed, folder / parsed.name)
    places = ["--target-path", str(folder), "--log-path", str(folder), "--profiles-dir", str(PROJECT)]
    outcome = subprocess.run(
        child_command("docs", "generate", "--static", "--empty-catalog", "--no-compile", *places),
        cwd=PROJECT,
        env=os.environ | child_environment(home),
        capture_output=True,
        text=True,
        check=False,
    )
    if outcome.returncode != 0 or not page.is_file():
        raise DbtProblem(f"dbt cannot write its docs:\n{(outcome.stdout + outcome.stderr).strip()}")
    return page
