"""Applying a plan: every step is on the disk of the journal before it does what it says; a failure undoes what was done."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

import attrs

from smartcity_share.errors import OperationError, SmartCityError
from smartcity_share.hooks.installation import Actor
from smartcity_share.install.instance import Instance
from smartcity_share.install.owner import this_process
from smartcity_share.install.plan import Plan
from smartcity_share.install.records import InstallationState, OperationRecord, OperationState, StepRecord, StepState
from smartcity_share.install.scrub import scrubbed
from smartcity_share.install.steps.base import Probe, Step, StepContext

Watch = Callable[[int, int, Step], None]
"""Told of each step before it begins: its 1-based place, how many there are, the step."""

_ENDED: Final = (OperationState.DONE, OperationState.UNDONE)


@attrs.frozen
class Outcome:
    """What became of a plan.

    Attributes:
        plan: The plan.
        operation: The operation that applied it; None where there was nothing to do.
        notices: What its steps had to tell.
    """

    plan: Plan
    operation: OperationRecord | None = None
    notices: tuple[str, ...] = ()


def apply(plan: Plan, instance: Instance, actor: Actor, *, basis: str = "", watch: Watch | None = None) -> Outcome:
    """Apply a plan.

    Args:
        plan: The plan.
        instance: The instance.
        actor: Who asked for it.
        basis: The order or decree it rests on.
        watch: Told of each step before it begins.

    Raises:
        RefusedError: The plan cannot work; nothing was changed.
        SettingsError: The answers are at fault; nothing was changed.
        OperationBusyError: Another operation works on the same installation.
        OperationError: A step failed. What was done was undone, or the message says what was not and what to do next.
    """
    plan.require_possible()
    if not plan.steps:
        return Outcome(plan)
    sweep(instance)
    operation = OperationRecord(
        id=_new_id(instance.now()),
        kind=plan.kind,
        region=plan.region,
        app=plan.app,
        actor=actor.name,
        basis=basis,
        state=OperationState.RUNNING,
        started_at=instance.now(),
        finished_at=None,
        owner=this_process(),
        plan=plan.journal(),
    )
    context = StepContext(instance, operation.id, plan.region, plan.app, actor, basis, plan.secrets)
    instance.ledger.begin_operation(operation)
    journal = Journal(instance, operation.id)
    begun: list[Step] = []
    try:
        for place, step in enumerate(plan.steps):
            if watch is not None:
                watch(place + 1, len(plan.steps), step)
            begun.append(step)
            journal.write(place, step, StepState.DOING)
            if step.probe(context) is not Probe.DONE:
                step.do(context)
            journal.write(place, step, StepState.DONE)
    except BaseException as cause:
        _undo_after(cause, operation, begun, journal, context)
        raise
    ended = attrs.evolve(operation, state=OperationState.DONE, finished_at=instance.now())
    instance.ledger.end_operation(ended)
    sweep(instance)
    return Outcome(plan, ended, tuple(scrubbed(notice, plan.secrets.values()) for notice in context.notices))


class Journal:
    """The journal of one operation.

    Args:
        instance: The instance.
        operation: Id of the operation.
    """

    def __init__(self, instance: Instance, operation: str) -> None:
        self._instance = instance
        self._operation = operation
        self._attempts: dict[int, int] = {step.position: step.attempt for step in instance.ledger.steps(operation)}

    def write(self, place: int, step: Step, state: StepState, fault: str = "") -> None:
        """Write the state of a step; it is on the disk when this returns."""
        if state is StepState.DOING:
            self._attempts[place] = self._attempts.get(place, 0) + 1
        self._instance.ledger.record_step(
            StepRecord(
                operation=self._operation,
                position=place,
                name=step.name,
                state=state,
                attempt=self._attempts.get(place, 1),
                inputs=step.digest(),
                changed_at=self._instance.now(),
                fault=fault,
            )
        )


def undo_steps(operation: OperationRecord, begun: Sequence[Step], journal: Journal, context: StepContext, fault: str) -> None:
    """Undo steps, the last first, and record the end of the operation.

    Args:
        operation: The operation.
        begun: The steps that were begun, in their order.
        journal: Its journal.
        context: What the steps are handed.
        fault: Why it is undone.

    Raises:
        OperationError: A step cannot be undone; that is recorded with what to do next.
    """
    instance = context.instance
    for place in range(len(begun) - 1, -1, -1):
        step = begun[place]
        journal.write(place, step, StepState.UNDOING)
        try:
            step.undo(context)
        except Exception as cause:
            text = _text(cause, context)
            journal.write(place, step, StepState.FAILED, text)
            raise _left_half(operation, begun[: place + 1], text, fault, context) from cause
        journal.write(place, step, StepState.UNDONE)
    ended = attrs.evolve(operation, state=OperationState.UNDONE, finished_at=instance.now(), fault=fault, next_command="")
    instance.ledger.end_operation(ended)
    sweep(instance)


def sweep(instance: Instance) -> None:
    """Remove what operations that have ended had set aside."""
    scratch = instance.layout.scratch
    found = {entry.name for entry in scratch.iterdir()} if scratch.is_dir() else set()
    aside = instance.storage.asides()
    if not found and not aside:
        return
    ended = {operation.id for operation in instance.ledger.operations(*_ENDED)}
    for name in sorted(found & ended):
        shutil.rmtree(scratch / name)
    for name in sorted(aside & ended):
        instance.storage.drop_asides(name)


def _undo_after(
    cause: BaseException, operation: OperationRecord, begun: list[Step], journal: Journal, context: StepContext
) -> None:
    fault = _text(cause, context)
    journal.write(len(begun) - 1, begun[-1], StepState.FAILED, fault)
    undo_steps(operation, begun, journal, context, fault)
    if isinstance(cause, Exception):
        hint = cause.hint if isinstance(cause, SmartCityError) else None
        raise OperationError(
            f"{operation.kind.capitalize()} of `{operation.app}` in {operation.region} failed at {begun[-1].name}: {fault}. "
            "Everything is as it was before",
            hint=scrubbed(hint, context.secrets.values()) if hint else "Mend the cause, then run the same command again.",
        ) from cause


def _left_half(operation: OperationRecord, left: Sequence[Step], text: str, fault: str, context: StepContext) -> OperationError:
    """Record that a person is needed: what is still done, what went wrong, and the next command."""
    instance = context.instance
    command = f"smartcity doctor --undo {operation.id}"
    still = ", ".join(one.name for one in left)
    told = f"{fault}. Undoing {left[-1].name} failed: {text}. Still done, at least in part: {still}"
    instance.ledger.end_operation(
        attrs.evolve(
            operation,
            state=OperationState.NEEDS_PERSON,
            finished_at=instance.now(),
            fault=told,
            next_command=command,
        )
    )
    record = instance.ledger.installation(operation.region, operation.app)
    if record is not None and record.state is not InstallationState.ACTIVE:
        instance.ledger.put_installation(
            attrs.evolve(record, state=InstallationState.NEEDS_PERSON, fault=told, updated_at=instance.now())
        )
    return OperationError(
        f"{operation.kind.capitalize()} of `{operation.app}` in {operation.region} failed: {told}",
        hint=f"Mend what it says, then run `{command}`.",
    )


def _text(cause: BaseException, context: StepContext) -> str:
    said = str(cause) if isinstance(cause, SmartCityError) else f"{type(cause).__name__}: {cause}"
    return scrubbed(said.strip().rstrip(".") or type(cause).__name__, context.secrets.values())


def _new_id(now: datetime) -> str:
    return f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
