"""The manifest of a publication, and the reader's command that checks it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from handoff.publication.layout import MANIFEST_FILE, MARTS_FILE, MARTS_SCHEMA, Layout
from handoff.publication.problems import PublicationProblem


@dataclass(frozen=True)
class Manifest:
    """What a publication says of itself.

    ``row_counts`` is table -> rows, ``checksums`` is relative file -> sha256 (every file but the manifest
    itself), ``gates_passed`` names every gate that passed as ``gate/check/table``, ``gates_warned`` those
    that warned. ``sequence`` grows by one with each publication, whatever the clock does. Instants are ISO
    8601 in UTC.
    """

    run_id: str
    as_of: str
    schema_version: str
    row_counts: dict[str, int]
    gates_passed: list[str]
    gates_warned: list[str]
    sequence: int = 0
    published_at: str = ""
    checksums: dict[str, str] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Write ``manifest.json`` into a folder."""
        text = json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"
        (folder / MANIFEST_FILE).write_text(text, encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Read the manifest of a publication; raises PublicationProblem when it is missing or unreadable."""
        path = folder / MANIFEST_FILE
        try:
            content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            return cls(**content)
        except FileNotFoundError:
            raise PublicationProblem(f"There is no publication at {folder}: {path} does not exist.") from None
        except (json.JSONDecodeError, TypeError, UnicodeDecodeError) as error:
            raise PublicationProblem(f"The manifest {path} cannot be read: {error}.") from error


def checksums(folder: Path) -> dict[str, str]:
    """Return relative file -> sha256 of every file below a folder except the manifest."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / MANIFEST_FILE)
    return {path.relative_to(folder).as_posix(): sha256(path) for path in files}


def sha256(path: Path) -> str:
    """Return the sha256 of a file, in hex."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def verify(home: Path, run_id: str | None = None) -> Manifest:
    """Check a publication (the current one by default) against its manifest, and return the manifest.

    Raises PublicationProblem naming every file that is missing, changed or unexpected, and every table
    whose rows differ from what the manifest says.
    """
    layout = Layout(home)
    folder = layout.run_folder(run_id) if run_id else layout.pointer
    # Resolved once: a publication that is swapped in while this reads must not mix with the old one.
    folder = folder.resolve()
    manifest = Manifest.read(folder)
    faults = _file_faults(folder, manifest)
    if not faults:
        faults = _row_faults(folder, manifest)
    if faults:
        raise PublicationProblem(
            f"Publication {manifest.run_id} is not what its manifest says:\n- " + "\n- ".join(faults)
        )
    return manifest


def _file_faults(folder: Path, manifest: Manifest) -> list[str]:
    found = checksums(folder)
    faults = [f"{name} is missing" for name in sorted(manifest.checksums.keys() - found.keys())]
    faults += [f"{name} is not in the manifest" for name in sorted(found.keys() - manifest.checksums.keys())]
    faults += [
        f"{name} has changed since it was published"
        for name in sorted(found.keys() & manifest.checksums.keys())
        if found[name] != manifest.checksums[name]
    ]
    return faults


def _row_faults(folder: Path, manifest: Manifest) -> list[str]:
    faults = []
    with duckdb.connect() as connection:
        connection.execute(f"attach '{_quoted(folder / MARTS_FILE)}' as publication (read_only)")
        for table, expected in sorted(manifest.row_counts.items()):
            try:
                in_duckdb = _count(connection, f'publication.{MARTS_SCHEMA}."{table}"')
                in_parquet = _count(connection, f"read_parquet('{_quoted(folder / f'{table}.parquet')}')")
            except duckdb.Error as error:
                faults.append(f"{table} cannot be read: {str(error).splitlines()[0]}")
                continue
            if not expected == in_duckdb == in_parquet:
                faults.append(
                    f"{table}: the manifest says {expected} rows, {MARTS_FILE} has {in_duckdb}, "
                    f"{table}.parquet has {in_parquet}"
                )
    return faults


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    row = connection.execute(f"select count(*) from {relation}").fetchone()
    return int(row[0]) if row else 0


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
