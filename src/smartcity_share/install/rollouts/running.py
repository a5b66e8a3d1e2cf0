"""Carrying a rollout on: the regions of the waves that may run, shared among processes, until somebody has to decide."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

import attrs

from smartcity_share.errors import RolloutError
from smartcity_share.hooks.installation import Actor
from smartcity_share.install.owner import this_process
from smartcity_share.install.rollouts.claims import ClaimWatch
from smartcity_share.install.rollouts.hand import Hand, Watch
from smartcity_share.install.rollouts.outages import Pause, through_outages
from smartcity_share.install.rollouts.records import Approval, RegionOutcome, Rollout, RolloutState
from smartcity_share.install.rollouts.store import RolloutStore
from smartcity_share.install.rollouts.turns import next_turn

if TYPE_CHECKING:
    from smartcity_share.install.instance import Instance

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
    pause: Pause = time.sleep,
    is_enough: Callable[[], bool] = lambda: False,
) -> Sitting:
    """Upgrade the waiting regions of the waves that may run. Any number of processes may, each takes another region.

    What a killed one left is taken up. While others are at the last regions of a wave, it waits for what comes of them.

    A region whose upgrade fails keeps its old version and data, goes into quarantine, and never keeps another from its turn;
    the stop rule is asked after each failure. What failed because the database was away is tried again, and counts for nothing.

    Args:
        instance: The instance.
        rollout_id: Id of the rollout.
        actor: Who runs it.
        watch: Told of each region this process takes.
        pause: Waits for a number of seconds.
        is_enough: Asked before each region whether this process shall leave the rest to others.

    Raises:
        RolloutError: There is none, it has ended, the wheel it keeps is not the one that was approved, or the database was
            away and did not come back.
    """
    store = RolloutStore(instance.storage.jobs)
    _require_open(store.get(rollout_id))
    store.set_going(rollout_id, this_process())
    hand = Hand(instance, store, actor, watch, pause)
    claims = ClaimWatch()
    while True:
        choose = partial(next_turn, owner=this_process(), held=hand.held, is_left=claims.is_left, now=instance.now())
        turn = through_outages(instance.storage, partial(store.take_turn, rollout_id, choose), rollout_id, pause)
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
