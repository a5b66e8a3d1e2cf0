"""Operations that were cut off or wait for a person; light, because ``status`` shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smartcity_share.install.leases import is_left
from smartcity_share.install.records import OperationRecord, OperationState

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance


def unfinished(instance: Instance) -> tuple[OperationRecord, ...]:
    """Return the operations that have not ended and that nobody works on: cut off, or left for a person."""
    open_ones = instance.ledger.operations(OperationState.RUNNING, OperationState.NEEDS_PERSON)
    return tuple(one for one in open_ones if is_left(instance, one))


def next_command(operation: OperationRecord) -> str:
    """Return what to run next for an operation that has not ended."""
    return operation.next_command or f"smartcity resume {operation.id}"
