"""The watch over exchanges: one timer for all of them, which ends those that wait too long.

A timer per request would cost more than all the rest of the host; the watch looks at every open exchange once a second, so a
time limit is kept to the second.
"""

from __future__ import annotations

import asyncio
from asyncio import current_task
from time import monotonic
from typing import Final

from smartcity_share.host.exchange import Exchange

EVERY_SECONDS: Final = 1.0


class Watch:
    """Ends exchanges that are overdue by cancelling their task.

    Args:
        every: Seconds between two looks.
    """

    def __init__(self, every: float = EVERY_SECONDS) -> None:
        self._every = every
        self._open: set[Exchange] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._open)

    def begin(self, exchange: Exchange) -> None:
        """Watch an exchange; its task is the running one."""
        # Without the loop, asyncio asks the system for the number of the process, each time.
        exchange.task = task = current_task(self._loop) or current_task()
        self._open.add(exchange)
        loop = None if task is None else task.get_loop()
        if loop is not None and (self._loop is not loop or self._timer is None):
            if self._timer is not None:
                self._timer.cancel()
            self._loop = loop
            self._timer = loop.call_later(self._every, self.look, loop)

    def end(self, exchange: Exchange) -> None:
        """Stop watching an exchange."""
        self._open.discard(exchange)

    def look(self, loop: asyncio.AbstractEventLoop) -> None:
        """Cancel what is overdue; again at the next look where an app swallowed the cancellation."""
        now = monotonic()
        for exchange in self._open:
            if exchange.deadline < now and exchange.task is not None:
                exchange.overdue = True
                exchange.task.cancel()
        self._timer = loop.call_later(self._every, self.look, loop) if self._open else None
