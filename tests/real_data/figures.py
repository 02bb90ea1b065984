"""The figures that a page of the docs shows: each `sql` block of it is followed by what it gives.

    python -m tests.real_data.figures <page> <marts.duckdb or warehouse>

writes the figures into the page anew.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import duckdb

from handoff.query import as_table

_FIGURE = re.compile(r"```sql\n(?P<sql>.*?)```\n\n```text\n(?P<shown>.*?)```", re.DOTALL)


def refreshed(page: str, database: Path) -> str:
    """The page with the result of each of its queries as the database gives it."""
    with duckdb.connect(str(database), read_only=True) as connection:

        def figure(match: re.Match[str]) -> str:
            result = connection.execute(match["sql"])
            names = [column[0] for column in result.description or ()]
            return f"```sql\n{match['sql']}```\n\n```text\n{as_table(names, result.fetchall())}```"

        return _FIGURE.sub(figure, page)


def count(page: str) -> int:
    """How many queries of the page are followed by a result."""
    return len(_FIGURE.findall(page))


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(refreshed(path.read_text(encoding="utf-8"), Path(sys.argv[2])), encoding="utf-8")
