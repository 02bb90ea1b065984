# ruff: noqa: ANN401 - the library makes its classes at run time; there is no better type than Any.
"""Great Expectations' Data Docs, made readable without a network.

The library's pages draw styles, scripts and pictures from half a dozen servers, and its index is made by
script. Here each page keeps what the library says of the validation and gets this project's own styles; the
index is the check x table index of the run.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from handoff.gates import GateResult

TEMPLATES = Path(__file__).parent / "templates"
SITE = "offline"
CHECKS = "checks"

# What a page would fetch, run or say about its maker, with what belongs to it.
_FOREIGN = re.compile(
    r"<script\b.*?</script>|<style\b.*?</style>|<link\b[^>]*>|<img\b[^>]*>|<footer\b.*?</footer>"
    r"|<title>.*?</title>|<a\b[^>]*data-toggle[^>]*>.*?</a>|\son\w+=\"[^\"]*\"",
    re.DOTALL | re.IGNORECASE,
)


def page_name(suite: str, check: str, table: str) -> str:
    """Return how the library's objects and the page of a check on a table are named."""
    return f"{suite}-{check}-{table}"


def write_pages(context: Any, folder: Path, results: Mapping[str, Sequence[GateResult]]) -> None:
    """Build the Data Docs of a context's validations into a folder, in place of what is there."""
    building = folder.with_name(f".{folder.name}.building")
    shutil.rmtree(building, ignore_errors=True)
    docs, checks = building / "docs", building / CHECKS
    checks.mkdir(parents=True)
    context.add_data_docs_site(
        SITE,
        {
            "class_name": "SiteBuilder",
            "show_how_to_buttons": False,
            "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(docs)},
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        },
    )
    context.build_data_docs(site_names=[SITE])
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    styles = (TEMPLATES / "data_docs.css").read_text(encoding="utf-8")
    for page in (docs / "validations").rglob("*.html"):
        name = page.relative_to(docs / "validations").parts[0]
        (checks / f"{name}.html").write_text(
            environment.get_template("check.html.j2").render(
                title=name, styles=styles, body=_body(page.read_text(encoding="utf-8"))
            ),
            encoding="utf-8",
        )
    rows = [
        {
            "suite": suite,
            "result": result,
            "page": f"{CHECKS}/{page_name(suite, result.check, result.table)}.html",
        }
        for suite, group in results.items()
        for result in group
    ]
    (building / "index.html").write_text(
        environment.get_template("index.html.j2").render(rows=rows, styles=styles), encoding="utf-8"
    )
    shutil.rmtree(docs)
    shutil.rmtree(folder, ignore_errors=True)
    building.rename(folder)


def _body(html: str) -> str:
    """What the library says of a validation: the page's main column, without anything from elsewhere."""
    inside = re.search(r"<body>(.*)</body>", html, re.DOTALL)
    body = _FOREIGN.sub("", inside.group(1) if inside else "")
    sections = body.find('<div id="section-1"')
    # The suite's own page is not kept: it says nothing that is not here.
    return re.sub(r'<a href="[^"]*expectations/[^"]*"\s*>(.*?)</a>', r"\1", body[max(sections, 0) :])
