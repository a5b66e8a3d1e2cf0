"""What a worker does besides jobs: it takes up work that somebody left, each piece in a process of its own that ends with it.

A process imports one version of an app, and what was left may need another one than the jobs do. So neither the parent, which
imports none, nor a process that runs jobs carries it.
"""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

    from smartcity_share.install.instance import Instance

LOOK_SECONDS: Final = 2.0
"""How often a worker looks for what was left."""
AGAIN_SECONDS: Final = 60.0
"""How long a piece of work is left alone after it was tried: what keeps it from being carried may last."""
TAKEN_BY_ANOTHER: Final = 3
"""Exit code of a process that came too late."""

_CONTEXT: Final = multiprocessing.get_context("spawn")


class Errands:
    """The process for what was left, begun when there is something; one at a time.

    Args:
        waiting: Returns the names of what was left.
        main: What the process runs; a function of a module, called with ``arguments`` and a name.
        arguments: Further arguments.
    """

    def __init__(self, waiting: Callable[[], Sequence[str]], main: Callable[..., None], arguments: tuple[Any, ...]) -> None:
        self._waiting = waiting
        self._main = main
        self._arguments = arguments
        self._process: SpawnProcess | None = None
        self._name = ""
        self._next = 0.0
        self._again: dict[str, float] = {}
        self._stopping = False

    @property
    def waitables(self) -> list[Any]:
        """What becomes readable when the process ends."""
        return [] if self._process is None else [self._process.sentinel]

    def look(self, now: float) -> None:
        """Begin the process where something was left that was not tried lately."""
        if self._process is not None and not self._process.is_alive():
            if self._process.exitcode == TAKEN_BY_ANOTHER:
                self._again.pop(self._name, None)  # should that one die too, it is ours again at once
            self._process.close()
            self._process = None
            self._next = now
        if self._process is not None or self._stopping or now < self._next:
            return
        self._next = now + LOOK_SECONDS
        name = next((one for one in self._waiting() if now >= self._again.get(one, now)), None)
        if name is not None:
            self._again[name] = now + AGAIN_SECONDS
            self._begin(name)

    def _begin(self, name: str) -> None:
        self._name = name
        self._process = _CONTEXT.Process(target=self._main, args=(*self._arguments, name))
        self._process.start()

    def stop(self, now: float) -> None:  # noqa: ARG002 - as a crew is asked to stop
        """Begin nothing more, and ask the process to end once what it carries has."""
        self._stopping = True
        if self._process is not None and self._process.is_alive():
            self._process.terminate()

    @property
    def has_ended(self) -> bool:
        """Whether no process is left."""
        return self._process is None or not self._process.is_alive()

    def kill(self) -> None:
        """End the process where it did not when asked: what it carried is cut off, and taken up by another."""
        if self._process is not None and self._process.is_alive():
            self._process.kill()
            self._process.join()


def work_left(instance: Instance) -> tuple[str, ...]:
    """Return what a worker takes up: operations that were cut off, then rollouts that somebody had run and that go on.

    Returns:
        ``operation ID`` or ``rollout ID`` each.
    """
    from smartcity_share.install.rollouts.store import RolloutStore

    rollouts = RolloutStore(instance.storage.jobs).going()
    return (*(f"operation {one}" for one in left_operations(instance)), *(f"rollout {one}" for one in rollouts))


def left_operations(instance: Instance) -> tuple[str, ...]:
    """Return the operations that were cut off, by id; none that needs a person."""
    from smartcity_share.install.records import OperationState
    from smartcity_share.install.unfinished import unfinished

    return tuple(one.id for one in unfinished(instance) if one.state is OperationState.RUNNING)


def take_up(folder: Path, name: str) -> None:
    """Carry one piece of work, and say how it came out.

    Args:
        folder: The folder of the instance.
        name: One of :func:`work_left`.

    Raises:
        SystemExit: Another worker has it.
    """
    from smartcity_share.errors import OperationBusyError, SmartCityError
    from smartcity_share.host.crew import end_with_parent, finishing_first
    from smartcity_share.install.instance import Instance

    is_asked_to_end = finishing_first()
    end_with_parent()
    kind, _, found = name.partition(" ")
    with closing(Instance.open(folder, check_config=kind == "rollout")) as instance:
        try:
            said = _resumed(instance, found) if kind == "operation" else _rolled_out(instance, found, is_asked_to_end)
        except OperationBusyError:
            sys.exit(TAKEN_BY_ANOTHER)
        except SmartCityError as error:
            said = f"Not taken up: {name}. {error} {error.hint or ''}".rstrip()
    with suppress(OSError):  # whoever read it is gone
        sys.stdout.write(f"{said}\n")
        sys.stdout.flush()


def _resumed(instance: Instance, operation: str) -> str:
    """Finish or undo an operation, as ``smartcity resume`` does."""
    from smartcity_share.install.actors import local_actor
    from smartcity_share.install.resuming import resume_operation

    ended = resume_operation(instance, operation, actor=local_actor("smartcity worker")).operation
    what = f"{ended.kind} of {ended.app} in {ended.region} ({ended.id})"
    return f"Taken up, which was cut off: {what}; {ended.state}. {ended.fault}".rstrip()


def _rolled_out(instance: Instance, rollout: str, is_asked_to_end: Callable[[], bool]) -> str:
    """Take part in a rollout, as ``smartcity rollout run`` does."""
    from smartcity_share.install.actors import local_actor
    from smartcity_share.install.rollouts.records import RegionOutcome, RegionState
    from smartcity_share.install.rollouts.running import run_rollout

    taken: list[str] = []

    def note(outcome: RegionOutcome) -> None:
        if outcome.state is not RegionState.WAITING:
            taken.append(outcome.region)

    sitting = run_rollout(instance, rollout, local_actor("smartcity worker"), note, is_enough=is_asked_to_end)
    return f"Rollout {rollout}: {len(taken)} regions taken here; {sitting.rollout.state}. {sitting.rollout.fault}".rstrip()
