"""Links of the repository's Markdown, as they must read in the site.

On GitHub a page links to files of the repository; in the site only pages can be linked to. So a link to a
file that is a page there leads to the page, and one to any other file becomes its text.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping

# Files of the repository outside `docs/` that are pages of the site: file -> page.
JOINED: Mapping[str, str] = {
    "README.md": "index.md",
    "DECISIONS.md": "decisions.md",
    "CHANGELOG.md": "changelog.md",
    "demo/README.md": "demo.md",
}
LINK = re.compile(r"(?P<image>!?)\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def is_outward(target: str) -> bool:
    """Whether a link leads to another site."""
    return re.match(r"[a-z]+:", target) is not None


def repository_path(origin: str, target: str) -> str:
    """The file of the repository that a relative link of the file `origin` leads to."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(origin), target.partition("#")[0]))


def for_the_site(markdown: str, origin: str) -> str:
    """The Markdown of the repository's file `origin`, with its links as the site needs them."""
    page = JOINED.get(origin, origin.removeprefix("docs/"))

    def mended(link: re.Match[str]) -> str:
        target = link["target"]
        if target.startswith("#") or is_outward(target):
            return link[0]
        path, anchor = repository_path(origin, target), target.partition("#")[2]
        inside = JOINED.get(path) or (path.removeprefix("docs/") if path.startswith("docs/") else None)
        if inside is None:
            return link["text"]
        relative = posixpath.relpath(inside, posixpath.dirname(page) or ".")
        return f"{link['image']}[{link['text']}]({relative}{f'#{anchor}' if anchor else ''})"

    return outside_fences(markdown, lambda text: LINK.sub(mended, text))


def outside_fences(markdown: str, change: Callable[[str], str]) -> str:
    """The Markdown with everything but its code blocks changed."""
    parts, end = [], 0
    for fence in _FENCE.finditer(markdown):
        parts += [change(markdown[end : fence.start()]), fence[0]]
        end = fence.end()
    return "".join([*parts, change(markdown[end:])])
