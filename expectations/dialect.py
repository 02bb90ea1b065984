# ruff: noqa: ANN401 - the signatures are SQLAlchemy's own.
"""A DuckDB dialect that Great Expectations can read through.

Great Expectations fetches a query's rows after it has given the connection back to the pool; the rollback
that the pool makes then drops DuckDB's pending result, and nearly every expectation fails with "list index
out of range". The warehouse is opened read-only, so there is nothing to roll back: transactions are left
out altogether.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb_engine
from sqlalchemy.dialects import registry

NAME = "duckdb+gx"


class ReadingDialect(duckdb_engine.Dialect):
    """duckdb_engine's dialect without transactions, for read-only connections."""

    driver = "gx"
    supports_statement_cache = True

    def do_begin(self, connection: Any) -> None:
        """Begin nothing."""

    def do_commit(self, connection: Any) -> None:
        """Commit nothing."""

    def do_rollback(self, connection: Any) -> None:
        """Roll nothing back: that would drop the result that is about to be fetched."""


def register() -> None:
    """Make ``duckdb+gx://`` known to SQLAlchemy."""
    registry.register("duckdb.gx", __name__, ReadingDialect.__name__)


def read_only_url(warehouse: Path) -> str:
    """Return the SQLAlchemy URL that reads a warehouse file and cannot write it."""
    return f"{NAME}:///{warehouse}?access_mode=read_only"
