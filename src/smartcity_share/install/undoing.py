"""The way back: the steps that were begun are undone, the last first; what cannot be undone is left with the next command."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from smartcity_share.errors import JournalError, OperationError, OperationTakenError, SmartCityError
from smartcity_share.install.journal import Journal
from smartcity_share.install.records import InstallationState, OperationRecord, OperationState, StepState
from smartcity_share.install.scrub import scrubbed
from smartcity_share.install.steps.base import Step, StepContext


def undo_steps(
    operation: OperationRecord, begun: Sequence[Step], journal: Journal, context: StepContext, fault: str
) -> OperationRecord:
    """Undo steps, the last first, and record the end of the operation.

    Args:
        operation: The operation.
        begun: The steps that were begun, in their order.
        journal: Its journal.
        context: What the steps are handed.
        fault: Why it is undone.

    Returns:
        The operation, undone.

    Raises:
        OperationError: A step cannot be undone; that is recorded with what to do next.
    """
    for place in range(len(begun) - 1, -1, -1):
        step = begun[place]
        journal.write(place, step, StepState.UNDOING)
        try:
            step.undo(context)
        except (JournalError, OperationTakenError):
            raise
        except Exception as cause:
            text = told(cause, context)
            journal.write(place, step, StepState.FAILED, text)
            still = ", ".join(one.name for one in begun[: place + 1])
            whole = f"{fault}. Undoing {step.name} failed: {text}. Still done, at least in part: {still}"
            raise left_for_a_person(operation, whole, journal, context) from cause
        journal.write(place, step, StepState.UNDONE)
    now = context.instance.now()
    ended = attrs.evolve(operation, state=OperationState.UNDONE, finished_at=now, fault=fault, next_command="")
    journal.end(ended)
    return ended


def left_for_a_person(operation: OperationRecord, said: str, journal: Journal, context: StepContext) -> OperationError:
    """Record that a person is needed; return the error that says so.

    Args:
        operation: The operation.
        said: What went wrong, what is done and what is not.
        journal: Its journal.
        context: What the steps are handed.
    """
    instance = context.instance
    command = f"smartcity resume {operation.id}"
    journal.end(
        attrs.evolve(
            operation,
            state=OperationState.NEEDS_PERSON,
            finished_at=instance.now(),
            fault=said,
            next_command=command,
        )
    )
    record = instance.ledger.installation(operation.region, operation.app)
    if record is not None and record.state is not InstallationState.ACTIVE:
        instance.ledger.put_installation(
            attrs.evolve(record, state=InstallationState.NEEDS_PERSON, fault=said, updated_at=instance.now())
        )
    return OperationError(
        f"{operation.kind.capitalize()} of `{operation.app}` in {operation.region} failed: {said}",
        hint=f"Mend what it says, then run `{command}`.",
    )


def told(cause: BaseException, context: StepContext) -> str:
    """Return what went wrong in one line, without any secret of the operation."""
    said = str(cause) if isinstance(cause, SmartCityError) else f"{type(cause).__name__}: {cause}"
    return scrubbed(said.strip().rstrip(".") or type(cause).__name__, context.secrets.values())
