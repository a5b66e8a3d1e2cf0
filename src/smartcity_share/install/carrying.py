"""The way forward: every step is on the disk of the journal before it does what it says; a failure undoes what was done."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import attrs

from smartcity_share.errors import JournalError, OperationError, OperationTakenError, SmartCityError
from smartcity_share.install.journal import Journal
from smartcity_share.install.records import OperationRecord, OperationState, StepState
from smartcity_share.install.scrub import scrubbed
from smartcity_share.install.steps.base import Probe, Step, StepContext
from smartcity_share.install.undoing import left_for_a_person, told, undo_steps

Watch = Callable[[int, int, Step], None]
"""Told of each step before it begins: its 1-based place, how many there are, the step."""


def carry_out(
    operation: OperationRecord,
    steps: Sequence[Step],
    context: StepContext,
    *,
    done: int = 0,
    watch: Watch | None = None,
) -> OperationRecord:
    """Take the steps of an operation that this process owns, and record how it ended.

    Args:
        operation: The operation.
        steps: All its steps.
        context: What they are handed.
        done: How many of them are done already.
        watch: Told of each step before it begins.

    Returns:
        The operation, done.

    Raises:
        OperationError: A step failed. What was done was undone, or the message says what was not and what to do next.
        JournalError: The journal cannot be written: the operation stays as far as it came.
        OperationTakenError: Another process has taken the operation over.
    """
    journal = Journal(context.instance, operation)
    begun = list(steps[:done])
    try:
        for place in range(done, len(steps)):
            step = steps[place]
            if watch is not None:
                watch(place + 1, len(steps), step)
            begun.append(step)
            journal.write(place, step, StepState.DOING)
            if step.probe(context) is not Probe.DONE:
                step.do(context)
            journal.write(place, step, StepState.DONE)
    except OperationTakenError:
        raise
    except BaseException as cause:
        _undo_after(cause, operation, begun, journal, context)
        raise
    ended = attrs.evolve(operation, state=OperationState.DONE, finished_at=context.instance.now(), fault="", next_command="")
    journal.end(ended)
    return ended


def _undo_after(
    cause: BaseException, operation: OperationRecord, begun: list[Step], journal: Journal, context: StepContext
) -> None:
    fault, failed = told(cause, context), begun[-1] if begun else None
    if failed is not None and not isinstance(cause, JournalError):
        journal.write(len(begun) - 1, failed, StepState.FAILED, fault)
    if any(not step.can_undo for step in begun):
        done = ", ".join(step.name for step in begun[:-1])
        raise left_for_a_person(operation, f"{fault}. There is no way back; done: {done}", journal, context) from cause
    undo_steps(operation, begun, journal, context, fault)
    if isinstance(cause, Exception):
        hint = cause.hint if isinstance(cause, SmartCityError) and not isinstance(cause, JournalError) else None
        at = "" if failed is None else f" at {failed.name}"
        raise OperationError(
            f"{operation.kind.capitalize()} of `{operation.app}` in {operation.region} failed{at}: {fault}. "
            "Everything is as it was before",
            hint=scrubbed(hint, context.secrets.values()) if hint else "Mend the cause, then run the same command again.",
        ) from cause
