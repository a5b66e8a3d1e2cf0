"""Operations that were cut off or wait for a person, and installations left half-way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from smartcity_share.install.findings import Finding, Severity
from smartcity_share.install.records import OperationState
from smartcity_share.install.unfinished import next_command, unfinished

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance


def check_operations(instance: Instance, region: str | None) -> Iterator[Finding]:
    """Name the operations that have not ended and that nobody works on.

    Args:
        instance: The instance.
        region: Only this region; every one if None.
    """
    for operation in unfinished(instance):
        if region is not None and operation.region != region:
            continue
        done = [step.name for step in instance.ledger.steps(operation.id)]
        what = f"{operation.kind} of `{operation.app}` by {operation.actor}, begun {operation.started_at:%Y-%m-%d %H:%M} UTC"
        if operation.state is OperationState.NEEDS_PERSON:
            code, message = "operation-needs-person", f"{what}: {operation.fault}"
        else:
            code, message = "operation-cut-off", f"{what}, was cut off; steps begun: {', '.join(done) or 'none'}"
        yield Finding(
            code,
            Severity.ERROR,
            f"operation {operation.id}",
            message,
            f"Run `{next_command(operation)}`.",
            operation.region,
            operation.app,
        )
