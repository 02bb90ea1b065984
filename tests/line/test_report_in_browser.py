"""The report in a real browser: its figures are the marts', it answers for any selection, by hand and by
keyboard, and nothing leaves it.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Dialog, Page, expect, sync_playwright

from handoff.report import write_report
from handoff.report.words import LAYERS, number, percent

pytestmark = pytest.mark.slow

CHROMIUM = "/usr/bin/chromium"
# What a filter of the page is in SQL over fct_handoffs joined with what it is named by there.
FILTERED = """
(
    select
        handoffs.*,
        coalesce(handoffs.team_id, '(none)') as team,
        coalesce(lower(trim(handoffs.original_source)), '(none)') as source,
        coalesce(campaigns.campaign_label, handoffs.campaign_id, '(none)') as campaign,
        strftime(coalesce(measures.opened_on, handoffs.opened_at), '%Y-%m') as month
    from fct_handoffs as handoffs
    left join fct_handoff_measures as measures using (source_system, lead_id, handoff_number)
    left join dim_campaigns as campaigns
        on
            handoffs.source_system = campaigns.source_system
            and handoffs.campaign_id = campaigns.campaign_id
)
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Closed with this module: while it is open, its event loop is everybody's."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def marts(demo_publication: Path) -> Iterator[Callable[[str], list[tuple[Any, ...]]]]:
    with duckdb.connect(str(demo_publication / "handoff.duckdb"), read_only=True) as connection:
        connection.execute("use marts")
        yield lambda sql: connection.execute(sql).fetchall()


class Watched:
    """A page, and all that it said or asked for."""

    def __init__(self, page: Page, file: Path) -> None:
        self.page = page
        self.said: list[str] = []
        self.asked: list[str] = []
        page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("dialog", self._dismiss)
        page.on("request", lambda request: self.asked.append(request.url))
        self.file = file
        page.goto(file.as_uri())
        expect(page.locator("body[data-ready]")).to_have_count(1)

    def _dismiss(self, dialog: Dialog) -> None:
        self.said.append(dialog.message)
        dialog.dismiss()

    def is_quiet(self) -> bool:
        """Nothing was said, and nothing asked for but the page itself."""
        return not self.said and all(url == self.file.as_uri() for url in self.asked)

    def choose(self, **members: str) -> None:
        """Set filters by what they are labelled with; empty is everything."""
        for name, label in members.items():
            self.page.locator(f"#filter-{name}").select_option(label=label, force=True)

    def cells(self, table: str, column: str) -> dict[str, str]:
        """Head -> shown value of each row of a table that is in the selection."""
        rows = self.page.locator(f'table[data-table="{table}"] tbody tr:not([data-out="1"])')
        found: dict[str, str] = rows.evaluate_all(
            """(rows, column) => Object.fromEntries(rows.map((row) => [
                row.cells[0].childNodes[0].textContent,
                (row.querySelector(`[data-column="${column}"] .shown`)
                    ?? row.querySelector(`[data-column="${column}"]`)).textContent,
            ]))""",
            column,
        )
        return found

    def layers(self) -> dict[str, dict[str, int]]:
        """Layer -> verdict -> handoffs, as shown."""
        found: dict[str, dict[str, int]] = self.page.locator("[data-layer]").evaluate_all(
            """(items) => Object.fromEntries(items.map((item) => [item.dataset.layer, Object.fromEntries(
                [...item.querySelectorAll("[data-verdict]:not([hidden])")].map((count) => [
                    count.dataset.verdict,
                    Number(count.querySelector("b").textContent.replaceAll(",", "")),
                ]))]))"""
        )
        return found


@pytest.fixture
def report(browser: Browser, demo_publication: Path) -> Iterator[Watched]:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    watched = Watched(page, demo_publication / "report" / "index.html")
    yield watched
    assert watched.is_quiet(), (watched.said, watched.asked)
    page.close()


def until_drawn(page: Page) -> None:
    expect(page.locator("[data-rows]:not([data-drawn]):visible")).to_have_count(0, timeout=30_000)


SELECTIONS: list[tuple[dict[str, str], str]] = [
    ({}, "true"),
    ({"system": "demo_salesforce"}, "source_system = 'demo_salesforce'"),
    ({"team": "Sales AMER"}, "team = 'sales_amer'"),
    ({"source": "Content Syndication"}, "source = 'content syndication'"),
    ({"campaign": "Brand Search EMEA"}, "campaign = 'Brand Search EMEA'"),
    ({"from": "2026-05", "to": "2026-06"}, "month between '2026-05' and '2026-06'"),
    (
        {"system": "demo_hubspot", "team": "Sales EMEA", "from": "2026-07"},
        "source_system = 'demo_hubspot' and team = 'sales_emea' and month >= '2026-07'",
    ),
]


@pytest.mark.parametrize(("chosen", "condition"), SELECTIONS, ids=[str(chosen) for chosen, _ in SELECTIONS])
def test_every_selection_shows_what_the_marts_hold(
    report: Watched, marts: Callable[[str], list[tuple[Any, ...]]], chosen: dict[str, str], condition: str
) -> None:
    report.choose(**chosen)
    selected = f"(from {FILTERED} where {condition})"
    keys = "using (source_system, lead_id, handoff_number)"

    ((handoffs, broken),) = marts(f"select count(*), count(first_broken_layer) from {selected}")
    assert handoffs
    shown = report.layers()
    for layer in LAYERS:
        expected = dict(marts(f"select layer_{layer}, count(*) from {selected} group by 1"))
        assert shown[layer] == expected
        first = report.page.locator(f'[data-layer="{layer}"] [data-first]').inner_text()
        ((count,),) = marts(f"select count(*) from {selected} where first_broken_layer = '{layer}'")
        assert first == f"{number(count)} break here first"
    assert f"{percent(broken / handoffs)} of {number(handoffs)} handoffs" in report.page.inner_text(
        "#support"
    )

    findings = marts(
        f"select finding_code, count(*) from fct_handoff_findings semi join {selected} {keys} group by 1"
    )
    # Rows of a finding sort by its number of handoffs, whatever they show.
    by_code: dict[str, str] = report.page.locator(
        'table[data-table="findings"] tbody tr:not([data-out="1"])'
    ).evaluate_all(
        """(rows) => Object.fromEntries(rows.map((row) => [
            row.cells[0].dataset.sort, row.querySelector('[data-column="handoffs"]').textContent]))"""
    )
    assert by_code == {code: number(count) for code, count in findings}

    for metric in (
        *("mql_to_sal_rate", "first_activity_completion_rate"),
        *("rejection_reason_completeness", "opportunity_creation_rate"),
    ):
        ((met, due),) = marts(
            f"""
            select count(*) filter ({metric} = 1), count(*) filter ({metric} in (0, 1))
            from fct_handoff_measures semi join {selected} {keys}
            """
        )
        card = report.page.locator(f'[data-card="{metric}"]')
        assert card.locator('[data-part="value"]').inner_text() == percent(met / due if due else None)
        if due:
            assert card.locator('[data-part="basis"]').inner_text().startswith(f"{number(met)} ")
            assert f" of {number(due)} " in card.locator('[data-part="basis"]').inner_text()

    reasons = dict(
        marts(
            f"""
            select coalesce(rejection_reason, '(none)'), count(*)
            from {selected} as selected
            semi join (from fct_handoff_measures where rejection_reason_completeness is not null) {keys}
            group by 1
            """
        )
    )
    shown_reasons: dict[str, str] = report.page.locator(
        'table[data-table="reasons"] tbody tr:not([data-out="1"])'
    ).evaluate_all(
        """(rows) => Object.fromEntries(rows.map((row) => [
            row.cells[0].dataset.sort, row.querySelector('[data-column="rejections"]').textContent]))"""
    )
    assert shown_reasons == {reason: number(count) for reason, count in reasons.items()}

    tasks = marts(
        f"""
        select count(*) from (from fct_worklist order by priority limit 300)
        semi join {selected} {keys}
        """
    )
    assert report.page.inner_text('[data-count="worklist"]') == number(tasks[0][0])


def test_headline_figures_of_all_handoffs_are_those_of_the_metrics(
    report: Watched, marts: Callable[[str], list[tuple[Any, ...]]]
) -> None:
    for metric, numerator, denominator, value, low, high in marts(
        """
        select metric, numerator, denominator, value, ci_low, ci_high from fct_handoff_metrics
        where period_grain = 'all' and dimension = 'all' and metric in (
            'mql_to_sal_rate', 'first_activity_completion_rate', 'rejection_reason_completeness',
            'opportunity_creation_rate'
        )
        """
    ):
        text = report.page.inner_text(f'[data-card="{metric}"]')
        assert percent(value) in text
        assert f"{number(numerator)} " in text
        assert f" of {number(denominator)} " in text
        assert f"{percent(low)} to {percent(high)}" in text


def test_the_intervals_of_a_selection_are_those_of_the_metrics(
    report: Watched, marts: Callable[[str], list[tuple[Any, ...]]]
) -> None:
    report.choose(system="demo_hubspot")
    for metric, low, high in marts(
        """
        select metric, ci_low, ci_high from fct_handoff_metrics
        where period_grain = 'all' and dimension = 'source_system' and member = 'demo_hubspot'
            and metric in ('mql_to_sal_rate', 'rejection_reason_completeness', 'opportunity_creation_rate')
        """
    ):
        interval = report.page.inner_text(f'[data-card="{metric}"] [data-part="interval"]')
        assert interval == f"{percent(low)} to {percent(high)}"


def test_waits_of_a_selection_lie_close_to_the_metrics_to_the_minute(
    report: Watched, marts: Callable[[str], list[tuple[Any, ...]]]
) -> None:
    report.choose(team="Sales AMER")
    medians: dict[str, float] = report.page.locator('table[data-table="waits"] tbody tr').evaluate_all(
        """(rows) => Object.fromEntries(rows.map((row) => [
            row.cells[0].childNodes[0].textContent.trim(),
            Number(row.querySelector('[data-column="median"]').dataset.sort)]))"""
    )
    for part, metric in (("Whole wait", "speed_to_lead_minutes"), ("Human", "human_minutes")):
        ((exact,),) = marts(
            f"""
            select value from fct_handoff_metrics
            where period_grain = 'all' and dimension = 'team' and member = 'sales_amer'
                and metric = '{metric}'
            """
        )
        assert medians[part] == pytest.approx(exact, rel=0.1)
    assert "about" in report.cells("waits", "median")["Whole wait"]


def test_what_it_shows_at_first_is_what_it_shows_without_script_and_after_a_detour(
    browser: Browser, demo_publication: Path, report: Watched
) -> None:
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto((demo_publication / "report" / "index.html").as_uri())
    cells = "table[data-table] :is(th, td)[data-column], [data-part], [data-layer] p, #verdict, #support"

    def shown(page: Page) -> list[str]:
        # Whatever is hidden says nothing.
        texts = page.locator(cells).all_text_contents()
        return [" ".join(text.split()) for text in texts]

    before = shown(plain)
    context.close()
    assert len(before) > 500
    assert shown(report.page) == before
    report.choose(system="demo_hubspot", team="Sales EMEA")
    assert shown(report.page) != before
    report.page.locator("#reset").click()
    assert shown(report.page) == before


def test_a_selection_without_a_handoff_process_is_told_so_and_a_small_one_too(
    browser: Browser, publication: Path, alter: Callable[[str], None]
) -> None:
    alter("update rpt_handoff_scorecard set verdict = 'no_handoff_process' where name = 'demo_hubspot'")
    page = browser.new_page()
    watched = Watched(page, write_report(publication).page)
    assert "break first" in page.inner_text("#verdict")
    watched.choose(system="demo_hubspot")
    assert page.inner_text("#verdict") == "There is no handoff process on record, only lead capture."
    watched.choose(system="demo_salesforce", team="Marketing")
    assert "fewer than 30: read with care" in page.inner_text("#support")
    watched.choose(source="Phone Inquiry", campaign="Brand Search AMER")
    assert page.inner_text("#verdict") == "Nothing in this selection."
    assert watched.is_quiet(), (watched.said, watched.asked)
    page.close()


def test_a_crm_without_handoffs_opens_quietly(
    browser: Browser, publication: Path, without_handoffs: None
) -> None:
    page = browser.new_page()
    watched = Watched(page, write_report(publication).page)
    until_drawn(page)
    assert page.inner_text("#verdict") == "No handoff from marketing to sales was found."
    assert watched.is_quiet(), (watched.said, watched.asked)
    page.close()


def test_charts_are_drawn_and_follow_the_selection(report: Watched) -> None:
    until_drawn(report.page)
    assert report.page.locator(".trend svg").count() == len(LAYERS)
    for chart in ("#survival", "#arrivals", "#actions", "#late", "#runs"):
        assert report.page.locator(f"{chart} svg path").count() > 2
    before = report.page.locator("#survival svg").inner_html()
    report.choose(team="Sales EMEA")
    expect(report.page.locator("#survival svg")).to_have_count(1)
    report.page.wait_for_timeout(300)
    assert report.page.locator("#survival svg").inner_html() != before


def test_gaps_are_drawn_with_their_intervals_and_picked_by_a_filter(
    report: Watched, marts: Callable[[str], list[tuple[Any, ...]]]
) -> None:
    gaps = marts(
        """
        select symptom, dimension, member, rate, reference_rate from fct_rate_gap_contributions
        where is_significant and factor = 'rate_effect' and dimension <> 'owner'
        """
    )
    assert report.page.locator("[data-gap]").count() == len(gaps)
    until_drawn(report.page)
    if gaps:
        assert report.page.locator(".waterfall svg").count() > 0
        text = report.page.locator("#fix").text_content() or ""
        for _, _, _, rate, reference in gaps:
            assert f"Elsewhere: {percent(reference)}" in text
            assert f"Here: {percent(rate)}" in text
    picked = {
        symptom for symptom, dimension, member, _, _ in gaps if (dimension, member) == ("team", "sales_amer")
    }
    report.choose(team="Sales AMER")
    shown = report.page.locator("[data-symptom]:has([data-gap]:visible)")
    assert {block.get_attribute("data-symptom") for block in shown.all()} == picked
    silent = report.page.locator("[data-silent]:visible")
    assert silent.count() == 5 - len(picked)


def test_tables_sort_by_hand_and_by_keyboard(report: Watched) -> None:
    table = report.page.locator('table[data-table="teams"]')
    head = table.locator("th", has_text="Handoffs")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    numbers = table.locator('td[data-column="handoffs"]').evaluate_all(
        "(cells) => cells.map((c) => +c.dataset.sort)"
    )
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) > 3
    head.get_by_role("button").focus()
    report.page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")
    numbers = table.locator('td[data-column="handoffs"]').evaluate_all(
        "(cells) => cells.map((c) => +c.dataset.sort)"
    )
    assert numbers == sorted(numbers)
    name = table.locator("thead th", has_text="Team")
    name.get_by_role("button").focus()
    report.page.keyboard.press("Space")
    expect(name).to_have_attribute("aria-sort", "ascending")
    expect(head).to_have_attribute("aria-sort", "none")
    names = table.locator('th[data-column="team"]').all_inner_texts()
    assert names == sorted(names, key=str.lower)


def test_filters_and_links_are_reached_and_used_by_keyboard(report: Watched) -> None:
    keyboard = report.page.keyboard
    keyboard.press("Tab")
    assert report.page.evaluate("document.activeElement.className") == "skip"
    reached = []
    for _ in range(20):
        keyboard.press("Tab")
        reached.append(report.page.evaluate("document.activeElement.id || document.activeElement.hash"))
        if reached[-1] == "filter-system":
            break
    assert reached[0] == "#layers"
    assert reached[-1] == "filter-system"
    keyboard.press("ArrowDown")
    keyboard.press("Enter")
    chosen = report.page.locator("#filter-system").input_value()
    assert chosen == "0"
    expect(report.page.locator("#selected")).to_contain_text(" of ")


def test_a_period_cannot_end_before_it_begins(report: Watched) -> None:
    report.choose(to="2026-05")
    report.choose(**{"from": "2026-08"})
    assert report.page.locator("#filter-to option:checked").inner_text() == "2026-08"


def test_search_finds_rows_beyond_the_first(report: Watched) -> None:
    rows = report.page.locator('table[data-table="findings"] tbody tr:visible')
    assert rows.count() == 12
    report.page.locator('input[data-search="findings"]').fill("status vague")
    expect(rows).to_have_count(1)
    assert "Status vague" in rows.first.inner_text()
    report.page.locator('input[data-search="findings"]').fill("no such thing")
    expect(rows).to_have_count(0)
    expect(report.page.locator('[data-none="findings"]')).to_be_visible()
    report.page.locator('input[data-search="findings"]').fill("")
    report.page.locator('[data-more="findings"]').click()
    assert rows.count() > 12


def test_the_selected_worklist_is_downloaded_as_a_safe_csv(
    report: Watched, tmp_path: Path, marts: Callable[[str], list[tuple[Any, ...]]]
) -> None:
    report.choose(system="demo_hubspot")
    with report.page.expect_download() as download:
        report.page.locator("#download").click()
    file = tmp_path / "worklist.csv"
    download.value.save_as(file)
    rows = list(csv.DictReader(file.read_text("utf-8-sig").splitlines()))
    expected = marts(
        """
        select lead_id, crm_link from (from fct_worklist order by priority limit 300)
        where source_system = 'demo_hubspot'
        """
    )
    assert [(row["Record"], row["CRM link"]) for row in rows] == expected
    assert all(not cell.startswith(("=", "+", "@")) for row in rows for cell in row.values())
    # A download is made in the page: it asks for an address of its own, no network.
    report.asked[:] = [url for url in report.asked if not url.startswith("blob:")]


def test_hostile_text_runs_nothing_breaks_nothing_and_asks_for_nothing(
    browser: Browser, publication: Path, alter: Callable[[str], None], tmp_path: Path
) -> None:
    hostile = (
        "\"'><script>alert(1)</script><img src=https://leak.example/x onerror=alert(2)></script>"
        "=cmd|calc!A0 {{ 7 * 7 }} ${alert(3)} \u202e"
    ).replace("'", "''")
    alter(
        f"update fct_handoffs set original_source = '{hostile}' || original_source where layer_capture = 'ok'"
    )
    for table, column in (
        ("dim_campaigns", "campaign_label"),
        ("dim_owners", "team_label"),
        ("dim_owners", "queue_label"),
        ("fct_worklist", "why"),
        ("fct_worklist", "crm_link"),
        ("fct_crm_coverage", "field_to_add"),
        ("fct_rejection_feedback", "insight"),
    ):
        alter(f"update {table} set {column} = '{hostile}' || {column} where {column} is not null")
    page = browser.new_page()
    watched = Watched(page, write_report(publication).page)
    until_drawn(page)
    page.locator("#filter-team").select_option(index=1)
    page.locator("#filter-source").select_option(index=1)
    until_drawn(page)
    assert "<script>alert(1)" in page.inner_text("#sources, [data-table=sources]")
    with page.expect_download() as download:
        page.locator("#download").click()
    file = tmp_path / "worklist.csv"
    download.value.save_as(file)
    watched.asked[:] = [url for url in watched.asked if not url.startswith("blob:")]
    assert watched.is_quiet(), (watched.said, watched.asked)
    page.close()


@pytest.mark.parametrize("width", [360, 768, 1024, 1440, 1920])
def test_nothing_is_wider_than_the_screen(browser: Browser, demo_publication: Path, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    Watched(page, demo_publication / "report" / "index.html")
    until_drawn(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    # Only wide tables may scroll, each in its own place.
    wider: list[str] = page.evaluate(
        """(width) => [...document.querySelectorAll("main *")]
            .filter((one) => !one.closest(".table, .sr, svg"))
            .filter((one) => one.getBoundingClientRect().right > width + 1)
            .map((one) => one.outerHTML.slice(0, 120))""",
        width,
    )
    assert not wider
    page.close()


@pytest.mark.parametrize("width", [360, 1440])
def test_meets_wcag_aa_with_everything_open(browser: Browser, demo_publication: Path, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    Watched(page, demo_publication / "report" / "index.html")
    page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
    until_drawn(page)
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    violations = Axe().run(page, options=rules).response["violations"]
    assert not [(found["id"], found["nodes"][0]["html"]) for found in violations]
    page.close()


def test_prints_all_that_is_chosen_without_its_controls(report: Watched, tmp_path: Path) -> None:
    until_drawn(report.page)
    report.page.emulate_media(media="print")
    for control in ("nav", "#filters", ".search input", "#download"):
        assert report.page.locator(control).first.is_hidden()
    assert report.page.locator("#verdict").is_visible()
    pdf = report.page.pdf(format="A4", path=tmp_path / "report.pdf")
    assert pdf.startswith(b"%PDF")
    report.page.emulate_media(media="screen")
    report.choose(system="demo_hubspot")
    report.page.emulate_media(media="print")
    assert report.page.locator("#selected").is_visible()


def test_opens_in_less_than_two_seconds(browser: Browser, demo_publication: Path) -> None:
    page = browser.new_page()
    best = 9e9
    # On a machine that others use as well, the best of three is what the page takes.
    for _ in range(3):
        Watched(page, demo_publication / "report" / "index.html")
        best = min(best, page.evaluate("performance.getEntriesByName('ready')[0].startTime"))
    assert best < 2000
    assert (demo_publication / "report" / "index.html").stat().st_size < 5_000_000
    page.close()
