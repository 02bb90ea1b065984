"""The code blocks of a page, and how they are run: in the order and the one shell that a reader would use.

- `sh` runs in bash. `python` runs as a script. `sql` is asked of the current publication.
- `yaml` and `csv` blocks whose first line is a comment with a file's name are written to that file.
- `text` after a block is what it prints; `…` stands for anything.
- A block that cannot be run is marked by a comment above it: `<!-- not run: why -->`.
"""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

RUN = ("sh", "python", "sql")
WRITTEN = ("yaml", "csv")

_BLOCK = re.compile(
    r"(?:<!-- not run: (?P<excuse>[^>]+) -->\n+)?^```(?P<language>[^\n]*)\n(?P<code>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    """A code block. line: where it begins in its page; excuse: why it is not run; shown: what it prints."""

    line: int
    language: str
    code: str
    excuse: str | None
    shown: str | None

    @property
    def file(self) -> str | None:
        """The file that its first line names."""
        name = re.match(r"# ([\w./-]+\.\w+)\n", self.code)
        return name[1] if name and self.language in WRITTEN else None

    @property
    def is_run(self) -> bool:
        """Whether it is there to be run."""
        return not self.excuse and (self.language in RUN or self.file is not None)


def blocks(page: str) -> list[Block]:
    """The blocks of a page's text; a `text` block that shows what the one above prints belongs to that."""
    found = list(_BLOCK.finditer(page))
    read = []
    for place, match in enumerate(found):
        after = found[place + 1] if place + 1 < len(found) else None
        between = page[match.end() : after.start()].strip() if after else ""
        is_shown = after is not None and after["language"] == "text" and not between
        line = page[: match.start("language")].count("\n") + 1
        shown = after["code"] if after is not None and is_shown else None
        read.append(Block(line, match["language"], match["code"], match["excuse"], shown))
    return read


def run(
    page: str, runnable: Sequence[Block], folder: Path, environment: Mapping[str, str], scratch: Path
) -> Iterator[str]:
    """Run blocks of a page from `folder`; yields what went otherwise than the page says, a line or more each.

    Stops at the first block that fails, as the later ones build on it.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    script = scratch / "page.sh"
    script.write_text("set -euo pipefail\n" + "".join(_step(block, scratch) for block in runnable))
    outcome = subprocess.run(
        ["bash", str(script)],
        cwd=folder,
        env=dict(environment),
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
    )
    for block in runnable:
        output = scratch / f"{block.line}.out"
        if not output.is_file():
            yield f"{page}:{block.line}: was not reached"
            continue
        printed = output.read_text(encoding="utf-8")
        if block.shown is not None and not matches(block.shown, printed):
            yield f"{page}:{block.line}: shows\n{block.shown}\nand printed\n{printed}"
    if outcome.returncode != 0:
        reached = [b for b in runnable if (scratch / f"{b.line}.out").is_file()]
        last = reached[-1] if reached else runnable[0]
        printed = (scratch / f"{last.line}.out").read_text(encoding="utf-8") if reached else ""
        yield f"{page}:{last.line}: ended with {outcome.returncode}:\n{last.code}\n{printed}{outcome.stderr}"


def matches(shown: str, printed: str) -> bool:
    """Whether the output is what is shown; `…` stands for anything, blanks at line ends do not count."""
    pattern = ".*".join(re.escape(part) for part in _trimmed(shown).split("…"))
    return re.fullmatch(pattern, _trimmed(printed), re.DOTALL) is not None


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _step(block: Block, scratch: Path) -> str:
    output = shlex.quote(str(scratch / f"{block.line}.out"))
    source = scratch / f"{block.line}.{block.language}"
    source.write_text(block.code, encoding="utf-8")
    if block.file:
        name = shlex.quote(block.file)
        return f"mkdir -p $(dirname {name}); cp {source} {name}; : > {output}\n"
    if block.language == "python":
        return f".venv/bin/python {source} > {output} 2>&1\n"
    if block.language == "sql":
        return f'.venv/bin/python -m handoff query "$(cat {source})" > {output} 2>&1\n'
    # In braces, not in a subshell: what one block exports the next one sees.
    return f"{{\n{block.code}}} > {output} 2>&1\n"
