"""Waits in the audit trail: one entry when a wait refuses its first try, and one with their number when it is over.

A refused try by itself writes nothing, so that nobody can fill the trail, and with it the disk, by trying on. The number is
kept in memory, by each process its own, and written at the next try that is looked at, or when the process ends; what is lost
with a process that is killed is the number of one wait, never that there was one.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import attrs

from smartcity_share.hooks.installation import VISITOR
from smartcity_share.host.lockout import Wait

if TYPE_CHECKING:
    from smartcity_share.host.record import HostRecord
    from smartcity_share.host.visit import Visit


_SLACK: Final = timedelta(minutes=1)
"""How far requests that are handled at once may differ in what time it is."""


@attrs.define
class _Refused:
    """What one wait refused in one region: from when to when, the first request and how many tries."""

    since: datetime
    until: datetime
    first: Visit
    tries: int = 1

    def over(self, now: datetime) -> bool:
        """Whether the wait is over; a clock that was set back ends it too."""
        return not self.since - _SLACK <= now < self.until


class Waits:
    """Counts the tries that waits refuse, and records them.

    Args:
        record: The audit trail.
    """

    def __init__(self, record: HostRecord) -> None:
        self._record = record
        self._refused: dict[tuple[str, bytes], _Refused] = {}
        self._lock = threading.Lock()

    def known(self, region: str, keys: Iterable[bytes], now: datetime) -> Wait | None:
        """Count one try that a wait refuses which refused one before; None where no such wait is known here.

        A wait never ends early, so nothing needs to be read for it: refusing costs next to nothing.

        Args:
            region: Code of the region.
            keys: Whom a wait may hold up, :attr:`Lockout.keys`.
            now: The present moment.
        """
        with self._lock:
            for key in keys:
                known = self._refused.get((region, key))
                if known is not None and not known.over(now):
                    known.tries += 1
                    return Wait(key, known.until - now)
        return None

    def refused(self, region: str, visit: Visit, wait: Wait, now: datetime) -> None:
        """Count the first try that a wait refuses, and record it as ``session.locked``.

        Args:
            region: Code of the region.
            visit: The request.
            wait: What it has to wait for.
            now: The present moment.
        """
        with self._lock:
            earlier = self._refused.get((region, wait.key))
            if earlier is not None and not earlier.over(now):
                earlier.tries += 1  # another thread was first
                return
            self._refused[region, wait.key] = _Refused(now, now + wait.left, visit)
        if earlier is not None:
            self._tell(region, earlier)
        self._record.write(region, visit, VISITOR, "session.locked", "", {"seconds": round(wait.left.total_seconds())})

    def tell(self, now: datetime | None = None) -> None:
        """Record what the waits refused that are over.

        Args:
            now: The present moment; None when the process ends, for all of them.
        """
        with self._lock:
            told = {key: known for key, known in self._refused.items() if now is None or known.over(now)}
            for key in told:
                del self._refused[key]
        for (region, _), known in told.items():
            self._tell(region, known)

    def _tell(self, region: str, known: _Refused) -> None:
        if known.tries > 1:
            detail = {"refused": known.tries, "since": known.since.isoformat(timespec="seconds")}
            self._record.write(region, known.first, VISITOR, "session.lock-ended", "", detail)
