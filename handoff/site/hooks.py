"""What MkDocs calls while it builds the site: see `hooks` in mkdocs.yml."""

from __future__ import annotations

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from handoff.config import PROJECT, home_folder
from handoff.site.dbt_docs import dbt_docs
from handoff.site.links import JOINED, for_the_site
from handoff.site.reference import pages


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add what is not in `docs/`: the generated reference, pages of the repository's root, and dbt's docs."""
    for path, content in pages().items():
        files.append(File.generated(config, path, content=content))
    for origin, page in JOINED.items():
        content = (PROJECT / origin).read_text(encoding="utf-8")
        files.append(File.generated(config, page, content=content))
    files.append(File.generated(config, "dbt/index.html", abs_src_path=str(dbt_docs(home_folder()))))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Mend the links that lead to files of the repository."""
    origins = {joined: origin for origin, joined in JOINED.items()}
    return for_the_site(markdown, origins.get(page.file.src_uri, f"docs/{page.file.src_uri}"))
