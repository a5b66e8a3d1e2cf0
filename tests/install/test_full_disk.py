"""The disk is full from any step on: nothing is lost, and once there is room again all of it is done or all of it as before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from smartcity_share.errors import SmartCityError
from tests.install.killing import Scene, struck_at
from tests.install.operations import Operation, joined
from tests.small_disk import fill

SceneOf = Callable[[Operation, str], Scene]

pytestmark = pytest.mark.timeout(900)  # each goes through every step of an operation, on a machine that may be busy


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
@pytest.mark.parametrize("operation", joined())
def test_a_disk_that_is_full_at_a_step_loses_nothing(
    scene_of: SceneOf, operation: Operation, engine: str, small_disk: Path
) -> None:
    scene = scene_of(operation, engine)
    ballast = small_disk / "ballast"
    faults, refused = [], 0
    for place in scene.places("row")[:-1]:
        with scene.copy(small_disk) as world:
            try:
                with struck_at(place, lambda: fill(small_disk)):
                    operation.act(world)
            except SmartCityError as error:
                refused += error.hint is not None
            finally:
                ballast.unlink(missing_ok=True)
            try:
                scene.settled(world)
            except AssertionError as fault:
                faults.append(f"{place}: {fault}")
    assert not faults, "\n".join(faults)
    assert refused or engine == "postgresql"
