"""Random sequences of loads, as many as asked for: python -m tests.changes --seeds 1-10.

Each source of each seed has a sequence of its own. Every load but the first is built as changes and compared
with a whole build. With --demo the sources are those of the demo, as tools land Salesforce and HubSpot.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
from pathlib import Path

from demo.cli import FLAVOURS, write_demo
from handoff import builds
from tests.changes.line import Line
from tests.changes.loads import Loads
from tests.reference.random_world import SHAPES, make_world


def main() -> int:
    """Print what each seed gave; return how many differed."""
    parser = argparse.ArgumentParser(prog="python -m tests.changes", description=__doc__)
    parser.add_argument("--seeds", default="1-3", help="first and last seed (default %(default)s)")
    parser.add_argument("--leads", type=int, default=60, help="per source (default %(default)s)")
    parser.add_argument("--loads", type=int, default=3, help="of each sequence (default %(default)s)")
    parser.add_argument("--sources", type=int, default=6, help="of each seed (default %(default)s)")
    parser.add_argument("--demo", action="store_true", help="the demo's sources, each with its stories")
    options = parser.parse_args()
    first, _, last = options.seeds.partition("-")
    os.environ[builds.INCREMENTAL_SETTING] = "always"
    differed = sequences = 0
    for seed in range(int(first), int(last or first) + 1):
        shapes = random.Random(seed).sample(sorted(SHAPES), options.sources)
        if options.demo:
            shapes = list(FLAVOURS)
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            if options.demo:
                write_demo(folder / "world", seed=seed, crms=shapes, copies=1)
            else:
                make_world(seed, folder / "world", options.leads, shapes)
            told = _sequence(seed, folder, options.loads)
        sequences += len(shapes)
        differed += bool(told)
        print(f"seed {seed} ({', '.join(shapes)}): {told or 'equal after every load'}", flush=True)
    print(f"{sequences} sequences of {options.loads} loads; {differed} seeds differ")
    return differed


def _sequence(seed: int, folder: Path, count: int) -> dict[int, object]:
    (folder / "in").mkdir()
    loads = Loads(folder / "world", folder / "in", count, random.Random(seed))
    line = Line(folder / "home", folder / "in")
    told: dict[int, object] = {}
    for load in range(count):
        loads.write(load)
        build = line.build()
        if load:
            leads, *made_anew = line.made_anew()
            print(f"  load {load}: of {leads} leads made anew {made_anew} (landed, changed, due)", flush=True)
            if build.differing:
                print(f"    {len(build.whole_models)} models whole: another {build.differing}", flush=True)
            if found := line.differences_from_a_whole_build():
                told[load] = found
    return told


if __name__ == "__main__":
    sys.exit(main())
