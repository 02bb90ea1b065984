"""Write anew what a page's queries and scripts show, after its blocks have been run.

    python -m tests.docs.refresh <page> <folder of what the blocks printed>

Output with `…` in it is left alone: it was written by hand.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.docs.blocks import blocks


def refreshed(text: str, printed: Path) -> str:
    """The page's text, with what its blocks printed in place of what it shows."""
    for block in blocks(text):
        output = printed / f"{block.line}.out"
        if block.shown is not None and "…" not in block.shown and output.is_file():
            shown = f"```\n\n```text\n{block.shown}```"
            text = text.replace(
                f"{block.code}{shown}", f"{block.code}```\n\n```text\n{output.read_text()}```"
            )
    return text


if __name__ == "__main__":
    page = Path(sys.argv[1])
    page.write_text(refreshed(page.read_text(encoding="utf-8"), Path(sys.argv[2])), encoding="utf-8")
