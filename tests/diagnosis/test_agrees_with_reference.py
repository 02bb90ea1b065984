"""Random worlds, nastier than real ones: the SQL and an independent reading of the specification agree.

    python -m tests.diagnosis.test_agrees_with_reference 7 8 9 [--leads 800] [--shapes full]

hunts for disagreements in other worlds than those of the test, and exits 1 where it finds one.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.diagnosis.build import Built, Workshop
from tests.reference.compare import Differences, Warehouse, compare, read_world
from tests.reference.random_world import SHAPES, make_world

pytestmark = pytest.mark.slow

LEADS = 150
# The shape that holds everything is in both worlds; of the others each is in one.
WORLDS = {
    1: ["full", *(shape for number, shape in enumerate(SHAPES) if shape != "full" and number % 2)],
    2: ["full", *(shape for number, shape in enumerate(SHAPES) if shape != "full" and not number % 2)],
}


def disagreements(
    workshop: Workshop, folder: Path, seed: int, leads: int, shapes: Sequence[str]
) -> Differences:
    """Make a random world in `folder`, build it, and hold every handoff and finding against the reference."""
    make_world(seed, folder, leads, shapes)
    built: Built = workshop.build(f"random_{seed}", folder / "sources.yml", folder / "policies")
    differences = Differences(examples=20)
    compared = compare(read_world(folder, set()), Warehouse(built.warehouse), differences)
    assert compared > leads * len(shapes) / 2, "hardly a handoff in this world"
    return differences


@pytest.mark.parametrize("seed", WORLDS)
def test_handoffs_milestones_minutes_layers_and_findings_agree(
    seed: int, workshop: Workshop, tmp_path: Path
) -> None:
    found = disagreements(workshop, tmp_path, seed, LEADS, WORLDS[seed])
    assert dict(found.found) == {}


def test_every_shape_is_compared() -> None:
    assert set(SHAPES) == {shape for shapes in WORLDS.values() for shape in shapes}


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seeds", type=int, nargs="+")
    parser.add_argument("--leads", type=int, default=800, help="per shape")
    parser.add_argument("--shapes", default="full", help="all, or some, separated by commas")
    options = parser.parse_args(arguments)
    shapes = list(SHAPES) if options.shapes == "all" else options.shapes.split(",")
    total = 0
    for seed in options.seeds:
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            found = disagreements(Workshop(folder), folder / "world", seed, options.leads, shapes)
            count = sum(map(len, found.found.values()))
            print(f"seed {seed}: {count} differences")
            found.show()
            total += count
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())
