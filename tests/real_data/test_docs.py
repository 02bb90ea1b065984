"""Every figure of the worked example is what the build gives."""

from __future__ import annotations

from handoff.config import PROJECT
from tests.real_data.conftest import Built
from tests.real_data.figures import count, refreshed

PAGE = PROJECT / "docs" / "bring-your-own-crm.md"


def test_the_figures_of_the_page_are_those_of_the_build(olist: Built) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert count(page) == page.count("```sql") > 4
    assert refreshed(page, olist.warehouse) == page
