"""Builds every story once and tells what its truth says and what was found.

    python -m tests.diagnosis.stories_agree --in FOLDER

Prints one JSON object: `expected` and `found`, lists of [source_system, lead_id, handoff_number, finding].
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.diagnosis.build import Workshop
from tests.diagnosis.conftest import STORIES
from tests.diagnosis.worlds import simulated


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--in", dest="folder", type=Path, required=True)
    folder: Path = parser.parse_args(arguments).folder
    world = simulated(folder / "world", [STORIES])
    built = Workshop(folder).build("stories", world.sources, world.policies)
    expected = [
        [row["source_system"], row["lead_id"], row["handoff_number"], code]
        for row in world.truth
        for code in row["findings"]
    ]
    found = built.rows(
        "select source_system, lead_id, handoff_number, finding_code from marts.fct_handoff_findings"
    )
    print(json.dumps({"expected": sorted(expected), "found": sorted(map(list, found))}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
