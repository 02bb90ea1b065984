"""Every rule that is broken on purpose is noticed; `mutations` breaks it, and the models beneath as well."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.diagnosis.build import Built
from tests.diagnosis.conftest import BuiltWorld
from tests.diagnosis.mutations import Judge, surviving_findings

pytestmark = pytest.mark.slow


def test_no_condition_of_a_finding_can_be_broken_unnoticed(
    stories: BuiltWorld, random_worlds: dict[int, tuple[Path, Built]]
) -> None:
    worlds = [stories.built, *(built for _, built in random_worlds.values())]
    count, survivors = surviving_findings([Judge(world) for world in worlds])
    assert count > 500
    assert [mutant.name for mutant in survivors] == []
