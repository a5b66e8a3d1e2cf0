"""Killed by SIGKILL at every step, then resumed: all of it is done or all of it is as before, and nobody is needed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from smartcity_share.install import resume_all
from smartcity_share.install.records import StepState
from tests.install.killing import MOMENTS, Place, Scene, killed_at
from tests.install.operations import ACTOR, OPERATIONS, Operation, World, joined

SceneOf = Callable[[Operation, str], Scene]

pytestmark = pytest.mark.timeout(900)  # each goes through every step of an operation, on a machine that may be busy

each_operation = pytest.mark.parametrize("operation", joined())
each_engine = pytest.mark.parametrize("engine", ["sqlite", "postgresql"])


# On PostgreSQL, where each costs more, at the moment that asks most of a resume: all is done, and no row says so.
@pytest.mark.parametrize(("engine", "moment"), [*(("sqlite", one) for one in MOMENTS), ("postgresql", "effect")])
@each_operation
def test_kill_9_at_every_journal_step_ends_done_or_as_before(
    scene_of: SceneOf, operation: Operation, engine: str, moment: str
) -> None:
    scene = scene_of(operation, engine)
    ended, faults = {}, []
    for place in scene.places(moment):
        with scene.copy() as world:
            killed_at(world, place, operation.act)
            try:
                ended[str(place)] = scene.settled(world, looked_at=moment == ("row" if engine == "sqlite" else "effect"))
            except AssertionError as fault:
                faults.append(f"{place}: {fault}")
    assert not faults, "\n".join(faults)
    assert ended[str(place)] == "done"


@each_engine
@each_operation
def test_a_resume_that_is_killed_too_is_resumed(scene_of: SceneOf, operation: Operation, engine: str) -> None:
    scene = scene_of(operation, engine)
    end = scene.places("before")[-1]
    faults = []
    for place in scene.places("row", StepState.UNDOING):
        if not scene.can_be_undone(end):
            break
        with scene.copy() as world:
            killed_at(world, end, operation.act)
            killed_at(world, place, _undo)
            try:
                assert scene.settled(world) == "undone"
            except AssertionError as fault:
                faults.append(f"{place}: {fault}")
    assert not faults, "\n".join(faults)


def _undo(world: World) -> None:
    resume_all(world.instance, actor=ACTOR, undo=True)


def test_a_place_that_is_not_reached_is_told(scene_of: SceneOf) -> None:
    scene = scene_of(OPERATIONS[0], "sqlite")
    with scene.copy() as world, pytest.raises(AssertionError, match="it came to its end"):
        killed_at(world, Place(0, "no-such-step", "row"), lambda _world: None)
