"""Operations that are killed, starved of disk or cut from their database at every step, and what must be true after ``resume``.

Which operations: :mod:`tests.install.operations`. What must be true is that everything is either as after a whole run or as
before: every file byte for byte, every row of every table of every installation, every row of the ledger but the journal
itself, the audit trail, and nothing left over besides (:mod:`tests.install.states`).
"""

from __future__ import annotations

import gc
import os
import shutil
import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import attrs

from smartcity_share.install import (
    Instance,
    diagnose,
    resume_all,
)
from smartcity_share.install.journal import Journal
from smartcity_share.install.records import OperationState, StepState
from smartcity_share.install.steps.all import STEPS
from smartcity_share.install.storage.database_url import SECRET_REF
from tests.apps.factory import AppFactory, forgetting_imports
from tests.install.conftest import MANIFEST, NOW, OTHER, PARKS, REGION, new_process
from tests.install.operations import ACTOR, Act, Operation, World
from tests.install.states import state
from tests.postgresql import Server

MOMENTS: Final = ("before", "row", "effect")
"""Before the row of a step, after it and before the step does anything, and after the step has done what it says."""


@attrs.frozen
class Place:
    """A place in an operation.

    Attributes:
        number: 0-based place of the step; one more than the last stands for the end of the operation.
        step: Name of the step, ``end`` for the end.
        moment: One of :data:`MOMENTS`.
        way: The state that is written before the step: :attr:`StepState.DOING`, or :attr:`StepState.UNDOING` on the way back.
    """

    number: int
    step: str
    moment: str
    way: StepState = StepState.DOING

    def __str__(self) -> str:
        return f"{self.number}-{self.step}-{self.moment}" + ("" if self.way is StepState.DOING else "-back")


class Scene:
    """One operation on one engine: its instance before, its state before and after, and copies to try things on.

    Args:
        operation: The operation.
        folder: A folder of its own.
        factory: Makes the wheel.
        server: The PostgreSQL server; None for the embedded engine.
    """

    def __init__(self, operation: Operation, folder: Path, factory: AppFactory, server: Server | None) -> None:
        self.operation = operation
        self._folder = folder
        self._factory = factory
        self._server = server
        self._wheel = factory.wheel("parks", plugin=PARKS, manifest=MANIFEST, files={"regional/rules.toml": "days = 5\n"})
        self._first = folder / "first"
        self._first_url = None if server is None else server.fresh()
        with forgetting_imports():
            made = Instance.create(
                self._first / "instance", [REGION, OTHER], now=lambda: NOW, database=self._first_url or "sqlite"
            )
            (self._first / "out").mkdir()
            operation.prepare(self._world(made))
            made.close()
        with self.copy() as world:
            self.before = state(world)
            known = {one.id for one in world.instance.ledger.operations()}
            operation.act(world)
            self.after = state(world)
            (ended,) = (one for one in world.instance.ledger.operations(OperationState.DONE) if one.id not in known)
            self.steps = [step.name for step in world.instance.ledger.steps(ended.id)]

    def places(self, moment: str, way: StepState = StepState.DOING) -> list[Place]:
        """Return every place of a whole run at one moment, the end included."""
        names = [*self.steps, "end"] if way is StepState.DOING else self.steps
        return [Place(number, name, moment, way) for number, name in enumerate(names)]

    def can_be_undone(self, place: Place) -> bool:
        """Whether there is a way back from a place."""
        return all(STEPS[name].can_undo for name in self.steps[: place.number + 1])

    @contextmanager
    def copy(self, home: Path | None = None) -> Iterator[World]:
        """Open a copy of the instance as it was before; its database and folder are gone after the block."""
        folder = (home or self._folder) / "copy"
        url = None
        try:
            shutil.copytree(self._first, folder, symlinks=True)
            if self._server is not None and self._first_url is not None:
                url = self._server.fresh(like=self._first_url)
                (folder / "instance" / SECRET_REF).write_text(url, encoding="utf-8")
            with forgetting_imports():
                world = self._world(Instance.open(folder / "instance", now=lambda: NOW))
                try:
                    yield world
                finally:
                    world.instance.close()
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            if self._server is not None and url is not None:
                self._server.drop(url)

    def settled(self, world: World, *, looked_at: bool = False) -> str:
        """Resume what was left, then tell how it ended: ``done`` or ``undone``.

        Args:
            world: A copy of the scene in which the operation was begun.
            looked_at: Whether the doctor looks at it too, and the operation is carried out anew where it was undone.

        Raises:
            AssertionError: Something is neither as after a whole run nor as before, or a person is needed.
        """
        for one in resume_all(world.instance, actor=ACTOR):
            assert one.error is None, f"left: {one.error}"
        left = world.instance.ledger.operations(OperationState.RUNNING, OperationState.NEEDS_PERSON)
        assert not left, f"left: {left}"
        found = state(world)
        if found == self.after:
            ended = "done"
        else:
            assert found == self.before, f"neither; {found.difference(self.before)} // {found.difference(self.after)}"
            assert found.databases == self.before.databases, "the bytes of a database differ"
            ended = "undone"
        if looked_at:
            with new_process(world.instance) as instance:
                # Apps of the environment are no matter here: they are those of the checkout, which somebody may be editing.
                found_too = diagnose(instance, timeout=60)
                findings = [one.message for one in found_too if one.app in (None, "parks", "gardens")]
                assert not findings, str(findings)
            if ended == "undone":
                with new_process(world.instance) as instance:
                    self.operation.act(attrs.evolve(world, instance=instance))
                again = state(world)
                assert again == self.after, f"carried out anew: {again.difference(self.after)}"
        return ended

    def _world(self, instance: Instance) -> World:
        return World(instance, self._wheel, self._factory, instance.folder.parent / "out")


def killed_at(world: World, place: Place, act: Act) -> None:
    """Run an operation in a child process that is killed at a place by SIGKILL, with nothing cleaned up.

    Raises:
        AssertionError: It did not come there.
    """
    world.instance.close()
    said = world.out.parent / "child.txt"
    child = os.fork()
    if child == 0:
        gc.disable()  # it would touch, and so copy, all the memory that it has from its parent
        try:
            acting = attrs.evolve(world, instance=Instance.open(world.instance.folder, now=world.instance.now))
            with struck_at(place, lambda: os.kill(os.getpid(), signal.SIGKILL)):
                act(acting)
        except BaseException:  # noqa: BLE001 - the child has nobody above it; it tells the parent
            said.write_text(traceback.format_exc(), encoding="utf-8")
        finally:
            os._exit(7)
    _, status = os.waitpid(child, 0)
    told = said.read_text(encoding="utf-8") if said.exists() else "it came to its end"
    assert os.WIFSIGNALED(status), told
    assert os.WTERMSIG(status) == signal.SIGKILL


@contextmanager
def struck_at(place: Place, strike: Callable[[], object]) -> Iterator[None]:
    """Call ``strike`` when an operation comes to a place; only the first time."""
    write, end = Journal.write, Journal.end
    armed = [True]

    def reached(moment: str) -> None:
        if place.moment == moment and armed.pop():
            armed.append(False)
            strike()

    def writing(self: Journal, number: int, step: Any, state: StepState, fault: str = "") -> None:
        here = number == place.number and step.name == place.step
        after = StepState.DONE if place.way is StepState.DOING else StepState.UNDONE
        if here and state is place.way:
            reached("before")
        if here and state is after:
            reached("effect")
        write(self, number, step, state, fault)
        if here and state is place.way:
            reached("row")

    def ending(self: Journal, record: Any) -> None:
        here = place.step == "end"
        if here:
            reached("before")
        if here and place.moment != "before":  # the row is written, what was set aside is not yet removed
            self._instance.ledger.end_operation(record)
            reached(place.moment)
        end(self, record)

    Journal.write, Journal.end = writing, ending  # type: ignore[method-assign]
    try:
        yield
    finally:
        Journal.write, Journal.end = write, end  # type: ignore[method-assign]
