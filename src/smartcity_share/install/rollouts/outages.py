"""Sitting out a moment without the database: nothing is counted against a region that came of that alone."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeVar

from smartcity_share.errors import RolloutError

if TYPE_CHECKING:
    from smartcity_share.install.storage.port import Storage

_log = logging.getLogger(__name__)

Pause = Callable[[float], object]
"""Waits for a number of seconds."""

MOST_TRIES: Final = 3
"""How often something is tried that the database was lost in: what loses it each time is at fault itself."""
PAUSES: Final = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Seconds between one look at the database and the next; a minute in all."""

_T = TypeVar("_T")


def through_outages(storage: Storage, act: Callable[[], _T], rollout: str, pause: Pause) -> _T:
    """Do something, and again where the database was away meanwhile.

    Args:
        storage: What answers whether it was.
        act: May be cut off anywhere, and be done again.
        rollout: Id of the rollout.
        pause: Waits.

    Raises:
        RolloutError: The database did not come back.
        Exception: What ``act`` raised, the last time.
    """
    tries = 0
    while True:
        tries += 1
        try:
            return act()
        except Exception as error:
            if not storage.was_away(error):
                raise
            _log.warning("The database was away in rollout %s: %s", rollout, str(error).splitlines()[:1])
            _sit_out(storage, error, rollout, pause)
            if tries == MOST_TRIES:
                raise


def _sit_out(storage: Storage, error: Exception, rollout: str, pause: Pause) -> None:
    for seconds in PAUSES:
        pause(seconds)
        if storage.jobs.trouble() is None:
            return
    raise RolloutError(
        f"The database has been away for {sum(PAUSES):.0f} seconds; rollout {rollout} stays as far as it came",
        hint=f"No region was counted as failed for that. Once the database answers, run `smartcity rollout run {rollout}`.",
    ) from error
