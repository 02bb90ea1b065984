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
from tests.diagnosis.conftest import RANDOM_WORLDS
from tests.reference.compare import Differences, Warehouse, compare, read_world
from tests.reference.random_world import ALL_SHAPES, make_world

pytestmark = pytest.mark.slow


def disagreements(folder: Path, built: Built) -> Differences:
    """Hold every handoff and finding of a built world against the reference's reading of its files."""
    differences = Differences(examples=20)
    evaluations = read_world(folder, set())
    compared = compare(evaluations, Warehouse(built.warehouse), differences)
    assert compared > 50 * len(evaluations), "hardly a handoff in this world"
    return differences


@pytest.mark.parametrize("seed", RANDOM_WORLDS)
def test_handoffs_milestones_minutes_layers_and_findings_agree(
    seed: int, random_worlds: dict[int, tuple[Path, Built]]
) -> None:
    assert dict(disagreements(*random_worlds[seed]).found) == {}


@pytest.mark.parametrize("seed", RANDOM_WORLDS)
def test_a_random_world_passes_what_gates_a_publication(
    seed: int, random_worlds: dict[int, tuple[Path, Built]]
) -> None:
    """What is legal, however odd, must not keep a publication back: here such a world is not built."""
    _, built = random_worlds[seed]
    assert built.rows("select count(*) from marts.fct_handoff_metrics") > [(0,)]


def test_every_shape_is_compared() -> None:
    assert set(ALL_SHAPES) == {shape for shapes in RANDOM_WORLDS.values() for shape in shapes}


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seeds", type=int, nargs="+")
    parser.add_argument("--leads", type=int, default=800, help="per shape")
    parser.add_argument("--shapes", default="full", help="all, or some, separated by commas")
    options = parser.parse_args(arguments)
    shapes = list(ALL_SHAPES) if options.shapes == "all" else options.shapes.split(",")
    total = 0
    for seed in options.seeds:
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            world = folder / "world"
            make_world(seed, world, options.leads, shapes)
            built = Workshop(folder).build("built", world / "sources.yml", world / "policies", is_tested=True)
            found = disagreements(world, built)
            count = sum(map(len, found.found.values()))
            print(f"seed {seed}: {count} differences")
            found.show()
            total += count
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())
