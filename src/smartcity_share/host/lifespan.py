"""The lifespan of the apps: mounted applications get no start and stop events, so the host runs them, each on its own.

An app that raises, refuses or hangs when it starts is faulted alone; one that knows no lifespan is served as it is.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any, Final

from smartcity_share.errors import AppStartError

if TYPE_CHECKING:
    from starlette.types import ASGIApp

START_SECONDS: Final = 30.0
STOP_SECONDS: Final = 10.0

_log = logging.getLogger(__name__)


class AppLifespan:
    """Start and stop of one app, in one task, as the specification wants it.

    Args:
        app_id: Id of the app.
        app: Its ASGI application.
        start_seconds: How long it may take to start.
        stop_seconds: How long it may take to stop.
    """

    def __init__(
        self, app_id: str, app: ASGIApp, *, start_seconds: float = START_SECONDS, stop_seconds: float = STOP_SECONDS
    ) -> None:
        self._app_id = app_id
        self._app = app
        self._start_seconds = start_seconds
        self._stop_seconds = stop_seconds
        self._events: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue()
        self._answers: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self.state: dict[str, Any] = {}

    async def start(self) -> None:
        """Start the app; an app that knows no lifespan counts as started.

        Raises:
            AppStartError: It refused to start or did not answer in time.
        """
        self._task = asyncio.create_task(self._run(), name=f"lifespan of {self._app_id}")
        await self._events.put({"type": "lifespan.startup"})
        answer = await self._answer(self._start_seconds)
        if answer is None:
            self._task.cancel()
            raise AppStartError(
                f"App `{self._app_id}` did not start within {self._start_seconds:g} seconds.",
                hint="See what its lifespan waits for, then start `smartcity serve` again.",
            )
        if answer["type"] == "lifespan.startup.failed":
            raise AppStartError(
                f"App `{self._app_id}` refused to start: {answer.get('message') or 'it gave no reason'}.",
                hint="Mend the cause, then start `smartcity serve` again.",
            )

    async def stop(self) -> None:
        """Stop the app; what it raises is logged."""
        if self._task is None or self._task.done():
            return
        await self._events.put({"type": "lifespan.shutdown"})
        answer = await self._answer(self._stop_seconds)
        if answer is None or answer["type"] == "lifespan.shutdown.failed":
            _log.error("App %s did not stop cleanly: %s", self._app_id, (answer or {}).get("message") or "no answer in time")
        self._task.cancel()
        await asyncio.wait([self._task], timeout=1)

    async def _answer(self, seconds: float) -> MutableMapping[str, Any] | None:
        try:
            async with asyncio.timeout(seconds):
                return await self._answers.get()
        except TimeoutError:
            return None

    async def _run(self) -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": self.state}
        started = False

        async def send(message: MutableMapping[str, Any]) -> None:
            nonlocal started
            started = started or message["type"] == "lifespan.startup.complete"
            await self._answers.put(message)

        try:
            await self._app(scope, self._events.get, send)
        except Exception as error:  # noqa: BLE001 - an app may raise at an unknown scope: it has no lifespan
            if started:
                _log.exception("The lifespan of app %s ended with an error", self._app_id)
                await self._answers.put({"type": "lifespan.shutdown.failed", "message": type(error).__name__})
                return
            _log.info("App %s has no lifespan (%s)", self._app_id, type(error).__name__)
        await self._answers.put({"type": "lifespan.startup.complete"})
        await self._answers.put({"type": "lifespan.shutdown.complete"})
