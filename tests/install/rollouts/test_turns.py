"""Several processes share the regions of a rollout: each takes another, in the order of the waves, and the rule binds all."""

from __future__ import annotations

from datetime import UTC, datetime

import attrs
import pytest

from smartcity_share.install.leases import WATCH_SECONDS
from smartcity_share.install.owner import this_process
from smartcity_share.install.rollouts.claims import ClaimWatch
from smartcity_share.install.rollouts.records import Claim, RegionOutcome, RegionState, Rollout, RolloutState, StopRule
from smartcity_share.install.rollouts.turns import Turn, next_turn

NOW = datetime(2026, 3, 2, tzinfo=UTC)
WAITING, DONE, FAILED = RegionState.WAITING, RegionState.DONE, RegionState.FAILED
ROLLOUT = Rollout(
    id="r",
    app="parks",
    version="2",
    wheel="w",
    digest="d",
    waves=(("a", "b"), ("c",)),
    approvals=(),
    stop_rule=StopRule(most_failed=1),
    answers=(),
    state=RolloutState.RUNNING,
    actor="x",
    basis="",
    begun_at=NOW,
)


def turn(*states: RegionState, claims: tuple[Claim, ...] = (), held: tuple[str, ...] = ()) -> Turn:
    outcomes = tuple(RegionOutcome(code, int(code == "c"), state, "1") for code, state in zip("abc", states, strict=True))
    return next_turn(ROLLOUT, outcomes, claims, owner="me", held=held, is_left=lambda claim: claim.owner == "dead", now=NOW)


@pytest.mark.parametrize(
    ("claims", "held", "taken", "others"),
    [
        ((), (), "a", False),
        ((Claim("a", "alive"),), (), "b", True),
        ((Claim("a", "dead"),), (), "a", False),
        ((Claim("a", "me"),), (), "a", False),
        ((), ("a",), "b", False),
        ((Claim("b", "alive"),), ("a",), None, True),
        ((), ("a", "b"), None, False),
        ((Claim("a", "alive"), Claim("b", "alive")), (), None, True),
    ],
)
def test_a_process_takes_the_first_region_nobody_is_at(
    claims: tuple[Claim, ...], held: tuple[str, ...], taken: str | None, others: bool
) -> None:
    found = turn(WAITING, WAITING, WAITING, claims=claims, held=held)
    assert (found.claim and found.claim.region, found.others) == (taken, others)
    assert found.rollout is ROLLOUT


@pytest.mark.parametrize(
    ("states", "state"),
    [
        ((DONE, DONE, WAITING), RolloutState.AWAITS_APPROVAL),
        ((FAILED, FAILED, WAITING), RolloutState.STOPPED),
        ((DONE, FAILED, DONE), RolloutState.DONE),
    ],
)
def test_where_somebody_has_to_decide_nobody_takes_anything(states: tuple[RegionState, ...], state: RolloutState) -> None:
    found = turn(*states)
    assert (found.rollout.state, found.claim) == (state, None)


def test_a_wave_is_not_over_while_somebody_is_at_its_last_region() -> None:
    found = turn(DONE, WAITING, WAITING, claims=(Claim("b", "alive"),))
    assert (found.rollout.state, found.claim, found.others) == (RolloutState.RUNNING, None, True)


def test_a_process_of_another_machine_is_gone_when_its_number_stays_the_same_on_a_clock_nobody_sets() -> None:
    now = [0.0]
    watch = ClaimWatch(lambda: now[0])
    far = Claim("a", "7:7@elsewhere/boot")
    assert not watch.is_left(far)
    now[0] += WATCH_SECONDS - 1
    assert not watch.is_left(far)
    assert not watch.is_left(attrs.evolve(far, beat=1))  # it lives
    now[0] += WATCH_SECONDS
    assert watch.is_left(attrs.evolve(far, beat=1))
    assert not watch.is_left(Claim("a", this_process()))
