"""Turn the files of an example's CRM into the canonical layout, ready to be landed.

    python -m examples.to_canonical olist --from <folder of the original files> --to <new folder>

Runs the example's `to_canonical.sql` and lays its `sources.yml` beside what that wrote.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import duckdb

EXAMPLES = Path(__file__).resolve().parent
NAMES = ("olist", "nxtwave")


def to_canonical(example: str, source: Path, target: Path) -> dict[str, int]:
    """Write `target/canonical/<table>.csv` and `target/sources.yml`; return the rows of each table.

    source: the folder of the original files, read only. target: made if it is missing; files of an earlier
    run are replaced.

    Raises:
        duckdb.Error: an original file is missing, or holds what the mapping does not expect.
    """
    folder = target / "canonical"
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.csv"):
        path.unlink()
    with duckdb.connect() as connection:
        connection.execute("set variable source = ?", [str(source)])
        connection.execute("set variable target = ?", [str(folder)])
        connection.execute((EXAMPLES / example / "to_canonical.sql").read_text(encoding="utf-8"))
        rows = {path.stem: _count(connection, path) for path in sorted(folder.glob("*.csv"))}
    shutil.copyfile(EXAMPLES / example / "sources.yml", target / "sources.yml")
    return rows


def _count(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    found = connection.execute("select count(*) from read_csv(?, all_varchar = true)", [str(path)]).fetchone()
    assert found is not None
    return int(found[0])


def main(arguments: Sequence[str] | None = None) -> None:
    """Convert one example's files; exits with 1 and plain words when they cannot be converted."""
    parser = argparse.ArgumentParser(prog="python -m examples.to_canonical", description=__doc__)
    parser.add_argument("example", choices=NAMES)
    parser.add_argument(
        "--from", dest="source", type=Path, required=True, help="folder of the original files"
    )
    parser.add_argument("--to", dest="target", type=Path, required=True, help="folder to write to")
    options = parser.parse_args(arguments)
    try:
        rows = to_canonical(options.example, options.source.resolve(), options.target.resolve())
    except duckdb.Error as problem:
        sys.exit(f"The files of {options.example} in {options.source} cannot be converted: {problem}")
    for table, count in rows.items():
        print(f"{table:15} {count:7,} rows")
    print(
        f"\nNext: HANDOFF_SOURCES={options.target / 'sources.yml'}"
        f" HANDOFF_POLICIES={Path('examples') / options.example / 'policies'} make run"
    )


if __name__ == "__main__":
    main()
