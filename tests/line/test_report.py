"""The report: made from the marts alone, self-contained, and inert whatever the CRM's text is."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from handoff.publication import PublicationProblem, build_candidate
from handoff.report import write_report
from handoff.report.words import crm_text, duration, percent, spoken


class Elements(HTMLParser):
    """Which elements and addresses a page has, as a browser would see them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.handlers: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action")]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]


@pytest.fixture
def page(home: Path, gated: str, dbt_manifest: dict[str, Any]) -> Callable[[], str]:
    def render() -> str:
        return write_report(build_candidate(home, gated, dbt_manifest)).read_text(encoding="utf-8")

    return render


def test_says_where_handoffs_break_in_one_sentence(page: Callable[[], str]) -> None:
    html = page()
    # 81 of 400, more than anywhere else.
    assert "<h1>20\u202f% of handoffs break first at the first action.</h1>" in html
    assert "First action missing" in html
    assert '<p class="value">1\u202fh 35\u202fmin</p>' in html
    assert "Intent signal" in html
    assert "A handoff process: all nine elements are recorded." in html


def test_is_one_file_that_fetches_and_runs_nothing(page: Callable[[], str]) -> None:
    elements = Elements(page())
    assert not {"script", "link", "img", "iframe"} & set(elements.tags)
    assert all(link.startswith("#") for link in elements.links)


def test_hostile_text_of_the_crm_is_inert(page: Callable[[], str], change: Callable[[str], None]) -> None:
    hostile = '"><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7 * 7 }}\u202egnp.exe'
    for table in ("fct_handoffs", "fct_handoff_findings", "fct_crm_coverage"):
        quoted = hostile.replace("'", "''")
        change(f"update marts.{table} set source_system = '{quoted}' || source_system")
    change(
        "insert into marts.fct_handoffs by name select * replace ('other' as source_system)"
        " from marts.fct_handoffs limit 1"
    )
    html = page()
    assert "&lt;script&gt;alert(1)" in html
    elements = Elements(html)
    assert not {"script", "img"} & set(elements.tags)
    assert not elements.handlers
    assert "\u202e" not in html
    assert "{{ 7 * 7 }}" in html


def test_a_crm_without_handoffs_gets_a_page_too(
    page: Callable[[], str], change: Callable[[str], None]
) -> None:
    for table in ("fct_handoffs", "fct_handoff_findings", "fct_handoff_metrics"):
        change(f"delete from marts.{table}")
    assert "No handoff from marketing to sales was found." in page()


def test_a_crm_that_records_little_has_only_lead_capture(
    page: Callable[[], str], change: Callable[[str], None]
) -> None:
    change("update marts.fct_handoffs set layer_routing = 'not_recorded', layer_action = 'not_recorded'")
    change("update marts.rpt_handoff_scorecard set verdict = 'no_handoff_process'")
    html = page()
    assert "There is no handoff process on record, only lead capture." in html
    assert "it is not recorded: qualification, routing and first action." in html


def test_a_mart_that_lacks_a_column_is_named(page: Callable[[], str], change: Callable[[str], None]) -> None:
    change("alter table marts.fct_handoff_metrics drop column pending")
    with pytest.raises(PublicationProblem, match="pending"):
        page()


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0 %"), (0.0004, "<1 %"), (0.416, "42 %"), (0.9996, ">99 %"), (1, "100 %"), (None, "—")],
)
def test_shares_are_never_rounded_into_none_or_all(share: float | None, text: str) -> None:
    assert percent(share).replace("\u202f", " ") == text


@pytest.mark.parametrize(
    ("minutes", "text"), [(0.5, "30 s"), (59, "59 min"), (60, "1 h"), (95.4, "1 h 35 min"), (None, "—")]
)
def test_minutes_read_as_people_say_them(minutes: float | None, text: str) -> None:
    assert duration(minutes).replace("\u202f", " ") == text


def test_names_read_as_words() -> None:
    assert spoken("mql_date") == "MQL date"
    assert spoken("first_action_missing") == "First action missing"
    assert spoken("dbt") == "dbt"


def test_crm_text_is_escaped_isolated_and_cut() -> None:
    assert crm_text("a\x00<b>") == "<bdi>a\ufffd&lt;b&gt;</bdi>"
    assert len(crm_text("x" * 10_000)) < 400
