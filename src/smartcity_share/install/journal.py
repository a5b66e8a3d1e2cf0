"""The journal of one operation: what is written is on the disk before anything follows from it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from smartcity_share.errors import JournalError, SmartCityError
from smartcity_share.install.instance import Instance
from smartcity_share.install.records import OperationRecord, OperationState, StepRecord, StepState
from smartcity_share.install.steps.base import Step
from smartcity_share.install.steps.states import discard

_ENDED: Final = (OperationState.DONE, OperationState.UNDONE)
_WAITING: Final = (StepState.DONE, StepState.UNDONE)


class Journal:
    """The journal of one operation, written by its owner alone.

    Args:
        instance: The instance.
        operation: The operation.
    """

    def __init__(self, instance: Instance, operation: OperationRecord) -> None:
        self._instance = instance
        self._operation = operation
        self._held: list[StepRecord] = []
        self._attempts: dict[int, int] = {step.position: step.attempt for step in instance.ledger.steps(operation.id)}

    def write(self, place: int, step: Step, state: StepState, fault: str = "") -> None:
        """Write the state of a step; what a step is about to do is on the disk when this returns.

        That a step is done, or undone, is written with what comes next: after a crash in between it is asked again whether it
        is, as it is after one before that could have been written; and every step waits for the disk once, not twice.

        Raises:
            OperationTakenError: Another process has taken the operation over.
            JournalError: It cannot be written.
        """
        if state is StepState.DOING:
            self._attempts[place] = self._attempts.get(place, 0) + 1
        record = StepRecord(
            operation=self._operation.id,
            position=place,
            name=step.name,
            state=state,
            attempt=self._attempts.get(place, 1),
            inputs=step.digest(),
            changed_at=self._instance.now(),
            fault=fault,
        )
        self._held.append(record)
        if step.noted_at_once or state not in _WAITING:
            on_disk(self._operation.id, lambda: self._instance.ledger.record_steps(self._held, self._operation.owner))
            self._held = []

    def end(self, record: OperationRecord) -> None:
        """Write how the operation ended, then remove what it had set aside.

        Raises:
            OperationTakenError: Another process has taken the operation over.
            JournalError: It cannot be written.
        """
        on_disk(record.id, lambda: self._instance.ledger.end_operation(record, self._held))
        self._held = []
        if record.state in _ENDED:
            sweep(self._instance)


def on_disk(operation: str, write: Callable[[], None]) -> None:
    """Write to the journal of an operation.

    Raises:
        JournalError: It cannot be written.
        SmartCityError: Whatever the ledger itself has to say.
    """
    try:
        write()
    except SmartCityError:
        raise
    except Exception as cause:
        said = " ".join(str(cause).split("\n[SQL", maxsplit=1)[0].split())
        raise JournalError(
            f"The journal of operation {operation} cannot be written ({said}); it stays as far as it came",
            hint=f"See that the disk has room and the database can be reached, then run `smartcity resume {operation}`.",
        ) from cause


def sweep(instance: Instance) -> None:
    """Remove what operations that have ended had set aside; what cannot be removed now is left to the next sweep."""
    with suppress(Exception):
        scratch = instance.layout.scratch
        found = {entry.name for entry in scratch.iterdir()} if scratch.is_dir() else set()
        aside = instance.storage.asides()
        if not found and not aside:
            return
        ended = {operation.id: operation.state for operation in instance.ledger.operations(*_ENDED)}
        for name in sorted(found & ended.keys()):
            with suppress(Exception):  # one that cannot be removed keeps no other
                if ended[name] is OperationState.DONE:
                    discard(instance, name)
                shutil.rmtree(scratch / name)
        for name in sorted(aside & ended.keys()):
            with suppress(Exception):
                instance.storage.drop_asides(name)
