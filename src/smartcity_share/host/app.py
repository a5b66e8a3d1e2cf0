"""The host: one ASGI application for every region and app of an instance.

A request passes, in this order: what it may look like (:mod:`~smartcity_share.host.front`), whose it is (region, session), what
it may do (forgery, page, role), and only then the app. Whatever goes wrong on the way, or in the app, becomes an answer here.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import anyio.to_thread
from sqlalchemy.exc import SQLAlchemyError

from smartcity_share.errors import SmartCityError
from smartcity_share.host.apps import Apps
from smartcity_share.host.dispatch import Dispatch
from smartcity_share.host.exchange import ConnectionEnd, Exchange, Patience
from smartcity_share.host.failure import APP_FAILED, ErrorPages, PlainErrorPages, error_answer
from smartcity_share.host.front import Front
from smartcity_share.host.health import ALIVE, PATH, readiness
from smartcity_share.host.refusal import Redirect, Refusal
from smartcity_share.host.services import Services, make_services
from smartcity_share.host.watch import Watch

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from smartcity_share.host.doors import Doors
    from smartcity_share.host.visit import Visit
    from smartcity_share.install.instance import Instance

BODY_SECONDS: Final = 20.0
"""How long a client may let the next part of a body wait."""

BODY_TOTAL_SECONDS: Final = 600.0
"""How long a client may take to send a body: 20 MiB on a line of 280 kbit/s."""

JSON: Final = (b"content-type", b"application/json")

_log = logging.getLogger(__name__)


class Host:
    """The ASGI application; make it with :func:`create_host`.

    Attributes:
        services: What the console works with.
        apps: The apps of the process.
        watch: The exchanges under way.
    """

    def __init__(
        self, services: Services, dispatch: Dispatch, *, apps: Apps, pages: ErrorPages, watch: Watch, body_seconds: float
    ) -> None:
        config = services.instance.config
        self.services = services
        self.apps = apps
        self.watch = watch
        self._dispatch = dispatch
        self._pages = pages
        self._front = Front(config, own_socket=dispatch.doors is not None)
        limits = config.limits
        self._patience = Patience(limits.request_seconds, body_seconds, BODY_TOTAL_SECONDS, limits.request_body_bytes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection scope."""
        if scope["type"] != "http":
            await self._no_request(scope, receive, send)
            return
        visit = self._front.visit(scope)
        exchange = Exchange(visit, receive, send, self._patience)
        self.watch.begin(exchange)
        try:
            ready = self._dispatch.ready(scope, exchange)
            if ready is not None:
                app, found = ready
                await app(found, exchange.receive, exchange.send)
            elif scope["path"] == PATH or scope["path"] == "*":
                await self._own_answer(scope, exchange)
            else:
                region = self._front.check(scope, visit)
                exchange.check_length()
                await self._dispatch.serve(scope, exchange, region)
            if not exchange.finished:
                await exchange.require_finished()
        except (Exception, SystemExit, asyncio.CancelledError) as error:  # noqa: BLE001 - the border to apps: all is answered
            await self._settle(scope, exchange, error)
        finally:
            self.watch.end(exchange)

    async def _no_request(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        else:
            # Host API 1.0 has no websockets; closing before accepting is answered by the server with 403.
            await receive()
            await send({"type": "websocket.close", "code": 1008})

    async def _settle(self, scope: Scope, exchange: Exchange, error: BaseException) -> None:
        """Answer for a request that came to no answer of its own."""
        if isinstance(error, Refusal):
            if error.__cause__ is not None:
                _log.error("Request %s was refused with %d", exchange.visit.request_id, error.status, exc_info=error.__cause__)
            await self._refuse(scope, exchange, error)
        elif isinstance(error, Redirect):
            location = (b"location", error.location.encode("ascii"))
            await exchange.answer(error.status.value, [location], b"", head=False)
        elif isinstance(error, asyncio.CancelledError):
            if not exchange.overdue:
                raise error
            task = asyncio.current_task()
            while task is not None and task.uncancel() > 0:
                pass
            await self._overdue(scope, exchange)
        else:
            await self._failed(scope, exchange, error)

    async def _own_answer(self, scope: Scope, exchange: Exchange) -> None:
        method = scope["method"]
        if scope["path"] == "*" or method not in ("GET", "HEAD"):
            await exchange.answer(204 if method == "OPTIONS" else 405, [(b"allow", b"GET, HEAD, OPTIONS")], b"", head=True)
            return
        status, body = 200, ALIVE
        if b"full" in scope["query_string"]:
            status, body = await anyio.to_thread.run_sync(readiness, self.services.instance, self.apps)
        await exchange.answer(status, [JSON, (b"cache-control", b"no-store")], body, head=method == "HEAD")

    async def _refuse(self, scope: Scope, exchange: Exchange, refusal: Refusal) -> None:
        if exchange.started:
            raise ConnectionEnd from None
        ending = ((b"connection", b"close"),) if refusal.end_connection else ()
        await self._page(scope, exchange, refusal.status, refusal.message, [*refusal.headers, *ending])

    async def _overdue(self, scope: Scope, exchange: Exchange) -> None:
        visit = exchange.visit
        if exchange.awaits_body:
            status, message = HTTPStatus.REQUEST_TIMEOUT, "The line was quiet for too long. Try again."
        else:
            status, message = HTTPStatus.SERVICE_UNAVAILABLE, APP_FAILED
            _log.error(
                "App %s in region %s did not answer request %s in time", visit.app or "_", _region(visit), visit.request_id
            )
        if exchange.finished:
            return
        if exchange.started:
            raise ConnectionEnd from None
        exchange.deadline = float("inf")
        await self._page(scope, exchange, status, message, [(b"connection", b"close")])

    async def _failed(self, scope: Scope, exchange: Exchange, error: BaseException) -> None:
        visit = exchange.visit
        _log.error(
            "App %s in region %s failed in request %s",
            visit.app or "_",
            _region(visit),
            visit.request_id,
            exc_info=error,
        )
        if exchange.finished:
            return  # it failed in what it does after the answer; the reader has all of it
        if exchange.started:
            raise ConnectionEnd from None
        await self._page(scope, exchange, HTTPStatus.INTERNAL_SERVER_ERROR, APP_FAILED, [])

    async def _page(
        self,
        scope: Scope,
        exchange: Exchange,
        status: HTTPStatus,
        message: str,
        headers: list[tuple[bytes, bytes]],
    ) -> None:
        visit = exchange.visit
        if status.value < HTTPStatus.BAD_REQUEST:
            await exchange.answer(status.value, headers, b"", head=True)
            return
        try:
            frame = await self._dispatch.frame(visit)
        except (Refusal, SmartCityError, SQLAlchemyError, OSError):
            _log.exception("The frame for the page of request %s could not be made", visit.request_id)
            frame = {}
        accept = visit.text(b"accept")
        kind, body = error_answer(self._pages, {**scope, **frame}, status, message, visit.request_id, accept=accept)
        headers = [(b"content-type", kind.encode("ascii")), (b"cache-control", b"no-store"), *headers]
        await exchange.answer(status.value, headers, body, head=scope["method"] == "HEAD")

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            await self.apps.start()
        except (SmartCityError, SQLAlchemyError, OSError) as error:
            _log.exception("The instance cannot be served")
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.apps.stop()
        await self._dispatch.forwarding.close()
        try:
            await anyio.to_thread.run_sync(self.services.sign_in.close)
        except (SmartCityError, SQLAlchemyError, OSError):
            _log.exception("How many sign-ins were refused could not be recorded")
        await anyio.to_thread.run_sync(self.services.instance.close)
        await send({"type": "lifespan.shutdown.complete"})


def _region(visit: Visit) -> str:
    return "unknown" if visit.region is None else visit.region.code


def create_host(
    instance: Instance,
    *,
    console: Callable[[Services], ASGIApp] | None = None,
    error_pages: ErrorPages | None = None,
    now: Callable[[], datetime] | None = None,
    services: Services | None = None,
    watch: Watch | None = None,
    body_seconds: float = BODY_SECONDS,
    monotonic: Callable[[], float] = time.monotonic,
    doors: Doors | None = None,
) -> Host:
    """Return the ASGI application that serves an instance.

    Args:
        instance: The instance.
        console: Makes the application of the front pages, sign-in and console; without it these addresses are not found.
        error_pages: Draws the pages of errors; plain ones if not given.
        now: The clock, aware UTC; the instance's if not given.
        services: The services, for tests that need other parameters.
        watch: The watch over exchanges, for tests that need another rhythm.
        body_seconds: How long a client may let the next part of a body wait.
        monotonic: Seconds of a clock that never goes back: how old what is known of ledger and profiles may be.
        doors: The other processes of the server, which serve the regions whose versions are not those of this one.
    """
    services = services or make_services(instance, now=now)
    apps = Apps(instance)
    console_app = None if console is None else console(services)
    dispatch = Dispatch(services, apps, console=console_app, monotonic=monotonic, doors=doors)
    return Host(
        services,
        dispatch,
        apps=apps,
        pages=error_pages or PlainErrorPages(),
        watch=Watch() if watch is None else watch,
        body_seconds=body_seconds,
    )
