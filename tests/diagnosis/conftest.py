"""Worlds that several tests look at, each built once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.diagnosis.build import Built, Workshop
from tests.diagnosis.worlds import Play, Simulated, simulated
from tests.reference.random_world import ALL_SHAPES, make_world

# Every story once in every layout, small enough to be built or run again.
STORIES = Play(101, crms=("salesforce", "hubspot", "canonical", "plain", "bare"))
# Every story at other times and by other people; then a CRM of ordinary size and mix.
PLAYS = (
    Play(102),
    Play(103),
    Play(104, copies=2),
    Play(105, copies=None, leads=1500, crms=("salesforce", "hubspot")),
)

RANDOM_LEADS = 150
# The shape that holds everything is in both worlds; of the others each is in one.
RANDOM_WORLDS = {
    1: ["full", *(shape for number, shape in enumerate(ALL_SHAPES) if shape != "full" and number % 2)],
    2: ["full", *(shape for number, shape in enumerate(ALL_SHAPES) if shape != "full" and not number % 2)],
}


@dataclass(frozen=True)
class BuiltWorld:
    """Simulated CRMs, built."""

    world: Simulated
    built: Built


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """Where worlds are built."""
    return Workshop(tmp_path_factory.mktemp("workshop"))


@pytest.fixture(scope="session")
def stories(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> BuiltWorld:
    """Every story, in every layout."""
    world = simulated(tmp_path_factory.mktemp("stories"), [STORIES])
    return BuiltWorld(world, workshop.build("stories", world.sources, world.policies))


@pytest.fixture(scope="session")
def simulation(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> BuiltWorld:
    """Further seeds of the demo's generator as sources of one build."""
    world = simulated(tmp_path_factory.mktemp("simulated"), PLAYS)
    return BuiltWorld(world, workshop.build("simulated", world.sources, world.policies))


@pytest.fixture(scope="session")
def random_worlds(
    workshop: Workshop, tmp_path_factory: pytest.TempPathFactory
) -> dict[int, tuple[Path, Built]]:
    """Random worlds by their seeds: where each was written, and its build with all that gates."""
    built = {}
    for seed, shapes in RANDOM_WORLDS.items():
        folder = tmp_path_factory.mktemp(f"random_{seed}")
        make_world(seed, folder, RANDOM_LEADS, shapes)
        built[seed] = (
            folder,
            workshop.build(f"random_{seed}", folder / "sources.yml", folder / "policies", is_tested=True),
        )
    return built
