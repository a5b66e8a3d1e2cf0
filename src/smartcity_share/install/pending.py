"""What operations that have begun and not ended will still need, of what was put to its place before they began."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smartcity_share.install.records import OperationState

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance

_LEFT = (OperationState.RUNNING, OperationState.NEEDS_PERSON)


def is_pending(instance: Instance, step: str, *, but: str = "", **inputs: str) -> bool:
    """Whether an operation that has not ended has a step with these inputs.

    Code and environments are there before the operation that uses them begins. Where it is cut off, for instance by a disk
    that is full, they stay: ``smartcity resume`` goes on with them, or takes them away itself.

    Args:
        instance: The instance.
        step: Name of the step.
        but: Id of an operation that does not count: the one that asks.
        inputs: Inputs it must have.

    Returns:
        Also True where the ledger cannot be read: what may be needed is left alone.
    """
    try:
        left = instance.ledger.operations(*_LEFT)
    except Exception:  # noqa: BLE001 - whatever keeps the ledger from being read
        return True
    return any(
        entry.get("name") == step and inputs.items() <= entry.get("inputs", {}).items()
        for operation in left
        if operation.id != but
        for entry in operation.plan.get("steps", ())
    )
