"""JSON lines: keys become text columns, nested values stay JSON, and a line that is no object is named."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.landing.conftest import Org

# A line between two good ones, and what is said of it.
FAULTY_LINES: dict[str, tuple[bytes, str]] = {
    "cut": (b'{"id": 2', "no valid JSON"),
    "no_json": (b'{"id": 2, bad}', "no valid JSON at character 11"),
    "a_list": (b"[1, 2]", "holds a list"),
    "a_text": (b'"x"', "holds a single value"),
    "two_objects": (b'{"id": 2}{"id": 3}', "no valid JSON"),
    "not_utf8": (b'{"id": "M\xfcller"}', "not UTF-8"),
    "half_a_character": (b'{"id": "\\ud800"}', "half of one"),
}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Org:
    """Every faulty line in a table of its own, landed once."""
    org = Org.at(tmp_path_factory.mktemp("corpus"))
    for name, (line, _) in FAULTY_LINES.items():
        org.write(f"{name}.jsonl", b'{"id": 1}\n' + line + b'\n{"id": 9}\n')
        org.write(f"{name}_gz.jsonl.gz", b'{"id": 1}\r\n' + line + b'\r\n{"id": 9}')
    org.land()
    return org


@pytest.mark.parametrize("name", FAULTY_LINES)
@pytest.mark.parametrize("ending", ["", "_gz"])
def test_a_faulty_line_is_named_and_the_others_land(corpus: Org, name: str, ending: str) -> None:
    table = name + ending
    assert corpus.query(f"select id from raw_acme.{table} order by _handoff_row") == [("1",), ("9",)]
    ((line, column, error),) = corpus.set_aside(table)
    assert (line, column) == (2, None)
    assert FAULTY_LINES[name][1] in error


def test_values_are_text_and_nested_ones_json(org: Org) -> None:
    record: dict[str, Any] = {
        "id": 12345678901,
        "at": 1754353875000,
        "share": 0.25,
        "flag": True,
        "none": None,
        "blank": "",
        "text": "0012",
        "nested": {"a": [1, {"b": None}]},
        "list": ["x", "y"],
        "odd 'name\"": "quoted",
    }
    org.write("things.jsonl.gz", json.dumps(record) + "\n\n" + json.dumps({"id": 2, "late": "z"}) + "\n")

    assert org.table("things").rows == 2
    (row,) = org.query(
        'select id, "at", share, flag, none, blank, text, nested, list, "odd \'name""", late'
        " from raw_acme.things where _handoff_row = 1"
    )
    assert row[:7] == ("12345678901", "1754353875000", "0.25", "true", None, "", "0012")
    assert json.loads(row[7]) == record["nested"]
    assert json.loads(row[8]) == record["list"]
    assert row[9:] == ("quoted", None)
    assert org.query("select id, late from raw_acme.things where _handoff_row = 2") == [("2", "z")]


def test_keys_that_differ_in_case_alone_both_land(org: Org) -> None:
    org.write("things.ndjson", '{"Id": 1, "id": 2, "a/b~c": {"x": 1}}\n')
    org.land()
    ((held,),) = org.query(
        "select list(column_name order by column_index) from duckdb_columns() where table_name = 'things'"
    )
    assert held[:3] == ["Id", "a/b~c", "id_1"]
    assert org.query('select "Id", id_1, "a/b~c" from raw_acme.things') == [("1", "2", '{"x":1}')]


def test_a_byte_order_mark_is_no_fault(org: Org) -> None:
    org.write("things.jsonl", b'\xef\xbb\xbf{"id": 1}\n')
    assert (org.table("things").rows, org.set_aside("things")) == (1, [])


@pytest.mark.parametrize("content", ['[{"id": 1}]\n', '{\n "id": 1\n}\n', "\n\n"])
def test_a_file_without_an_object_on_a_line_is_named(org: Org, content: str) -> None:
    org.write("things.json", content)
    report = org.land()
    assert any("things.json" in line and "export it as JSON lines" in line for line in report.lines())
