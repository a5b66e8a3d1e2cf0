"""Applying a plan: it becomes an operation with a journal, carried out by this process."""

from __future__ import annotations

import secrets
from datetime import datetime

import attrs

from smartcity_share.hooks.installation import Actor
from smartcity_share.install.carrying import Watch, carry_out
from smartcity_share.install.instance import Instance
from smartcity_share.install.journal import on_disk, sweep
from smartcity_share.install.leases import at_work
from smartcity_share.install.owner import this_process
from smartcity_share.install.plan import Plan
from smartcity_share.install.records import OperationRecord, OperationState
from smartcity_share.install.scrub import scrubbed
from smartcity_share.install.steps.base import StepContext

__all__ = ["Outcome", "Watch", "apply"]


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
        PlanStaleError: Another operation has changed the installation since it was planned.
        OperationError: A step failed. What was done was undone, or the message says what was not and what to do next.
        JournalError: The journal cannot be written: the operation stays as far as it came, for ``resume``.
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
        plan={**plan.journal(), "account": actor.account},
    )
    context = StepContext(instance, operation.id, plan.region, plan.app, actor, basis, plan.secrets)
    with at_work(instance, operation.id):
        on_disk(operation.id, lambda: instance.ledger.begin_operation(operation, plan.after))
        ended = carry_out(operation, plan.steps, context, watch=watch)
    return Outcome(plan, ended, tuple(scrubbed(notice, plan.secrets.values()) for notice in context.notices))


def _new_id(now: datetime) -> str:
    return f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
