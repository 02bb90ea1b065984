"""Each model says what a row of it is, and each published table promises its columns.

A reader of the marts has nothing but these words, and a model without them is found by nobody.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

MODELS = Path(__file__).parents[1] / "models"
SQL = sorted(MODELS.rglob("*.sql"))
GRAIN = re.compile(r"One row(?: (?:per|for) [^.]+)?\.$")


def described(sql: Path) -> dict[str, Any]:
    """The properties that the file beside a model gives it."""
    properties = yaml.safe_load(sql.with_suffix(".yml").read_text(encoding="utf-8"))
    (model,) = properties["models"]
    assert model["name"] == sql.stem
    return dict(model)


@pytest.mark.parametrize("sql", SQL, ids=lambda sql: str(sql.stem))
def test_the_description_ends_in_the_grain(sql: Path) -> None:
    assert GRAIN.search(" ".join(described(sql)["description"].split()))


@pytest.mark.parametrize("sql", [sql for sql in SQL if "marts" in sql.parts], ids=lambda sql: str(sql.stem))
def test_a_published_table_has_a_contract_and_a_tested_key(sql: Path) -> None:
    model = described(sql)
    tests = [next(iter(test)) if isinstance(test, dict) else test for test in model.get("data_tests", [])]
    columns = [column.get("data_tests", []) for column in model["columns"]]
    assert model["config"]["contract"]["enforced"] is True
    assert "unique_grain" in tests or any("unique" in column for column in columns)
    assert all(column["description"] for column in model["columns"])
