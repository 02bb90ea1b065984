"""The documentation site: built without a warning, complete, and readable without a network."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Page, sync_playwright

from handoff.config import PROJECT
from handoff.environment import INTERNAL, SETTINGS
from handoff.policies import POLICIES
from handoff.publication.candidate import QUALITY_COLUMNS
from handoff.site.reference import published_models
from tests.docs.pages import read

pytestmark = pytest.mark.slow

CHROMIUM = "/usr/bin/chromium"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as `make docs` builds it: any warning, of a link for example, fails."""
    folder = tmp_path_factory.mktemp("docs")
    outcome = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder / "site")],
        cwd=PROJECT,
        env=os.environ | {"HANDOFF_HOME": str(folder / "home"), "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    return folder / "site"


@pytest.fixture(scope="module")
def browser() -> Iterator[Page]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running.new_page()
        running.close()


def text_of(site: Path, page: str) -> str:
    return re.sub(r"<[^>]+>", " ", (site / page).read_text(encoding="utf-8"))


def test_every_column_of_every_published_table_is_in_the_reference(site: Path) -> None:
    reference = (site / "reference" / "tables.html").read_text(encoding="utf-8")
    models = list(published_models())
    assert len(models) > 15
    for model in models:
        section = reference.partition(f'<h2 id="{model["name"]}">')[2].partition("<h2")[0]
        missing = [c["name"] for c in model["columns"] if f"<code>{c['name']}</code>" not in section]
        assert section and not missing, f"{model['name']} lacks {missing}"


def test_the_quality_results_are_described_as_they_are_written() -> None:
    described = next(model for model in published_models() if model["name"] == "fct_quality_results")
    assert tuple(column["name"] for column in described["columns"]) == tuple(QUALITY_COLUMNS)


def test_every_finding_and_policy_has_a_heading(site: Path) -> None:
    findings = (site / "reference" / "findings.html").read_text(encoding="utf-8")
    with (PROJECT / "seeds" / "findings.csv").open(encoding="utf-8") as catalogue:
        codes = [line.split(",")[0] for line in catalogue][1:]
    assert [code for code in codes if f'<h3 id="{code}">' not in findings] == []
    policies = (site / "reference" / "policies.html").read_text(encoding="utf-8")
    assert [name for name in POLICIES if f'<h2 id="{name}">' not in policies] == []


def test_every_setting_that_the_code_reads_is_described() -> None:
    read_somewhere = set()
    for folder in ("handoff", "orchestration", "macros", "models", "expectations", "demo"):
        for file in (PROJECT / folder).rglob("*"):
            if file.suffix in (".py", ".sql", ".yml"):
                read_somewhere |= set(re.findall(r"HANDOFF_[A-Z_]+[A-Z]", file.read_text(encoding="utf-8")))
    assert read_somewhere - set(INTERNAL) == {setting.name for setting in SETTINGS}


def test_the_readme_lists_the_published_tables_and_the_settings() -> None:
    readme = read("README.md")
    listed = re.findall(r"^\| (`.*?) \|", readme, re.MULTILINE)
    names = [name for cell in listed for name in re.findall(r"`(\w+)`", cell)]
    tables = [name for name in names if name.startswith(("fct_", "dim_", "rpt_"))]
    assert sorted(tables) == sorted(model["name"] for model in published_models())
    described = {setting.name for setting in SETTINGS}
    assert {name for name in names if name.startswith("HANDOFF")} <= described


def test_dbts_own_docs_are_in_the_site_with_every_model(site: Path) -> None:
    page = (site / "dbt" / "index.html").read_text(encoding="utf-8")
    models = [path.stem for path in (PROJECT / "models").rglob("*.sql")]
    assert [model for model in models if f"model.crm_handoff.{model}" not in page] == []


def test_the_site_opens_from_the_disk_and_fetches_nothing(site: Path, browser: Page) -> None:
    left: list[str] = []
    errors: list[str] = []
    browser.on("request", lambda request: left.append(request.url))
    browser.on("pageerror", lambda error: errors.append(str(error)))
    pages = sorted(page.relative_to(site).as_posix() for page in site.rglob("*.html"))
    # dbt's page takes seconds to draw, and 404 is only for servers.
    for page in [page for page in pages if page not in ("dbt/index.html", "404.html")]:
        browser.goto((site / page).as_uri())
    browser.goto((site / "dbt" / "index.html").as_uri())
    browser.wait_for_selector("text=Project")
    assert [url for url in left if not url.startswith(("file:", "data:", "blob:"))] == []
    assert errors == []


def test_the_search_works_from_the_disk(site: Path, browser: Page) -> None:
    browser.goto((site / "index.html").as_uri())
    browser.click(".md-search__input")
    browser.keyboard.type("queue_unworked")
    browser.wait_for_selector(".md-search-result__link >> text=queue_unworked")


def test_no_page_is_missing_from_the_menu() -> None:
    # mkdocs says so as well; here it is named with the mend.
    menu = yaml.safe_load((PROJECT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]
    listed = set(re.findall(r"[\w/-]+\.md", str(menu)))
    pages = {path.relative_to(PROJECT / "docs").as_posix() for path in (PROJECT / "docs").rglob("*.md")}
    assert pages <= listed, f"add to `nav` in mkdocs.yml: {sorted(pages - listed)}"
