"""Worlds that several tests look at, each built once."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.diagnosis.build import Built, Workshop
from tests.diagnosis.worlds import Play, Simulated, simulated

# Every story once in every layout, small enough to be built or run again.
STORIES = Play(101, crms=("salesforce", "hubspot", "canonical", "plain", "bare"))
# Every story at other times and by other people; then a CRM of ordinary size and mix.
PLAYS = (
    Play(102),
    Play(103),
    Play(104, copies=2),
    Play(105, copies=None, leads=1500, crms=("salesforce", "hubspot")),
)


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
