"""The report: made from the marts alone, one file whose size depends on no number of leads, inert whatever
the CRM's text is.
"""

from __future__ import annotations

import base64
import csv
import gzip
import hashlib
import json
import re
from collections.abc import Callable
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import pytest

from handoff.publication import PublicationProblem
from handoff.report import as_metadata, write_report
from handoff.report.cube import LARGEST, build_cube
from handoff.report.statistics import life_table, quantile
from handoff.report.words import crm_text, duration, percent, points, reads, spoken
from handoff.report.worklist import safe

PNG = b"\x89PNG\r\n\x1a\n"
HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(2)></script>{{ 7 * 7 }}\u202egnp.exe"


class Elements(HTMLParser):
    """Which elements and addresses a page has, as a browser would see them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.handlers: list[str] = []
        self.scripts: list[dict[str, str | None]] = []
        self.policy = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action")]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        known = dict(attrs)
        if tag == "script":
            self.scripts.append(known)
        if known.get("http-equiv") == "Content-Security-Policy":
            self.policy = known["content"] or ""


def html(publication: Path) -> str:
    return write_report(publication).page.read_text(encoding="utf-8")


def cube(page: str) -> dict[str, Any]:
    packed = re.search(r'id="page-cube">([^<]*)</script>', page)
    assert packed
    content: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(packed[1])))
    return content


def one(publication: Path, sql: str) -> Any:  # noqa: ANN401 - whatever the query gives
    with duckdb.connect(str(publication / "handoff.duckdb"), read_only=True) as connection:
        connection.execute("use marts")
        row = connection.execute(sql).fetchone()
    assert row is not None
    return row[0] if len(row) == 1 else row


def test_says_in_one_sentence_where_handoffs_break_first_by_what_and_where(publication: Path) -> None:
    layer, first, handoffs, broken = one(
        publication,
        """
        select
            first_broken_layer, count(*), (select count(*) from fct_handoffs),
            (select count(first_broken_layer) from fct_handoffs)
        from fct_handoffs where first_broken_layer is not null group by 1 order by 2 desc limit 1
        """,
    )
    code, of_it = one(
        publication,
        f"""
        select finding_code, count(*) from fct_handoff_findings
        semi join (from fct_handoffs where first_broken_layer = '{layer}')
            using (source_system, lead_id, handoff_number)
        where layer = '{layer}' and severity <> 'low' group by 1 order by 2 desc, 1 limit 1
        """,
    )
    said = re.search(r'<h1 id="verdict"[^>]*>(.*?)</h1>', html(publication))
    assert said
    place = {"action": "at the first action"}.get(layer, f"at {layer}")
    most = "most of it is" if of_it * 2 > first else "most often it is"
    assert said[1].startswith(f"{percent(first / handoffs)} of handoffs break first {place}; {most} ")
    assert code.replace("_", " ") in said[1]
    assert f"{percent(broken / handoffs)} of {handoffs:,} handoffs are broken somewhere." in html(publication)


def test_is_one_file_that_fetches_nothing_and_runs_one_script_that_its_policy_knows(
    publication: Path,
) -> None:
    page = html(publication)
    elements = Elements(page)
    assert not {"link", "img", "iframe", "object", "embed", "base", "form"} & set(elements.tags)
    assert [script.get("type") for script in elements.scripts] == ["application/json", "text/plain", None]
    script = page[page.rindex("<script>") + len("<script>") : page.rindex("</script>")]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in elements.policy
    assert "default-src 'none'" in elements.policy
    assert "unsafe-eval" not in elements.policy
    others = [link for link in elements.links if not link.startswith("#") and link != "worklist.csv"]
    assert others
    assert all(re.match(r"https://demo-(salesforce|hubspot)\.example/", link) for link in others)


def test_the_worklist_links_to_the_record_only_where_the_sources_file_says_where(
    publication: Path, alter: Callable[[str], None]
) -> None:
    alter("update fct_worklist set crm_link = 'javascript:alert(1)' where priority = 1")
    alter("update fct_worklist set crm_link = '/lightning/r/Lead/1/view' where priority = 2")
    links = Elements(html(publication)).links
    listed = one(publication, "select least(count(*), 300) from fct_worklist")
    assert sum(link.startswith("https://") for link in links) == listed - 2
    assert not any("javascript" in link or link.startswith("/") for link in links)


def test_hostile_text_of_the_crm_is_inert(publication: Path, alter: Callable[[str], None]) -> None:
    text = HOSTILE.replace("'", "''")
    for table, column in (
        ("fct_handoffs", "original_source"),
        ("dim_campaigns", "campaign_label"),
        ("dim_owners", "team_label"),
        ("dim_owners", "queue_label"),
        ("fct_worklist", "why"),
        ("fct_worklist", "crm_link"),
        ("fct_crm_coverage", "field_to_add"),
        ("fct_rate_gap_contributions", "member"),
    ):
        alter(f"update {table} set {column} = '{text}' || {column} where {column} is not null")
    page = html(publication)
    elements = Elements(page)
    assert "&lt;script&gt;alert(1)" in page
    assert len(elements.scripts) == 3
    assert "img" not in elements.tags
    assert not elements.handlers
    assert not any("alert" in link for link in elements.links)
    assert "\u202e" not in page
    assert "{{ 7 * 7 }}" in page


def test_a_crm_without_handoffs_gets_a_page_too(publication: Path, without_handoffs: None) -> None:
    page = html(publication)
    assert "No handoff from marketing to sales was found." in page
    assert "Nothing is waiting for anybody." in page
    assert "Silent: not enough data in any segment." in page


def test_a_crm_that_records_little_has_only_lead_capture(
    publication: Path, alter: Callable[[str], None]
) -> None:
    alter("update fct_handoffs set layer_routing = 'not_recorded', layer_action = 'not_recorded'")
    alter("update rpt_handoff_scorecard set verdict = 'no_handoff_process' where aspect = 'crm'")
    page = html(publication)
    assert "There is no handoff process on record, only lead capture." in page
    assert "it is not recorded: routing and first action." in page


def test_a_symptom_in_which_nothing_stands_out_stays_silent(
    publication: Path, alter: Callable[[str], None]
) -> None:
    alter("update fct_rate_gap_contributions set is_significant = false, verdict = 'not_enough_data'")
    page = html(publication)
    assert page.count("Silent: no segment stands out beyond chance.</p>") == 5
    assert "data-gap" not in page[: page.index("<script")]


def test_people_are_no_segments(publication: Path, alter: Callable[[str], None]) -> None:
    alter("update fct_rate_gap_contributions set is_significant = true where dimension = 'owner'")
    owner = one(publication, "select min(member) from fct_rate_gap_contributions where dimension = 'owner'")
    page = html(publication)
    assert f'"value":"{owner}"' not in page


def test_a_mart_that_lacks_a_column_is_named(publication: Path, alter: Callable[[str], None]) -> None:
    alter("alter table fct_handoff_metrics drop column pending")
    with pytest.raises(PublicationProblem, match="pending"):
        write_report(publication)


def test_its_size_depends_on_what_is_counted_not_on_how_many_handoffs_there_are(
    publication: Path, alter: Callable[[str], None]
) -> None:
    before = len(html(publication))
    keys = "source_system, lead_id, handoff_number"
    for table in ("fct_handoffs", "fct_handoff_measures", "fct_handoff_findings"):
        alter(
            f"insert into {table} by name select {table}.* replace (copies.n || '-' || lead_id as lead_id)"
            f" from {table} cross join range(9) as copies(n)"
        )
    assert one(publication, f"select count(distinct ({keys})) from fct_handoffs") == one(
        publication, "select count(*) from fct_handoffs"
    )
    after = html(publication)
    # Ten times the handoffs, the same cells: only the numbers have a digit more.
    assert len(after) < before * 1.1
    handoffs = cube(after)["families"]["handoffs"]
    assert sum(handoffs[2]) == one(publication, "select count(*) from fct_handoffs")


def test_more_campaigns_and_sources_than_a_page_can_hold_are_folded_together(
    publication: Path, alter: Callable[[str], None]
) -> None:
    alter("update fct_handoffs set campaign_id = lead_id, original_source = 'source ' || lead_id")
    page = html(publication)
    content = cube(page)
    assert content["members"]["campaign"][-1] == ["(all others)", "(all others)"]
    assert len(content["members"]["source"]) <= 40
    assert sum(content["families"]["handoffs"][2]) == one(publication, "select count(*) from fct_handoffs")
    packed = re.search(r'id="page-cube">([^<]*)</script>', page)
    assert packed
    assert len(packed[1]) <= LARGEST


def test_the_cube_is_made_coarser_until_it_fits_and_loses_no_handoff(publication: Path) -> None:
    with duckdb.connect(str(publication / "handoff.duckdb"), read_only=True) as connection:
        connection.execute("use marts")
        fine = build_cube(connection, datetime(2026, 9, 30, 16))
        bound = len(fine.encoded) // 3
        coarse = build_cube(connection, datetime(2026, 9, 30, 16), largest=bound)
    assert len(coarse.encoded) <= bound
    assert len(coarse.members["campaign"]) < len(fine.members["campaign"])
    for family in ("layers", "findings", "rates", "waits", "arrivals", "reasons"):
        assert coarse.totals(family) == fine.totals(family)


def test_carries_no_lead_but_those_of_the_worklist(publication: Path) -> None:
    page = html(publication)
    ids = one(
        publication,
        """
        select list(lead_id) from fct_handoffs
        anti join (from fct_worklist order by priority limit 300) as listed using (source_system, lead_id)
        """,
    )
    # Decimals of a share may look like an id.
    words = set(re.findall(r"(?<![\d.])\w+", page + json.dumps(cube(page))))
    assert ids
    assert not words & set(ids)


def test_the_worklist_is_a_csv_that_no_spreadsheet_runs(
    publication: Path, alter: Callable[[str], None]
) -> None:
    alter("update fct_worklist set why = '=cmd|'' /C calc''!A0' where priority = 1")
    alter("update fct_worklist set why = ' +1+\"x\",\n@y' where priority = 2")
    file = write_report(publication).page.parent / "worklist.csv"
    raw = file.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(raw.decode("utf-8-sig").splitlines(keepends=True)))
    assert len(rows) == one(publication, "select count(*) from fct_worklist")
    assert [row["why"] for row in rows[:2]] == ["'=cmd|' /C calc'!A0", '\' +1+"x",\n@y']
    assert [int(row["priority"]) for row in rows] == sorted(int(row["priority"]) for row in rows)
    assert rows[0]["crm_link"].startswith("https://demo-")
    for row in rows:
        for cell in row.values():
            assert not cell.lstrip().startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (-1.5, "-1.5"),
        ("plain", "plain"),
        ("=1", "'=1"),
        ("-1", "'-1"),
        ("\t=1", "'\t=1"),
        ("\u00a0=1", "'\u00a0=1"),
        ("\N{FULLWIDTH EQUALS SIGN}1", "'\N{FULLWIDTH EQUALS SIGN}1"),
    ],
)
def test_cells_that_would_be_formulas_are_text(value: object, text: str) -> None:
    assert safe(value) == text


def test_the_pictures_are_drawn_for_dagster_and_for_those_who_have_not_opened_it(publication: Path) -> None:
    report = write_report(publication)
    assert (report.page.parent / "overview.png").read_bytes().startswith(PNG)
    pictures = as_metadata(report.figures)
    assert set(pictures) == {
        *("fct_handoffs", "fct_first_action_survival", "fct_rate_gap_contributions", "fct_quality_results"),
    }
    for markdown in pictures.values():
        image = re.match(r"!\[[^\]]+\]\(data:image/png;base64,([A-Za-z0-9+/=]+)\)\n", markdown)
        assert image
        assert base64.b64decode(image[1]).startswith(PNG)


def test_waits_in_steps_read_as_a_survival_curve() -> None:
    # Of ten, four are over by the first bound and two by the second; four stopped being watched in between.
    steps = 3
    counts = {3: 4, 4: 2, 1: 4}
    assert life_table(counts, 0, steps) == pytest.approx([0.6, 0.6 * (1 - 2 / (6 - 2)), 0.3])
    assert quantile([0.6, 0.3], [10.0, 20.0], 0.5) == pytest.approx(10 + 10 / 3)
    assert quantile([0.6, 0.3], [10.0, 20.0], 0.9) is None
    assert life_table({}, 0, steps) == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("share", "text"),
    [
        *[(0, "0 %"), (0.0004, "<1 %"), (0.416, "42 %"), (0.125, "13 %"), (0.9996, ">99 %"), (1, "100 %")],
        (None, "—"),
    ],
)
def test_shares_are_never_rounded_into_none_or_all(share: float | None, text: str) -> None:
    assert percent(share).replace("\u202f", " ") == text


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(0, "0 min"), (0.5, "30 s"), (59, "59 min"), (60, "1 h"), (95.4, "1 h 35 min"), (None, "—")],
)
def test_minutes_read_as_people_say_them(minutes: float | None, text: str) -> None:
    assert duration(minutes).replace("\u202f", " ") == text


def test_names_and_values_read_as_words() -> None:
    assert spoken("mql_date") == "MQL date"
    assert spoken("first_action_missing") == "First action missing"
    assert spoken("dbt") == "dbt"
    assert reads("(none)", "reason") == "No reason given"
    assert reads(0.0532, "fine").replace("\u202f", " ") == "5.3 %"
    assert points(-0.078).replace("\u202f", " ") == "\N{MINUS SIGN}7.8 pts"


def test_crm_text_is_escaped_isolated_and_cut() -> None:
    assert crm_text("a\x00<b>") == "<bdi>a\ufffd&lt;b&gt;</bdi>"
    assert len(crm_text("x" * 10_000)) < 400
