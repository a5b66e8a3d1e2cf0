"""Carrying a rollout on: the regions of the waves that may run, one after the other, until somebody has to decide."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

import attrs

from smartcity_share.errors import InstallationNotFoundError, RolloutError, SmartCityError
from smartcity_share.hooks.installation import Actor
from smartcity_share.install.answers import answers_from_options
from smartcity_share.install.maintenance import closed
from smartcity_share.install.owner import Life, life_of, shown, this_process
from smartcity_share.install.records import InstallationState
from smartcity_share.install.resuming import resume_operation
from smartcity_share.install.rollouts.gate import current_wave, reason_to_stop
from smartcity_share.install.rollouts.records import Approval, Quarantined, RegionOutcome, RegionState, Rollout, RolloutState
from smartcity_share.install.rollouts.store import RolloutStore
from smartcity_share.install.source import AppSource, opened_source
from smartcity_share.install.unfinished import unfinished
from smartcity_share.install.upgrading import upgrade_app

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance

Watch = Callable[[RegionOutcome], None]
"""Told of each region when it begins (waiting), and when it ends."""


@attrs.frozen
class Sitting:
    """What one run of a rollout came to.

    Attributes:
        rollout: The rollout as it is now.
        outcomes: Its regions.
        held: Region -> why it could not be changed now: its window, a freeze.
    """

    rollout: Rollout
    outcomes: tuple[RegionOutcome, ...]
    held: dict[str, str]

    @property
    def next_command(self) -> str:
        """What to run next; empty where nothing is left to do."""
        if self.rollout.state is RolloutState.AWAITS_APPROVAL:
            return f"smartcity rollout approve {self.rollout.id}"
        return f"smartcity rollout run {self.rollout.id}" if self.rollout.state is RolloutState.RUNNING else ""


def run_rollout(instance: Instance, rollout_id: str, actor: Actor, watch: Watch = lambda _: None) -> Sitting:
    """Upgrade the waiting regions of the waves that may run. What a killed run left is taken up first.

    A region whose upgrade fails keeps its old version and data, goes into quarantine, and never keeps another from its turn;
    the stop rule is asked after each failure.

    Args:
        instance: The instance.
        rollout_id: Id of the rollout.
        actor: Who runs it.
        watch: Told of each region.

    Raises:
        RolloutError: There is none, it has ended, or another process carries it.
    """
    store = RolloutStore(instance.storage.jobs)
    with _carried(store, rollout_id):
        rollout = store.get(rollout_id)
        _require_open(rollout)
        held: dict[str, str] = {}
        opened = Opened(instance, rollout)
        while True:
            outcomes = store.outcomes(rollout_id)
            rollout = _judged(instance, rollout, outcomes)
            store.put(rollout)
            waiting = [one for one in outcomes if one.state is RegionState.WAITING and one.region not in held]
            wave = current_wave(outcomes)
            here = [one for one in waiting if one.wave == wave]
            if rollout.state is not RolloutState.RUNNING or not here:
                return Sitting(rollout, outcomes, held)
            for outcome in here:
                why = _closed(instance, outcome.region)
                if why:
                    held[outcome.region] = why
                    continue
                watch(outcome)
                ended = _upgraded(instance, rollout, opened, outcome, actor)
                store.put_outcome(rollout_id, ended, _quarantined(rollout, ended))
                watch(ended)
                if ended.state is RegionState.FAILED:
                    break  # the rule is asked before the next


def approve_wave(instance: Instance, rollout_id: str, actor: Actor, basis: str = "") -> Rollout:
    """Let the next wave of a rollout begin.

    Args:
        instance: The instance.
        rollout_id: Id of the rollout.
        actor: Who approves.
        basis: The order or decree it rests on.

    Raises:
        RolloutError: There is none, or no wave waits for an approval.
    """
    store = RolloutStore(instance.storage.jobs)
    rollout = store.get(rollout_id)
    if rollout.state is not RolloutState.AWAITS_APPROVAL:
        raise RolloutError(
            f"No wave of rollout {rollout.id} waits for an approval: it is {rollout.state}",
            hint=f"See `smartcity rollout show {rollout.id}`.",
        )
    given = Approval(rollout.approved_waves, actor.name, instance.now(), basis)
    rollout = attrs.evolve(rollout, approvals=(*rollout.approvals, given), state=RolloutState.RUNNING)
    store.put(rollout)
    return rollout


def stop_rollout(instance: Instance, rollout_id: str, actor: Actor, why: str = "") -> Rollout:
    """End a rollout where it is; what was upgraded stays, what waits keeps its version.

    Raises:
        RolloutError: There is none, or it has ended.
    """
    store = RolloutStore(instance.storage.jobs)
    rollout = store.get(rollout_id)
    _require_open(rollout)
    fault = f"stopped by {actor.name}" + (f": {why}" if why else "")
    rollout = attrs.evolve(rollout, state=RolloutState.STOPPED, ended_at=instance.now(), fault=fault)
    store.put(rollout)
    return rollout


def _require_open(rollout: Rollout) -> None:
    if rollout.state in (RolloutState.DONE, RolloutState.STOPPED):
        why = f": {rollout.fault}" if rollout.fault else ""
        raise RolloutError(
            f"Rollout {rollout.id} has ended ({rollout.state}{why})",
            hint="Begin another one: `smartcity rollout begin`; it takes the regions that still have another version.",
        )


def _judged(instance: Instance, rollout: Rollout, outcomes: tuple[RegionOutcome, ...]) -> Rollout:
    """Return the rollout as its regions leave it: stopped by the rule, waiting for somebody, done, or to be carried on."""
    tried = max((one.wave for one in outcomes if one.state in (RegionState.DONE, RegionState.FAILED)), default=0)
    reason = reason_to_stop(outcomes, tried, rollout.stop_rule)
    if reason:
        return attrs.evolve(rollout, state=RolloutState.STOPPED, ended_at=instance.now(), fault=reason)
    wave = current_wave(outcomes)
    if wave is None:
        return attrs.evolve(rollout, state=RolloutState.DONE, ended_at=instance.now())
    if wave >= rollout.approved_waves:
        return attrs.evolve(rollout, state=RolloutState.AWAITS_APPROVAL)
    # Stopped by a person while it ran: what is stored counts, not what was read before.
    stored = RolloutStore(instance.storage.jobs).get(rollout.id)
    return stored if stored.state is RolloutState.STOPPED else attrs.evolve(rollout, state=RolloutState.RUNNING)


def _closed(instance: Instance, region: str) -> str:
    try:
        zone = instance.profile(region).time_zone
    except SmartCityError:
        return ""  # the upgrade itself names what is wrong with the profile
    return closed(instance.config.maintenance, region, zone, instance.now())


class Opened:
    """The wheel of a rollout, read and verified for the first region and taken as it is for the others.

    Args:
        instance: The instance.
        rollout: The rollout.
    """

    def __init__(self, instance: Instance, rollout: Rollout) -> None:
        self._instance = instance
        self._rollout = rollout

    @cached_property
    def source(self) -> AppSource:
        """What is in it."""
        with opened_source(self._instance, self._rollout.app, self._instance.folder / self._rollout.wheel) as found:
            return found


def _upgraded(instance: Instance, rollout: Rollout, opened: Opened, outcome: RegionOutcome, actor: Actor) -> RegionOutcome:
    begun = time.monotonic()
    state, code, fault = RegionState.DONE, "", ""
    try:
        for operation in unfinished(instance):
            if (operation.region, operation.app) == (outcome.region, rollout.app):
                resume_operation(instance, operation.id, actor=actor)
        record = instance.ledger.installation(outcome.region, rollout.app)
        if record is None or record.state is not InstallationState.ACTIVE:
            state, fault = RegionState.LEFT_OUT, "it has been removed" if record is None else f"its state is {record.state}"
        else:
            upgrade_app(
                instance,
                outcome.region,
                rollout.app,
                opened.source,
                answers_from_options(rollout.answers),
                actor=actor,
                basis=rollout.basis or f"rollout {rollout.id}",
            )
    except InstallationNotFoundError as error:
        state, fault = RegionState.LEFT_OUT, str(error)
    except SmartCityError as error:
        state, code, fault = RegionState.FAILED, error.code, _told(error)
    return attrs.evolve(
        outcome, state=state, code=code, fault=fault, seconds=round(time.monotonic() - begun, 3), at=instance.now()
    )


def _told(error: SmartCityError) -> str:
    faults = "; ".join(f"{fault.message} ({fault.code})" for fault in getattr(error, "faults", ()))
    return " ".join(part for part in (str(error), faults, error.hint or "") if part)


def _quarantined(rollout: Rollout, outcome: RegionOutcome) -> Quarantined | None:
    if outcome.state is not RegionState.FAILED or outcome.at is None:
        return None
    return Quarantined(outcome.region, rollout.app, rollout.id, outcome.at, outcome.fault)


@contextmanager
def _carried(store: RolloutStore, rollout_id: str) -> Iterator[None]:
    """Be the one process that carries a rollout, for as long as the block lasts."""
    store.get(rollout_id)
    before, mine = store.owner(rollout_id), this_process()
    life = life_of(before) if before else Life.DEAD
    if life is not Life.DEAD or not store.take(rollout_id, mine, before):
        who = shown(before) if before else "another process"
        raise RolloutError(
            f"Rollout {rollout_id} is carried by {who}",
            hint=f"Wait until it has ended, and see `smartcity rollout show {rollout_id}`.",
        )
    try:
        yield
    finally:
        store.take(rollout_id, "", mine)
