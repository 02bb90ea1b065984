"""Faulty CSV files as CRMs and people write them: each row lands, or it is named by file, line and column."""

from __future__ import annotations

import gzip

import pytest

from handoff.landing import folders
from tests.landing.conftest import Org

HEADER = "id,name,note\n"
ROWS = "".join(f"{i},n{i},x\n" for i in range(1, 6))

# What is written after five good rows; the ids that land; line, column and error of what does not.
CASES: dict[str, tuple[str | bytes, list[int], list[tuple[int, str | None, str]]]] = {
    "nothing_wrong": ("6,n6,x\n", [6], []),
    "no_line_end_at_the_end": ("6,n6,x", [6], []),
    "line_end_inside_quotes": ('6,"two\nlines",x\n7,n7,x\n', [6, 7], []),
    "doubled_quotes": ('6,"say ""hi""",x\n', [6], []),
    "delimiter_inside_quotes": ('6,"a,b",x\n', [6], []),
    "blank_lines": ("\n\n6,n6,x\n\n", [6], []),
    "quote_inside_a_value": ('6,6" pipe,x\n', [6], []),
    "row_too_short": ("6,only\n7,n7,x\n", [7], [(7, "note", "2 columns and the header 3")]),
    "row_too_long": ("6,a,b,c\n7,n7,x\n", [7], [(7, None, "4 columns and the header 3")]),
    "one_value_shifted_in": (
        "6,a,b,c,d,e\n7,n7,x\n8,n8\n",
        [7],
        [(7, None, "6 columns and the header 3"), (9, "note", "2 columns and the header 3")],
    ),
    "not_utf8": (b"6,M\xfcller,x\n7,n7,x\n", [7], [(7, "name", "not UTF-8")]),
    "quote_never_closed": ('6,"open,x\n7,n7,x\n8,n8,x\n', [7, 8], [(7, "name", "never closes")]),
    "quote_closed_far_away": (
        '6,"open,x\n7,n7,x\n8,"n8",x\n9,n9,x\n',
        [7, 8, 9],
        [(7, "name", "closes in the middle")],
    ),
    "text_after_a_quote": ('6,"ab"cd,x\n7,n7,x\n', [7], [(7, "name", "closes in the middle")]),
    "backslash_for_a_quote": ('6,"a \\"b\\" c",x\n7,n7,x\n', [7], [(7, "name", "closes in the middle")]),
    "quote_swallows_a_row": ('6,"open\n7,n7",x\n8,n8,x\n', [8, 6], []),
    "swallowed_rows_leave_too_few_columns": (
        '6,"open,x\n7,n7,x"\n8,n8,x\n',
        [8],
        [(7, "name", "leaves 2 columns"), (8, "note", "out of place")],
    ),
    "mixed_line_ends": ("6,n6,x\r\n7,n7,x\n8,n8,x\r\n", [6, 7, 8], []),
    "mixed_line_ends_and_a_short_row": (
        "6,n6,x\r\n7,n7\n8,n8,x\r\n",
        [6, 8],
        [(8, "note", "2 columns and the header 3")],
    ),
    "zero_byte": ("6,a\x00b,x\n", [6], []),
    "formula_and_markup": ("6,=cmd|' /C calc'!A0,<script>alert(1)</script>\n", [6], []),
    "row_too_large": (f"6,{'z' * 2_500_000},x\n7,n7,x\n", [7], [(7, None, "longer than 2,000,000")]),
    "field_of_one_megabyte": (f'6,"{"z" * 1_000_000}",x\n', [6], []),
}


HEADERS = {
    "byte_order_mark": (b"\xef\xbb\xbfid,name\n1,a\n", ["id", "name"]),
    "semicolons": (b"id;name;note\n1;a,b;c\n", ["id", "name", "note"]),
    "tabs": (b"id\tname\n1\ta\n", ["id", "name"]),
    "pipes": (b"id|name\n1|a\n", ["id", "name"]),
    "utf_16": ("id,name\n1,Müller\n".encode("utf-16"), ["id", "name"]),
    "old_mac_line_ends": (b"id,name\r1,a\r", ["id", "name"]),
    "windows_line_ends": (b"id,name\r\n1,a\r\n", ["id", "name"]),
    "blank_lines_first": (b"\n\nid,name\n1,a\n", ["id", "name"]),
    "quoted_header": (b'"id","first, last"\n1,a\n', ["id", "first, last"]),
    "line_end_in_header": (b'id,"first\nlast"\n1,a\n', ["id", "first\nlast"]),
    "header_twice_the_same": (b"id,name,Name,name\n1,a,b,c\n", ["id", "name", "Name_1", "name_2"]),
    "header_with_blanks": (b"id,, name \n1,a,b\n", ["id", "column_2", "name"]),
    "names_of_ours": (b"id,_handoff_row\n1,a\n", ["id", "_handoff_row_1"]),
    "one_column": (b"id\n1\n", ["id"]),
    "hostile_header": (b'id,"a""b\'; drop table x"\n1,a\n', ["id", "a\"b'; drop table x"]),
}

UNREADABLE = {
    "empty.csv": (b"", "is empty"),
    "blank.csv": (b"\n\n\n", "nothing but blank lines"),
    "binary.csv": (bytes(range(256)) * 40, "not text"),
    "bytes.csv": (bytes(range(128, 256)) * 40, "not UTF-8"),
    "latin_header.csv": ("größe,x\n1,2\n".encode("latin-1"), "not UTF-8"),
    "false_utf16.csv": (b"\xff\xfea", "UTF-16"),
    "open_header.csv": (b'id,"name\n1,a\n', "header that cannot be parsed"),
    "broken_off.csv.gz": (gzip.compress((HEADER + ROWS * 500).encode())[:-40], "breaks off"),
    "no_gzip.csv.gz": ((HEADER + ROWS).encode(), "no sound gzip"),
    "damaged.csv.gz": (gzip.compress((HEADER + ROWS).encode())[:-8] + b"\0" * 8, "no sound gzip"),
    "junk_behind.csv.gz": (gzip.compress((HEADER + ROWS).encode()) + b"junk", "no sound gzip"),
    "no_footer.parquet": (b"PAR1" + b"\0" * 100, "cannot be read as parquet"),
    "nothing.parquet": (b"", "is empty"),
    "csv_in_truth.parquet": ((HEADER + ROWS).encode(), "cannot be read as parquet"),
}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Org:
    """Every case of this module as a table of its own, landed once: the faults must not touch each other."""
    org = Org.at(tmp_path_factory.mktemp("corpus"))
    for name, (tail, *_) in CASES.items():
        content = (HEADER + ROWS).encode() + (tail.encode() if isinstance(tail, str) else tail)
        org.write(f"{name}.csv", content)
        org.write(f"{name}_gz.csv.gz", content)
    for name, (header, _) in HEADERS.items():
        org.write(f"header_{name}.csv", header)
    for name, (content, _) in UNREADABLE.items():
        (org.folder / name).write_bytes(content)
    org.lines = list(org.land().lines())
    return org


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("ending", ["", "_gz"])
def test_each_row_lands_or_is_named(corpus: Org, name: str, ending: str) -> None:
    _, landed, named = CASES[name]
    table = name + ending

    ids = sorted(int(row[0]) for row in corpus.query(f"select id from raw_acme.{table}"))
    set_aside = corpus.set_aside(table)

    assert ids == sorted([1, 2, 3, 4, 5, *landed])
    assert [row[:2] for row in set_aside] == [row[:2] for row in named]
    assert all(words in error for (*_, error), (*_, words) in zip(set_aside, named, strict=True))
    assert corpus.query(
        f"select rows_landed, rows_set_aside from landing.loads where raw_table = '{table}'"
    ) == [(len(ids), len(named))]


def test_no_row_is_lost_when_a_quote_opens_in_a_file_of_many_buffers(org: Org) -> None:
    """DuckDB's parallel reader alone drops tens of thousands of rows here and names one."""
    rows = [f"{i},name {i},{'text ' * 20}\n" for i in range(320_000)]
    rows[8] = rows[8].replace("name", '"name')
    rows[300_000] = rows[300_000].replace("name", '"name')
    org.write("notes.csv", HEADER + "".join(rows))

    table = org.table("notes")

    assert (table.rows, table.rows_set_aside) == (319_998, 2)
    assert [line for line, *_ in org.set_aside()] == [10, 300_002]
    missing = org.query(
        "select count(*) from raw_acme.notes where id::int <> _handoff_row + (_handoff_row > 8)::int"
        " + (_handoff_row > 299999)::int - 1"
    )
    assert missing == [(0,)]


def test_line_numbers_are_those_of_the_file(org: Org) -> None:
    """Texts of several lines before the fault move its line, not the count of its record."""
    org.write("notes.csv", HEADER + '1,"a\nb\nc",x\n' + "2,short\n")
    org.land()
    assert [line for line, *_ in org.set_aside()] == [5]


def test_a_line_of_a_longer_text_never_passes_for_a_record(org: Org) -> None:
    """After an open quote the lines of a text may look like rows; a quote out of place gives them away."""
    org.write("notes.csv", HEADER + '1,x,"bad "quote here\ntail of it,",p\n7,n7,x\n')
    org.land()
    assert org.query("select id from raw_acme.notes") == [("7",)]


@pytest.mark.parametrize("name", HEADERS)
def test_headers(corpus: Org, name: str) -> None:
    held = corpus.query(
        f"select column_name from duckdb_columns() where table_name = 'header_{name}' order by column_index"
    )
    metadata = ["_handoff_file", "_handoff_row", "_handoff_landed_at"]
    assert [column for (column,) in held] == [*HEADERS[name][1], *metadata]
    assert corpus.query(f"select count(*) from raw_acme.header_{name}") == [(1,)]


def test_header_only_is_a_table_without_rows(org: Org) -> None:
    org.write("notes.csv", HEADER)
    assert org.table("notes").rows == 0
    assert org.query("select count(*) from raw_acme.notes") == [(0,)]


def test_ten_thousand_columns(org: Org) -> None:
    names = [f"column {i}" for i in range(10_000)]
    org.write("wide.csv", ",".join(names) + "\n" + ",".join(map(str, range(10_000))) + "\n1,2\n")
    table = org.table("wide")
    assert (table.rows, table.rows_set_aside) == (1, 1)
    assert org.query('select "column 0", "column 9999" from raw_acme.wide') == [("0", "9999")]


def test_a_gzip_made_to_fill_the_disk_is_refused_by_size(org: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "_MOST_UNPACKED", 20 << 20)
    # 60 MB of one letter pack to 60 kB. The other is as long and packs as text of a CRM does.
    org.write("bomb.csv.gz", HEADER + "1,a," + "z" * (60 << 20) + "\n")
    honest = "".join(f"{i},name {i},{i * 7919 % 10007} says {i * 104729 % 99991}\n" for i in range(900_000))
    assert len(honest) > 20 << 20
    org.write("notes.csv.gz", HEADER + honest)
    tables = {table.table: table.rows for table in org.land().sources[0].tables}
    assert (tables["bomb"], tables["notes"]) == (0, 900_000)
    ((error,),) = org.query("select error from landing.loads where raw_table = 'bomb'")
    assert "over 100 times its size" in error


def test_all_values_are_text_and_blank_is_null(org: Org) -> None:
    org.write("notes.csv", HEADER + '007,1e3,2024-01-01\n8,,""\n')
    org.land()
    assert org.query("select id, name, note from raw_acme.notes order by _handoff_row") == [
        ("007", "1e3", "2024-01-01"),
        ("8", None, None),
    ]


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_cannot_be_read_is_named_and_set_aside(corpus: Org, name: str) -> None:
    words = UNREADABLE[name][1]
    assert any(name in line and words in line for line in corpus.lines)
    assert corpus.query(
        f"select rows_landed, contains(error, '{words}') from landing.loads where file = '{name}'"
    ) == [(0, True)]
    table = name.split(".")[0]
    assert corpus.query(f"select count(*) from duckdb_tables() where table_name = '{table}'") == [(0,)]
