"""Taking up an operation that was cut off, or whose undoing failed."""

from __future__ import annotations

from smartcity_share.errors import OperationBusyError, OperationError
from smartcity_share.hooks.installation import Actor
from smartcity_share.install.apply import Journal, undo_steps
from smartcity_share.install.instance import Instance
from smartcity_share.install.owner import is_alive, this_process
from smartcity_share.install.records import OperationRecord, OperationState, StepState
from smartcity_share.install.steps.all import step_from_journal
from smartcity_share.install.steps.base import Step, StepContext


def undo_operation(instance: Instance, operation_id: str, actor: Actor) -> OperationRecord:
    """Undo an operation that was cut off or whose undoing failed, from its journal.

    Args:
        instance: The instance.
        operation_id: Id of the operation.
        actor: Who asked for it.

    Returns:
        The operation, undone.

    Raises:
        OperationError: There is no such operation, it has ended, its journal is of a newer version, or a step cannot be undone.
        OperationBusyError: Its process still runs.
    """
    operation = next((one for one in instance.ledger.operations() if one.id == operation_id), None)
    if operation is None:
        raise OperationError(f"There is no operation {operation_id[:60]}", hint="See `smartcity doctor`.")
    if operation.state in (OperationState.DONE, OperationState.UNDONE):
        raise OperationError(f"Operation {operation.id} has ended: {operation.state}", hint="There is nothing to undo.")
    if operation.state is OperationState.RUNNING and operation.owner != this_process() and is_alive(operation.owner):
        raise OperationBusyError(
            f"Operation {operation.id} is still running (process {operation.owner.partition('@')[0]})",
            hint="Wait until it has ended.",
        )
    records = instance.ledger.steps(operation.id)
    begun = _begun(operation, [record.name for record in records if record.state is not StepState.UNDONE])
    context = StepContext(instance, operation.id, operation.region, operation.app, actor, operation.basis)
    undo_steps(operation, begun, Journal(instance, operation.id), context, operation.fault or "it was cut off")
    return next(one for one in instance.ledger.operations() if one.id == operation_id)


def _begun(operation: OperationRecord, names: list[str]) -> list[Step]:
    planned = operation.plan["steps"]
    try:
        return [step_from_journal(entry["name"], entry["inputs"]) for entry in planned[: len(names)]]
    except (KeyError, TypeError):
        raise OperationError(
            f"The journal of operation {operation.id} is of another version of smartcity",
            hint="Undo it with the version that began it.",
        ) from None
