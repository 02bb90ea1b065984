"""Every link of the repository's Markdown leads somewhere, on GitHub as in the site. Nothing is fetched."""

from __future__ import annotations

import pytest

from handoff.config import PROJECT
from handoff.site.links import JOINED, for_the_site
from handoff.site.reference import PAGES
from tests.docs.pages import anchors, links, markdown_files

# They are written while the site is built, and exist nowhere else.
GENERATED = {f"docs/{page}" for page in PAGES} | {"docs/dbt/index.html"}


@pytest.mark.parametrize("page", markdown_files())
def test_links_lead_to_files_and_headings_that_exist(page: str) -> None:
    broken = []
    for link in links(page):
        target = PROJECT / link.path
        is_generated = link.path in GENERATED
        if not (target.exists() or is_generated):
            broken.append(f"{link.target}: no such file")
        elif link.anchor and not is_generated and link.anchor not in anchors(target):
            broken.append(f"{link.target}: no such heading")
    assert not broken


def test_the_readme_links_to_nothing_that_only_the_site_has() -> None:
    assert not {link.path for link in links("README.md")} & GENERATED


def test_links_out_of_the_docs_become_text_in_the_site() -> None:
    assert for_the_site("See [an example](../examples/olist).", "docs/page.md") == "See an example."
    assert for_the_site(
        "[why](../DECISIONS.md#clocks) [settings](reference/settings.md)", "docs/page.md"
    ) == ("[why](decisions.md#clocks) [settings](reference/settings.md)")
    assert for_the_site("![x](docs/images/x.png) [a](#b) [c](https://d.e)", "README.md") == (
        "![x](images/x.png) [a](#b) [c](https://d.e)"
    )
    assert for_the_site("```\n[a](../b)\n```\n", "docs/page.md") == "```\n[a](../b)\n```\n"


def test_the_pages_that_join_the_site_exist() -> None:
    assert [origin for origin in JOINED if not (PROJECT / origin).is_file()] == []
