"""Taking up what a crash left: finished where every further step can be done from the journal alone, else undone.

What is not in the journal are new secrets: they are known to the process alone that asked for them. So an operation that was
cut off before they were all written is undone, and one cut off after that is finished.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import takewhile

import attrs

from smartcity_share.errors import OperationError, SmartCityError
from smartcity_share.hooks.installation import Actor
from smartcity_share.install.carrying import Watch, carry_out
from smartcity_share.install.instance import Instance
from smartcity_share.install.journal import Journal, sweep
from smartcity_share.install.leases import at_work, take_over
from smartcity_share.install.records import OperationRecord, OperationState, StepRecord, StepState
from smartcity_share.install.steps.all import step_from_journal
from smartcity_share.install.steps.base import Step, StepContext
from smartcity_share.install.undoing import undo_steps
from smartcity_share.install.unfinished import unfinished

Pause = Callable[[float], object]


@attrs.frozen
class Resumed:
    """What became of an operation that was taken up.

    Attributes:
        operation: The operation, as far as it is now.
        error: Why it is neither done nor undone; None where it is.
        notices: What its steps had to tell.
    """

    operation: OperationRecord
    error: SmartCityError | None = None
    notices: tuple[str, ...] = ()


def resume_all(
    instance: Instance, *, actor: Actor, undo: bool = False, region: str | None = None, watch: Watch | None = None
) -> tuple[Resumed, ...]:
    """Take up every operation that was left, and remove what ended ones had set aside; one that fails keeps no other from it.

    Args:
        instance: The instance.
        actor: Who asks for it.
        undo: Undo them, also where they could be finished.
        region: Only those of this region; all if None.
        watch: Told of each step before it begins.
    """
    sweep(instance)
    found = []
    for operation in unfinished(instance):
        if region is not None and operation.region != region:
            continue
        try:
            found.append(resume_operation(instance, operation.id, actor=actor, undo=undo, watch=watch))
        except SmartCityError as error:
            found.append(Resumed(instance.ledger.operation(operation.id) or operation, error))
    return tuple(found)


def resume_operation(
    instance: Instance,
    operation_id: str,
    *,
    actor: Actor,
    undo: bool = False,
    watch: Watch | None = None,
    pause: Pause = time.sleep,
) -> Resumed:
    """Take up an operation that was cut off or waits for a person, and finish or undo it from its journal.

    Args:
        instance: The instance.
        operation_id: Id of the operation.
        actor: Who asks for it.
        undo: Undo it, also where it could be finished.
        watch: Told of each step before it begins.
        pause: Waits for a number of seconds: an owner on another machine is watched before it is taken for dead.

    Returns:
        The operation, done or undone.

    Raises:
        OperationError: There is no such operation, it has ended, its journal is of a newer version, it cannot be undone any
            more, or a step failed; the message says what is so now.
        OperationBusyError: Its owner lives, or another one took it up first.
        JournalError: The journal cannot be written: the operation stays as far as it came.
    """
    found = _left(instance, operation_id)
    steps = _planned(found)
    with at_work(instance, found.id):
        if undo:
            _require_way_back(found, _begun(steps, instance.ledger.steps(found.id)))
        operation = take_over(instance, found, actor.name, pause)
        records = instance.ledger.steps(found.id)
        begun = _begun(steps, records)
        done = sum(record.state is StepState.DONE for record in records)
        context = StepContext(instance, found.id, found.region, found.app, _asker(found), found.basis)
        why = "it was to be undone" if undo else _why_not_forward(found, records, steps[done:], begun, context)
        if why is None:
            ended = carry_out(operation, steps, context, done=done, watch=watch)
        else:
            fault = found.fault or f"It was cut off, and {why}"
            back = attrs.evolve(context, actor=actor)
            ended = undo_steps(operation, begun, Journal(instance, operation), back, fault)
    return Resumed(ended, notices=tuple(context.notices))


def _left(instance: Instance, operation_id: str) -> OperationRecord:
    found = instance.ledger.operation(operation_id)
    if found is None:
        raise OperationError(f"There is no operation {operation_id[:60]}", hint="See `smartcity history`.")
    if found.state in (OperationState.DONE, OperationState.UNDONE):
        raise OperationError(f"Operation {found.id} has ended: {found.state}", hint="There is nothing to resume.")
    return found


def _planned(operation: OperationRecord) -> list[Step]:
    try:
        return [step_from_journal(entry["name"], entry["inputs"]) for entry in operation.plan["steps"]]
    except (KeyError, TypeError):
        raise OperationError(
            f"The journal of operation {operation.id} is of another version of smartcity",
            hint="Resume it with the version that began it.",
        ) from None


def _begun(steps: Sequence[Step], records: Sequence[StepRecord]) -> Sequence[Step]:
    """Return the steps that were begun. The first ones are with the operation itself: planning puts code to its place."""
    begun = sum(record.state is not StepState.UNDONE for record in records)
    ahead = sum(1 for _ in takewhile(lambda step: step.ahead, steps))
    return steps[: max(begun, ahead)]


def _why_not_forward(
    operation: OperationRecord,
    records: Sequence[StepRecord],
    rest: Sequence[Step],
    begun: Sequence[Step],
    context: StepContext,
) -> str | None:
    """Return why an operation cannot be finished, None where it can or must be."""
    if any(not step.can_undo for step in begun):
        return None
    back = (StepState.UNDOING, StepState.UNDONE, StepState.FAILED)
    if operation.state is OperationState.NEEDS_PERSON or any(record.state in back for record in records):
        return "it was being undone"
    return next((why for step in rest if (why := step.obstacle(context)) is not None), None)


def _require_way_back(operation: OperationRecord, begun: Sequence[Step]) -> None:
    if any(not step.can_undo for step in begun):
        raise OperationError(
            f"Operation {operation.id} cannot be undone any more: it has begun to erase",
            hint=f"Finish it: `smartcity resume {operation.id}`.",
        )


def _asker(operation: OperationRecord) -> Actor:
    """Return who asked for an operation: what it does is theirs, whoever takes it up."""
    account = operation.plan.get("account")
    return Actor(account=account if isinstance(account, str) else None, name=operation.actor)
