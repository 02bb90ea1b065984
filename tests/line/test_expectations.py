"""Great Expectations on the warehouse itself: it reads through DuckDB, judges, and lets go of the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import sync_playwright

from expectations.runner import run_suites
from expectations.suites import SUITES
from handoff import gates
from handoff.gates import GateResult

pytestmark = pytest.mark.slow


def judged(warehouse: Path, published: Path | None = None) -> dict[str, GateResult]:
    found = run_suites(warehouse, published=published)
    return {f"{result.table}.{result.check}": result for group in found.values() for result in group}


def test_the_suites_are_those_that_the_publication_expects() -> None:
    written = [
        gates.ExpectedCheck(suite.name, check.name, check.table, check.tier, check.severity)
        for suite in SUITES
        for check in suite.checks
    ]
    assert sorted(written, key=str) == sorted(gates.CONTENT_CHECKS, key=str)


def test_every_check_reads_the_warehouse_and_leaves_it_writable(warehouse: Path) -> None:
    found = judged(warehouse)
    critical = {name: result for name, result in found.items() if result.severity == "critical"}
    assert {result.status for result in critical.values()} == {"pass"}
    # A ninth of the handoffs lacks its source, a third of the rejections its reason.
    assert {name for name, result in found.items() if result.status == "warn"} == {
        "fct_handoffs.source_present",
        "fct_handoffs.reasons_structured",
    }
    # Nothing was published before, so nothing can have shrunk.
    assert {name for name, result in found.items() if result.status == "not_applicable"} == {
        "fct_crm_coverage.elements_still_recorded",
        "dim_leads.leads_still_there",
    }
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create table marts.writable as select 1")


@pytest.mark.parametrize(
    ("sql", "check"),
    [
        ("fct_handoff_metrics set value = 1.01, ci_high = 2", "fct_handoff_metrics.shares_are_shares"),
        ("fct_handoff_metrics set numerator = 900", "fct_handoff_metrics.numerators_fit"),
        ("fct_handoff_metrics set ci_low = value + 0.1", "fct_handoff_metrics.values_lie_in_their_intervals"),
        ("fct_acceptance_survival set survival = -0.1", "fct_acceptance_survival.survival_is_a_share"),
        ("rpt_handoff_scorecard set handoffs_broken = 41", "rpt_handoff_scorecard.broken_fit_judged"),
        (
            "fct_rejection_feedback set rejections = 79",
            "fct_rejection_feedback.reasons_make_up_the_rejections",
        ),
        ("fct_rate_gap_contributions set p_value = 2", "fct_rate_gap_contributions.p_values_are_shares"),
    ],
)
def test_an_aggregate_that_cannot_be_fails_its_rule(
    warehouse: Path, change: Callable[[str], None], sql: str, check: str
) -> None:
    change(f"update marts.{sql}")
    result = judged(warehouse)[check]
    assert (result.severity, result.status) == ("critical", "fail")


def test_content_warns_where_one_source_misses_what_the_policy_asks(
    warehouse: Path, change: Callable[[str], None]
) -> None:
    """The average of two sources would hide the bad one. And a source may have its own threshold."""
    change(
        "insert into marts.fct_handoffs by name select * replace ('beta' as source_system)"
        " from marts.fct_handoffs"
    )
    change("update marts.fct_handoffs set has_owner = lead_id like '%1' where source_system = 'beta'")
    result = judged(warehouse)["fct_handoffs.owners_present"]
    assert (result.tier, result.status) == ("content", "warn")
    assert result.observed == "acme 90.8% of 400; beta 10.0% of 400"
    change(
        "insert into staging.stg_policies__content_thresholds"
        " values ('beta', 'owners_present', 0.1, 'warning')"
    )
    assert judged(warehouse)["fct_handoffs.owners_present"].status == "pass"


def test_the_policy_can_make_a_content_check_stop_the_publication(
    warehouse: Path, change: Callable[[str], None]
) -> None:
    change(
        "update staging.stg_policies__content_thresholds set severity = 'critical'"
        " where check_name = 'source_present'"
    )
    assert judged(warehouse)["fct_handoffs.source_present"].status == "fail"


def test_volume_and_freshness_are_held_against_the_recent_past(
    warehouse: Path, change: Callable[[str], None]
) -> None:
    change("delete from marts.dim_leads where created_at >= timestamp '2026-07-11'")
    found = judged(warehouse)
    assert found["dim_leads.leads_keep_coming"].status == "warn"
    assert found["dim_leads.leads_keep_coming"].observed == "acme 0.00 times of 231"
    assert found["dim_leads.newest_lead_is_recent"].observed == "acme 7.04 times of 231"
    assert found["dim_leads.newest_lead_is_recent"].status == "warn"
    assert found["fct_lead_events.newest_event_is_recent"].status == "pass"
    change("insert into marts.dim_leads select 'acme', 'n' || range, timestamp '2026-07-17' from range(900)")
    assert judged(warehouse)["dim_leads.leads_not_flooding"].status == "warn"


def test_coverage_and_leads_may_not_shrink(
    warehouse: Path, tmp_path: Path, change: Callable[[str], None]
) -> None:
    for table in ("fct_crm_coverage", "dim_leads"):
        change(f"copy marts.{table} to '{tmp_path}/{table}.parquet' (format parquet)")
    found = judged(warehouse, tmp_path)
    assert found["fct_crm_coverage.elements_still_recorded"].status == "pass"
    assert found["dim_leads.leads_still_there"].status == "pass"
    change("update marts.fct_crm_coverage set is_recorded = false")
    change("delete from marts.dim_leads where lead_id like '%3'")
    found = judged(warehouse, tmp_path)
    assert found["fct_crm_coverage.elements_still_recorded"].observed == "acme 0.0% of 1"
    assert found["fct_crm_coverage.elements_still_recorded"].status == "warn"
    assert found["dim_leads.leads_still_there"].status == "warn"


def test_too_few_rows_are_too_early_and_none_is_not_applicable(
    warehouse: Path, change: Callable[[str], None]
) -> None:
    change("delete from marts.fct_handoffs where lead_id not in ('lead-5', 'lead-1', 'lead-2')")
    assert judged(warehouse)["fct_handoffs.owners_present"].status == "too_early"
    change("update marts.fct_handoffs set layer_routing = 'not_recorded'")
    assert judged(warehouse)["fct_handoffs.owners_present"].status == "not_applicable"


def test_a_check_that_cannot_run_fails_with_its_reason(
    warehouse: Path, change: Callable[[str], None]
) -> None:
    change("alter table marts.fct_handoff_metrics drop column numerator")
    result = judged(warehouse)["fct_handoff_metrics.numerators_fit"]
    assert result.status == "fail"
    assert "numerator" in result.observed


@contextmanager
def every_request(pages: Path) -> Iterator[tuple[list[str], list[str], str]]:
    """Open the index and each page in a browser without a network; give requests, errors and text."""
    requests: list[str] = []
    errors: list[str] = []
    text = ""
    with sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_context(offline=True).new_page()
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: errors.append(message.text))
        for path in sorted(pages.rglob("*.html")):
            page.goto(path.as_uri())
            text += page.inner_text("body")
        browser.close()
    yield requests, errors, text


def test_data_docs_are_read_offline_and_show_no_value_of_the_crm(
    warehouse: Path, tmp_path: Path, change: Callable[[str], None]
) -> None:
    person, script = "jane.doe@example.com", "<script>alert(1)</script>"
    change(f"update marts.fct_handoffs set original_source = '{person}', lead_id = '{person}' || lead_id")
    change(f"update intermediate.int_status_values set raw_value = '{person}', is_mapped = false")
    change("update marts.fct_handoff_metrics set value = 7")
    change(f"update marts.fct_rejection_feedback set member = '{person}', share = 3")
    # The name of a source is the project's own and shown; it cannot hold markup, and would not run if it did.
    change(f"update marts.fct_handoffs set source_system = '{script}'")
    pages = tmp_path / "quality"
    results = run_suites(warehouse, pages=pages)
    assert "jane.doe" not in repr(results)
    with every_request(pages) as (requests, errors, text):
        assert {url.split(":")[0] for url in requests} == {"file"}
        assert len(requests) == len(list(pages.rglob("*.html")))
        assert errors == []
    assert "jane.doe" not in "".join(path.read_text() for path in pages.rglob("*.html"))
    assert len(list((pages / "checks").glob("*.html"))) == len(gates.CONTENT_CHECKS)
    assert script in text
    assert re.search(r"shares_are_shares\s+fct_handoff_metrics\s+logic, critical\s+fail", text)
    assert "Rates lie between 0 and 1" in text
