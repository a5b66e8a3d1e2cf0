"""What happened: every operation with when, by whom, on what basis, how far it came, and what to run next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from smartcity_share.catalogue.release import Provenance
from smartcity_share.install.leases import is_left
from smartcity_share.install.records import LeaseRecord, OperationRecord, OperationState, StepRecord
from smartcity_share.install.unfinished import next_command

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance

CUT_OFF = "cut-off"
"""What an operation is called that is running by the ledger and that nobody carries out."""


@attrs.frozen
class Event:
    """One operation, as far as it is now.

    Attributes:
        operation: The operation.
        state: Its state in the ledger, or :data:`CUT_OFF`.
        next_command: What to run next; empty where nothing is left to do.
        steps: The steps that were begun.
        lease: Who carries it out, or did last; None where that is not known.
    """

    operation: OperationRecord
    state: str
    next_command: str
    steps: tuple[StepRecord, ...]
    lease: LeaseRecord | None

    @property
    def provenance(self) -> Provenance | None:
        """The catalogue the code came from; None where it came otherwise."""
        found = self.operation.plan.get("catalogue")
        return None if found is None else Provenance.from_json(found)

    @property
    def resumed_by(self) -> str:
        """Who took it up after it was left; empty where nobody did."""
        holder = self.operation.actor if self.lease is None else self.lease.holder
        return "" if holder == self.operation.actor else holder

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON; no secret is in it."""
        one = self.operation
        return {
            "id": one.id,
            "kind": one.kind,
            "region": one.region,
            "app": one.app,
            "version": one.plan.get("version"),
            "by": one.actor,
            "basis": one.basis,
            "state": self.state,
            "started_at": one.started_at.isoformat(),
            "finished_at": None if one.finished_at is None else one.finished_at.isoformat(),
            "fault": one.fault,
            "catalogue": one.plan.get("catalogue"),
            "next_command": self.next_command,
            "resumed_by": self.resumed_by,
            "steps": [
                {"name": step.name, "state": str(step.state), "at": step.changed_at.isoformat(), "fault": step.fault}
                for step in self.steps
            ],
        }


def read_history(
    instance: Instance, *, region: str | None = None, app: str | None = None, at_most: int | None = None
) -> tuple[Event, ...]:
    """Return what happened, the latest first.

    Args:
        instance: The instance.
        region: Only in this region; every one if None.
        app: Only to this app; every one if None.
        at_most: How many are told; all if None.
    """
    found = instance.ledger.operations(region=region, app=app)[::-1][:at_most]
    return tuple(_event(instance, operation) for operation in found)


def _event(instance: Instance, operation: OperationRecord) -> Event:
    state, command = str(operation.state), ""
    if operation.state in (OperationState.RUNNING, OperationState.NEEDS_PERSON) and is_left(instance, operation):
        command = next_command(operation)
        if operation.state is OperationState.RUNNING:
            state = CUT_OFF
    ledger = instance.ledger
    return Event(operation, state, command, ledger.steps(operation.id), ledger.lease(operation.id))
