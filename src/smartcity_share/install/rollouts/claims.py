"""Claims on regions of a rollout: a process says that it is at one while it lives, and what a dead one left is free again.

As with operations, no two clocks are compared: whether a process of this machine lives is asked of the system, and the claim of
one on another machine is watched on a clock that cannot be set (:mod:`smartcity_share.install.leases`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from smartcity_share.install.leases import RENEW_SECONDS, WATCH_SECONDS
from smartcity_share.install.owner import Life, life_of
from smartcity_share.install.rollouts.records import Claim
from smartcity_share.install.rollouts.store import RolloutStore


class ClaimWatch:
    """Tells whether the owners of claims are gone, from one look to the next.

    Args:
        clock: Seconds of a clock that never goes back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: dict[str, tuple[Claim, float]] = {}

    def is_left(self, claim: Claim) -> bool:
        """Whether the owner of a claim is gone: at once on this machine, after some looks on another one."""
        life = life_of(claim.owner)
        if life is not Life.ELSEWHERE:
            return life is Life.DEAD
        now = self._clock()
        known, since = self._seen.get(claim.region, (None, now))
        if known != claim:
            self._seen[claim.region] = (claim, now)
            return False
        return now - since >= WATCH_SECONDS


@contextmanager
def holding(store: RolloutStore, rollout_id: str, claim: Claim) -> Iterator[None]:
    """Say that this process is at a region, as long as the block lasts; where it raises, the region is free again."""
    ended = threading.Event()

    def renew() -> None:
        while not ended.wait(RENEW_SECONDS):
            with suppress(Exception):  # out of reach for the moment: the next beat may go through
                store.beat(rollout_id, claim)

    thread = threading.Thread(target=renew, name=f"claim {claim.region}", daemon=True)
    thread.start()
    try:
        yield
    except BaseException:
        with suppress(Exception):  # else it is free once this process is gone
            store.let_go(rollout_id, claim)
        raise
    finally:
        ended.set()
        thread.join()
