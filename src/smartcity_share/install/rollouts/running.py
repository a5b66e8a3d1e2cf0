"""Carrying a rollout on: the regions of the waves that may run, shared among processes, until somebody has to decide."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

import attrs
from sqlalchemy.exc import DBAPIError

from smartcity_share.errors import InstallationNotFoundError, OperationBusyError, RolloutError, SmartCityError
from smartcity_share.hooks.installation import Actor
from smartcity_share.install.answers import answers_from_options
from smartcity_share.install.code_store import file_digest
from smartcity_share.install.maintenance import closed
from smartcity_share.install.owner import this_process
from smartcity_share.install.records import InstallationState, OperationState
from smartcity_share.install.resuming import resume_operation
from smartcity_share.install.rollouts.claims import ClaimWatch, holding
from smartcity_share.install.rollouts.records import (
    Approval,
    Claim,
    Quarantined,
    RegionOutcome,
    RegionState,
    Rollout,
    RolloutState,
)
from smartcity_share.install.rollouts.store import RolloutStore
from smartcity_share.install.rollouts.turns import next_turn
from smartcity_share.install.source import AppSource, opened_source
from smartcity_share.install.upgrading import upgrade_app

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance

_log = logging.getLogger(__name__)

Watch = Callable[[RegionOutcome], None]
"""Told of each region when it begins (waiting), and when it ends."""

_POLL_SECONDS: Final = 0.5
"""How often a process looks whether others have ended what they are at."""


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


def run_rollout(
    instance: Instance,
    rollout_id: str,
    actor: Actor,
    watch: Watch = lambda _: None,
    *,
    pause: Callable[[float], object] = time.sleep,
    is_enough: Callable[[], bool] = lambda: False,
) -> Sitting:
    """Upgrade the waiting regions of the waves that may run. Any number of processes may, each takes another region.

    What a killed one left is taken up. While others are at the last regions of a wave, it waits for what comes of them.

    A region whose upgrade fails keeps its old version and data, goes into quarantine, and never keeps another from its turn;
    the stop rule is asked after each failure.

    Args:
        instance: The instance.
        rollout_id: Id of the rollout.
        actor: Who runs it.
        watch: Told of each region this process takes.
        pause: Waits for a number of seconds.
        is_enough: Asked before each region whether this process shall leave the rest to others.

    Raises:
        RolloutError: There is none, it has ended, or the wheel it keeps is not the one that was approved.
    """
    store = RolloutStore(instance.storage.jobs)
    _require_open(store.get(rollout_id))
    store.set_going(rollout_id, this_process())
    hand = _Hand(instance, store, actor, watch)
    claims = ClaimWatch()
    while True:
        choose = partial(next_turn, owner=this_process(), held=hand.held, is_left=claims.is_left, now=instance.now())
        turn = store.take_turn(rollout_id, choose)
        if is_enough():
            if turn.claim is not None:
                store.let_go(rollout_id, turn.claim)
            return Sitting(turn.rollout, turn.outcomes, hand.held)
        if turn.claim is not None:
            hand.take(turn.rollout, turn.claim, next(one for one in turn.outcomes if one.region == turn.claim.region))
        elif turn.others:
            pause(_POLL_SECONDS)
        else:
            return Sitting(turn.rollout, turn.outcomes, hand.held)


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

    def approved(rollout: Rollout) -> Rollout:
        if rollout.state is not RolloutState.AWAITS_APPROVAL:
            raise RolloutError(
                f"No wave of rollout {rollout.id} waits for an approval: it is {rollout.state}",
                hint=f"See `smartcity rollout show {rollout.id}`.",
            )
        given = Approval(rollout.approved_waves, actor.name, instance.now(), basis)
        return attrs.evolve(rollout, approvals=(*rollout.approvals, given), state=RolloutState.RUNNING)

    return RolloutStore(instance.storage.jobs).change(rollout_id, approved)


def stop_rollout(instance: Instance, rollout_id: str, actor: Actor, why: str = "") -> Rollout:
    """End a rollout where it is; what was upgraded stays, what waits keeps its version.

    Raises:
        RolloutError: There is none, or it has ended.
    """

    def stopped(rollout: Rollout) -> Rollout:
        _require_open(rollout)
        fault = f"stopped by {actor.name}" + (f": {why}" if why else "")
        return attrs.evolve(rollout, state=RolloutState.STOPPED, ended_at=instance.now(), fault=fault)

    return RolloutStore(instance.storage.jobs).change(rollout_id, stopped)


def _require_open(rollout: Rollout) -> None:
    if rollout.state in (RolloutState.DONE, RolloutState.STOPPED):
        why = f": {rollout.fault}" if rollout.fault else ""
        raise RolloutError(
            f"Rollout {rollout.id} has ended ({rollout.state}{why})",
            hint="Begin another one: `smartcity rollout begin`; it takes the regions that still have another version.",
        )


def _closed(instance: Instance, region: str) -> str:
    try:
        zone = instance.profile(region).time_zone
    except SmartCityError:
        return ""  # the upgrade itself names what is wrong with the profile
    return closed(instance.config.maintenance, region, zone, instance.now())


class _Hand:
    """Upgrades one region after the other; the wheel is read and verified for the first and taken as it is for the others.

    Args:
        instance: The instance.
        store: Its rollouts.
        actor: Who runs it.
        watch: Told of each region.

    Attributes:
        held: Region -> why it could not be changed now.
    """

    def __init__(self, instance: Instance, store: RolloutStore, actor: Actor, watch: Watch) -> None:
        self.held: dict[str, str] = {}
        self._instance = instance
        self._store = store
        self._actor = actor
        self._watch = watch
        self._source: AppSource | None = None

    def take(self, rollout: Rollout, claim: Claim, outcome: RegionOutcome) -> None:
        """Upgrade a region that is this process's own, or note why it cannot be changed now."""
        if why := _closed(self._instance, claim.region):
            self.held[claim.region] = why
            self._store.let_go(rollout.id, claim)
            return
        try:
            with holding(self._store, rollout.id, claim):
                self._watch(outcome)
                ended = self._upgraded(rollout, outcome)
                written = self._store.put_outcome(rollout.id, claim, ended, _quarantined(rollout, ended))
        except OperationBusyError as error:
            self.held[claim.region] = str(error)
        else:
            if written:
                self._watch(ended)

    def _upgraded(self, rollout: Rollout, outcome: RegionOutcome) -> RegionOutcome:
        instance, actor = self._instance, self._actor
        begun = time.monotonic()
        state, code, fault = RegionState.DONE, "", ""
        try:
            for operation in instance.ledger.operations(OperationState.RUNNING, region=outcome.region, app=rollout.app):
                resume_operation(instance, operation.id, actor=actor)
            record = instance.ledger.installation(outcome.region, rollout.app)
            if record is None or record.state is not InstallationState.ACTIVE:
                state, fault = RegionState.LEFT_OUT, "it has been removed" if record is None else f"its state is {record.state}"
            else:
                upgrade_app(
                    instance,
                    outcome.region,
                    rollout.app,
                    self._opened(rollout),
                    answers_from_options(rollout.answers),
                    actor=actor,
                    basis=rollout.basis or f"rollout {rollout.id}",
                )
        except (OperationBusyError, RolloutError):
            raise
        except InstallationNotFoundError as error:
            state, fault = RegionState.LEFT_OUT, str(error)
        except SmartCityError as error:
            state, code, fault = RegionState.FAILED, error.code, _told(error)
        except Exception as error:
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                raise  # the database of the instance is away: no fault of the region
            # Whatever is wrong with a region, the others have their turn.
            _log.exception("Region %s could not be upgraded in rollout %s", outcome.region, rollout.id)
            state, code, fault = RegionState.FAILED, type(error).__name__[:80], f"{type(error).__name__}: {error}"
        return attrs.evolve(
            outcome, state=state, code=code, fault=fault, seconds=round(time.monotonic() - begun, 3), at=instance.now()
        )

    def _opened(self, rollout: Rollout) -> AppSource:
        if self._source is None:
            wheel = self._instance.folder / rollout.wheel
            if not wheel.is_file() or file_digest(wheel) != rollout.digest:
                raise RolloutError(
                    f"{rollout.wheel} is not the wheel that was approved for rollout {rollout.id}: it was changed or removed",
                    hint=f"No further region was changed. Put that wheel back (SHA-256 {rollout.digest}), or stop the rollout: "
                    f"`smartcity rollout stop {rollout.id}`.",
                )
            with opened_source(self._instance, rollout.app, wheel) as found:
                self._source = found
        return self._source


def _told(error: SmartCityError) -> str:
    faults = "; ".join(f"{fault.message} ({fault.code})" for fault in getattr(error, "faults", ()))
    return " ".join(part for part in (str(error), faults, error.hint or "") if part)


def _quarantined(rollout: Rollout, outcome: RegionOutcome) -> Quarantined | None:
    if outcome.state is not RegionState.FAILED or outcome.at is None:
        return None
    return Quarantined(outcome.region, rollout.app, rollout.id, outcome.at, outcome.fault)
