"""Asking a host many things at once, in its own process and on its own event loop: no socket, no thread for each request."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Iterable, MutableMapping, Sequence
from typing import Any, Final, NoReturn
from urllib.parse import unquote, urlencode

import attrs
from starlette.datastructures import Headers
from starlette.testclient import TestClient

from smartcity_share.host.app import Host

AT_ONCE: Final = 8
"""Requests that are on their way at the same time, to whichever region: what one of them sets must not be seen by another."""

_BOUNDARY: Final = "batas-isolasi"


@attrs.frozen
class Answer:
    """What was answered.

    Attributes:
        status_code: HTTP status; 0 where the line was cut.
        headers: Its headers.
        content: Its body.
    """

    status_code: int
    headers: Headers
    content: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.content.decode("utf-8", "replace")


@attrs.frozen
class Sent:
    """A request as the host is handed it.

    Attributes:
        method: The method.
        target: Path and query.
        host: Host name.
        headers: More headers.
        body: The body.
        kind: Content type of the body.
    """

    method: str
    target: str
    host: str = "localhost"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    kind: str = ""


def form(fields: Any, uploads: Iterable[tuple[str, bytes]] = ()) -> tuple[bytes, str]:
    """Return a form as it is sent, and its content type."""
    uploads = list(uploads)
    if not uploads:
        return urlencode(fields).encode(), "application/x-www-form-urlencoded"
    parts = [f'form-data; name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
    for name, content in uploads:
        quoted = name.replace("\\", "\\\\").replace('"', "%22")
        parts.append(f'form-data; name="photo"; filename="{quoted}"\r\nContent-Type: image/jpeg\r\n\r\n'.encode() + content)
    body = b"".join(f"--{_BOUNDARY}\r\nContent-Disposition: ".encode() + part + b"\r\n" for part in parts)
    return body + f"--{_BOUNDARY}--\r\n".encode(), f"multipart/form-data; boundary={_BOUNDARY}"


def ask(client: TestClient, host: Host, requests: Sequence[Sent], at_once: int = AT_ONCE) -> list[Answer]:
    """Send requests and return their answers, in order.

    Args:
        client: Who runs the host; it has been entered.
        host: The host.
        requests: What is sent.
        at_once: How many may be on their way at the same time.
    """
    assert client.portal is not None
    return client.portal.call(functools.partial(_ask, host, requests, at_once))


async def _ask(host: Host, requests: Sequence[Sent], at_once: int) -> list[Answer]:
    free = asyncio.Semaphore(at_once)

    async def one(request: Sent) -> Answer:
        async with free:
            return await _one(host, request)

    return await asyncio.gather(*(one(request) for request in requests))


async def _one(host: Host, request: Sent) -> Answer:
    path, _, query = request.target.partition("?")
    headers = {"host": request.host, "accept": "*/*", "sec-fetch-site": "same-origin", **dict(request.headers)}
    if request.kind:
        headers |= {"content-type": request.kind, "content-length": str(len(request.body))}
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers.items()],
        "client": ("testclient", 50000),
        "server": ("localhost", 80),
        "state": {},
    }
    waiting = [{"type": "http.request", "body": request.body, "more_body": False}]
    start: MutableMapping[str, Any] = {"status": 0, "headers": []}
    pieces: list[bytes] = []

    async def receive() -> MutableMapping[str, Any]:
        return waiting.pop() if waiting else await _never()

    async def send(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        else:
            pieces.append(message.get("body", b""))

    await host(scope, receive, send)
    return Answer(start["status"], Headers(raw=list(start["headers"])), b"".join(pieces))


async def _never() -> NoReturn:
    await asyncio.Event().wait()
    raise AssertionError
