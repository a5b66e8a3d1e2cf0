"""Whose turn it is in a rollout: what state it is in, and which region a process takes next. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

import attrs

from smartcity_share.install.rollouts.gate import current_wave, reason_to_stop
from smartcity_share.install.rollouts.records import Claim, RegionOutcome, RegionState, Rollout, RolloutState


@attrs.frozen
class Turn:
    """What a process finds when it looks at a rollout.

    Attributes:
        rollout: The rollout as its regions leave it.
        outcomes: Its regions.
        claim: The region that is now its own; None where there is none for it.
        others: Whether other processes are at regions of this wave, so that it may go on later.
    """

    rollout: Rollout
    outcomes: tuple[RegionOutcome, ...]
    claim: Claim | None = None
    others: bool = False


def next_turn(
    rollout: Rollout,
    outcomes: tuple[RegionOutcome, ...],
    claims: tuple[Claim, ...],
    *,
    owner: str,
    held: Collection[str],
    is_left: Callable[[Claim], bool],
    now: datetime,
) -> Turn:
    """Return the next region for a process: of the first wave that is not over, waiting, and claimed by nobody who lives.

    Args:
        rollout: The rollout.
        outcomes: Its regions.
        claims: Which of them processes are at.
        owner: The process.
        held: Regions it cannot take now.
        is_left: Whether the owner of a claim is gone.
        now: The moment, UTC.
    """
    judged = judge(rollout, outcomes, now)
    if judged.state is not RolloutState.RUNNING:
        return Turn(judged, outcomes)
    wave = current_wave(outcomes)
    waiting = [one.region for one in outcomes if one.state is RegionState.WAITING and one.wave == wave]
    # A process that asks is at no region: what it claims still, it could not give up while the database was away.
    others = [claim for claim in claims if claim.owner != owner and claim.region in waiting]
    alive = {claim.region for claim in others if not is_left(claim)}
    free = next((region for region in waiting if region not in alive and region not in held), None)
    return Turn(judged, outcomes, None if free is None else Claim(free, owner), others=bool(alive))


def judge(rollout: Rollout, outcomes: tuple[RegionOutcome, ...], now: datetime) -> Rollout:
    """Return a rollout as its regions leave it: stopped by the rule, waiting for somebody, done, or to be carried on.

    Args:
        rollout: The rollout.
        outcomes: Its regions.
        now: The moment, UTC.
    """
    if rollout.state is not RolloutState.RUNNING:
        return rollout
    tried = max((one.wave for one in outcomes if one.state in (RegionState.DONE, RegionState.FAILED)), default=0)
    reason = reason_to_stop(outcomes, tried, rollout.stop_rule)
    if reason:
        return attrs.evolve(rollout, state=RolloutState.STOPPED, ended_at=now, fault=reason)
    wave = current_wave(outcomes)
    if wave is None:
        return attrs.evolve(rollout, state=RolloutState.DONE, ended_at=now)
    if wave >= rollout.approved_waves:
        return attrs.evolve(rollout, state=RolloutState.AWAITS_APPROVAL)
    return rollout
