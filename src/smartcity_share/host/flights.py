"""What several requests wait for at the same moment is done once, in a thread.

Without this, sixteen requests of one browser that arrive when its session has to be read again read it in sixteen threads,
which hold one another up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

import anyio.to_thread

T = TypeVar("T")


class Flights:
    """The work under way, by key."""

    def __init__(self) -> None:
        self._under_way: dict[Hashable, asyncio.Task[Any]] = {}

    async def join(self, key: Hashable, work: Callable[[], T]) -> T:
        """Return what a function returns, called in a thread unless it is being called for the same key already.

        Who stops waiting does not stop the work, for others may wait for it.

        Args:
            key: What is asked for: two that name the same key have to be content with one answer.
            work: The function.
        """
        task = self._under_way.get(key)
        if task is None or task.get_loop() is not asyncio.get_running_loop():
            task = self._under_way[key] = asyncio.create_task(_in_thread(work))
            task.add_done_callback(lambda done: self._landed(key, done))
        return cast("T", await asyncio.shield(task))

    def _landed(self, key: Hashable, task: asyncio.Task[Any]) -> None:
        if self._under_way.get(key) is task:
            del self._under_way[key]
        if not task.cancelled():
            task.exception()  # told to those who wait; where nobody does any more it is no news


async def _in_thread(work: Callable[[], T]) -> T:
    return await anyio.to_thread.run_sync(work)
