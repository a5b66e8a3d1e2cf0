"""The interface as programs reach it: in the process with the scope the host sets, and on a real server on the loopback."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import attrs
import pytest
import uvicorn
from sqlalchemy import insert
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from smartcity_complaints import model
from smartcity_complaints.filing import Filed
from smartcity_complaints.numbers import new_number
from smartcity_complaints.open311 import api_keys
from smartcity_complaints.plugin import asgi_app
from smartcity_complaints.records import Report
from smartcity_complaints.workflow import Action, State
from smartcity_share import Actor, Installation
from smartcity_share.testing import VISITOR
from smartcity_share.toolkit import Shell

BASE = "/71.08/complaints/open311/v2"
APP: ASGIApp = asgi_app()


@attrs.frozen
class Host:
    """Sets what the host sets, and nothing more."""

    installation: Installation
    actor: Actor = VISITOR
    language: str = "en"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            shell = Shell(
                region_code=self.installation.region.code,
                region_name="Kabupaten Contoh",
                government="Pemerintah Kabupaten Contoh",
                home_url="/71.08/",
                static_url="/71.08/_/static/",
                language=self.language,
                time_zone=self.installation.region.time_zone,
            )
            scope = {
                **scope,
                "root_path": "/71.08/complaints",
                "smartcity.installation": self.installation,
                "smartcity.actor": self.actor,
                "smartcity.shell": shell,
            }
        await APP(scope, receive, send)


@attrs.frozen
class Answer:
    """An answer of the interface."""

    status: int
    headers: Any
    body: bytes
    json: Any

    @property
    def xml(self) -> ET.Element:
        return ET.fromstring(self.body)  # noqa: S314 - written by the code under test


@attrs.frozen
class Api:
    """A program: ``api.get("requests.json", status="open")``."""

    client: TestClient
    key: str = ""

    def get(self, path: str, **query: Any) -> Answer:
        return self._answer(self.client.get(f"{BASE}/{path}", params=query))

    def post(self, path: str = "requests.json", *, key: str | None = None, **form: Any) -> Answer:
        sent = {"api_key": self.key if key is None else key, **form}
        return self._answer(self.client.post(f"{BASE}/{path}", data={n: v for n, v in sent.items() if v is not None}))

    def _answer(self, found: Any) -> Answer:
        is_json = found.headers["content-type"].startswith("application/json")
        return Answer(found.status_code, found.headers, found.content, found.json() if is_json else None)


@pytest.fixture
def host() -> type[Host]:
    """The class that stands for the host: ``host(installation, official())``."""
    return Host


@pytest.fixture
def key(installation: Installation, official: Callable[..., Actor]) -> str:
    """A valid API key of ``installation``."""
    return api_keys.create(installation, official(), "Program Contoh")


@pytest.fixture
def connect(installation: Installation) -> Callable[..., Api]:
    """Make programs: ``connect(of=other, language="id")``."""

    def make(of: Installation | None = None, *, key: str = "", language: str = "en") -> Api:
        return Api(TestClient(Host(of or installation, language=language), raise_server_exceptions=False), key)

    return make


@pytest.fixture
def api(connect: Callable[..., Api], key: str) -> Api:
    """A program with a valid key."""
    return connect(key=key)


@pytest.fixture
def report() -> dict[str, str]:
    """The least a report needs."""
    return {
        "service_code": "waste",
        "description": "Sampah menumpuk di depan pasar.",
        "address_string": "Depan pasar, Jalan Contoh 1",
    }


@pytest.fixture
def public(file: Callable[..., Filed], do: Callable[..., Report]) -> Callable[..., str]:
    """File reports that an official has released: ``public(kind="road")`` is the number."""

    def make(**changes: Any) -> str:
        number = file(**changes).number
        do(number, Action.VERIFY, publish=True)
        return number

    return make


@pytest.fixture
def serve() -> Iterator[Callable[[ASGIApp], str]]:
    """Serve an application on the loopback: ``serve(Host(installation))`` is the address of the interface."""
    running: list[tuple[uvicorn.Server, threading.Thread, socket.socket]] = []

    def start(app: ASGIApp) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        running.append((server, thread, listener))
        return f"http://127.0.0.1:{listener.getsockname()[1]}{BASE}"

    yield start
    for server, thread, listener in running:
        server.should_exit = True
        thread.join(timeout=20)
        listener.close()


WAYS: dict[State, list[tuple[Action, dict[str, Any]]]] = {
    State.NEW: [],
    State.RETURNED: [(Action.RETURN, {"text": "Di mana?"})],
    State.VERIFIED: [(Action.VERIFY, {"publish": True})],
    State.FORWARDED: [(Action.VERIFY, {"publish": True}), (Action.FORWARD, {"office": "dinas-lh"})],
    State.IN_PROGRESS: [(Action.VERIFY, {"publish": True}), (Action.FORWARD, {"office": "dinas-lh"}), (Action.START, {})],
    State.ANSWERED: [(Action.VERIFY, {"publish": True}), (Action.REPLY, {"text": "Sudah diangkut."})],
    State.CLOSED: [(Action.VERIFY, {"publish": True}), (Action.REPLY, {"text": "Sudah diangkut."}), (Action.CLOSE, {})],
    State.REJECTED: [(Action.REJECT, {"text": "Bukan kewenangan daerah."})],
}
"""How a report comes into each state."""


@pytest.fixture
def bring(file: Callable[..., Filed], do: Callable[..., Report]) -> Callable[[State], str]:
    """Bring a report into a state."""

    def make(state: State) -> str:
        number = file(district="71.08.01", latitude="-0.5", longitude="124.3", place="Depan pasar").number
        for action, order in WAYS[state]:
            do(number, action, **order)
        return number

    return make


@pytest.fixture
def fill(installation: Installation, clock: Any) -> Callable[..., list[str]]:
    """Put many reports into the table, one a minute, the newest now."""

    def make(count: int, **more: Any) -> list[str]:
        numbers = [new_number() for _ in range(count)]
        rows = [
            {
                "number": number, "register_year": 2026, "register_serial": 1000 + place, "kind": "waste", "state": "closed",
                "text": "Sampah menumpuk.", "published": True, "version": 1, "submitted_at": clock() - timedelta(minutes=place),
                "updated_at": clock() - timedelta(minutes=place), **more,
            }
            for place, number in enumerate(numbers)
        ]  # fmt: skip
        with installation.database.begin() as connection:
            connection.execute(insert(model.report), rows)
        return numbers

    return make
