"""The host runs the lifespan of each app; one that fails is faulted alone."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from smartcity_share.errors import AppStartError
from smartcity_share.host.lifespan import AppLifespan
from tests.host.conftest import NORTH, Town

WITH_LIFESPAN = """\
import contextlib

from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from smartcity_share import hookimpl

events = []


@contextlib.asynccontextmanager
async def lifespan(app):
    events.append("start")
    yield {"pool": "open"}
    events.append("stop")


async def show(request):
    return JSONResponse({"pool": request.state.pool, "events": events})


application = Starlette(routes=[Route("/", show)], lifespan=lifespan)


@hookimpl
def asgi_app():
    return application
"""
REFUSING = WITH_LIFESPAN.replace('events.append("start")', 'raise RuntimeError("the pool is empty")')
PUBLIC = {"page": [{"path": "/", "access": "public"}]}


def test_an_app_is_started_before_its_first_request_and_stopped_once(town: Town) -> None:
    town.install("pool", plugin=WITH_LIFESPAN, manifest=PUBLIC)
    with town.client() as client:
        assert [client.get(f"/{NORTH}/pool/").json() for _ in range(2)] == [{"pool": "open", "events": ["start"]}] * 2
        module = town.instance.registry().app("pool").discovered.module
    import sys

    assert sys.modules[module].events == ["start", "stop"]


def test_an_app_that_refuses_to_start_is_not_available_and_the_others_are(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    town.install("pool", plugin=REFUSING, manifest=PUBLIC)
    with town.client() as client:
        assert [client.get(path).status_code for path in (f"/{NORTH}/pool/", f"/{NORTH}/echo/show")] == [503, 200]
    assert "App pool is not served: [app-start-failed]" in caplog.text


def test_an_instance_that_cannot_be_read_does_not_start(town: Town) -> None:
    town.instance.ledger.close()
    for path in town.instance.folder.glob("ledger.sqlite*"):
        path.write_bytes(b"no database" * 100)
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "lifespan.startup"}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(town.host({"type": "lifespan"}, receive, send))
    assert [message["type"] for message in sent] == ["lifespan.startup.failed"]


def _run(app: Any, **seconds: float) -> AppLifespan:
    lifespan = AppLifespan("pool", app, **seconds)

    async def both() -> None:
        await lifespan.start()
        await lifespan.stop()

    asyncio.run(both())
    return lifespan


async def _raises(scope: Any, receive: Any, send: Any) -> None:
    raise ValueError("what is a lifespan?")


async def _returns(scope: Any, receive: Any, send: Any) -> None:
    return


async def _hangs(scope: Any, receive: Any, send: Any) -> None:
    await asyncio.Event().wait()


async def _never_stops(scope: Any, receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await asyncio.Event().wait()


async def _fails_to_stop(scope: Any, receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    raise RuntimeError("stuck")


async def _refuses(scope: Any, receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "lifespan.startup.failed", "message": "no licence"})


@pytest.mark.parametrize("app", [_raises, _returns])
def test_an_app_that_knows_no_lifespan_counts_as_started(app: Any) -> None:
    _run(app)


def test_an_app_that_hangs_at_start_is_given_up() -> None:
    with pytest.raises(AppStartError, match=r"within 0\.01 seconds"):
        _run(_hangs, start_seconds=0.01)


def test_an_app_that_refuses_says_why() -> None:
    with pytest.raises(AppStartError, match="no licence"):
        _run(_refuses)


@pytest.mark.parametrize("app", [_never_stops, _fails_to_stop])
def test_an_app_that_does_not_stop_is_left_behind_and_named(app: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        _run(app, stop_seconds=0.01)
    assert "App pool did not stop cleanly" in caplog.text
