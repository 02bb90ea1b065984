"""The Markdown of the repository, and what stands in it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from handoff.config import PROJECT
from handoff.site.links import LINK, is_outward, outside_fences, repository_path


@dataclass(frozen=True)
class Link:
    """A link of a page. path: the file that it leads to, below the project."""

    page: str
    target: str
    path: str
    anchor: str


def markdown_files() -> list[str]:
    """Every Markdown file that is part of the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    return sorted(set(listed.stdout.split()))


def read(page: str) -> str:
    return (PROJECT / page).read_text(encoding="utf-8")


def links(page: str) -> Iterator[Link]:
    """The links of a page that stay within the repository."""
    found: list[Link] = []

    def collect(text: str) -> str:
        for match in LINK.finditer(text):
            target = match["target"]
            if not is_outward(target):
                path = page if target.startswith("#") else repository_path(page, target)
                found.append(Link(page, target, path, target.partition("#")[2]))
        return text

    outside_fences(read(page), collect)
    yield from found


def anchors(path: Path) -> set[str]:
    """The anchors that GitHub gives to a page's headings."""
    found: set[str] = set()

    def collect(text: str) -> str:
        for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE):
            words = re.sub(r"[^\w\- ]", "", re.sub(r"[`*]", "", heading).lower())
            found.add(words.strip().replace(" ", "-"))
        return text

    outside_fences(path.read_text(encoding="utf-8"), collect)
    return found


def outside_blocks(page: str) -> str:
    """A page's text without its code blocks."""
    kept: list[str] = []

    def collect(text: str) -> str:
        kept.append(text)
        return text

    outside_fences(page, collect)
    return "".join(kept)
