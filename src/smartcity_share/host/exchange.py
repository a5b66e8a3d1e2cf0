"""One request and its answer as they pass between the server and an app: counted, timed, with the headers of the house.

The host stands on both sides of the app: what the app receives is counted against the limit of the body, what it sends gets the
security headers, and a watch ends the exchange when the client or the app lets it wait too long.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from time import monotonic
from typing import Any, Final

import attrs

from smartcity_share.host.headers import Header, answer_headers
from smartcity_share.host.packing import Packer, packed
from smartcity_share.host.refusal import Refusal
from smartcity_share.host.visit import Visit

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

BODY_TOO_LARGE: Final = "What you sent is larger than this service takes."


_APP_ERROR: Final = 500
_MOST_HELD: Final = 64 * 1024


class ConnectionEnd(Exception):  # noqa: N818 - the only way in ASGI to end a connection whose answer cannot be finished
    """Ends the connection: the answer had begun when the app failed, so the reader must not take it for whole."""


@attrs.frozen
class Patience:
    """How much, and for how long, is taken from client and app.

    Attributes:
        answer_seconds: How long the app may take until it answers, and between the parts of its answer.
        body_seconds: How long the client may let the next part of the body wait.
        body_total_seconds: How long the client may take for the whole body.
        body_limit: Largest body in bytes.
    """

    answer_seconds: float
    body_seconds: float
    body_total_seconds: float
    body_limit: int


class Exchange:
    """One request and its answer.

    What most requests never change lies in the class, so that making an exchange is cheap: it is done for every request.

    Args:
        visit: The request.
        receive: The server's.
        send: The server's.
        patience: The limits.
    """

    root = ""
    own = True
    started = False
    finished = False
    overdue = False
    awaits_body = False
    task: asyncio.Task[Any] | None = None
    body_bytes = 0
    _body_done = False
    _body_end = 0.0
    _held: list[Message] | None = None
    _packer: Packer | None = None

    def __init__(self, visit: Visit, receive: Receive, send: Send, patience: Patience) -> None:
        self.visit = visit
        self._receive = receive
        self._send = send
        self._patience = patience
        self.deadline = monotonic() + patience.answer_seconds

    def check_length(self) -> None:
        """Refuse a body that says it is too large, or says its length in two ways, before a byte of it is read.

        Raises:
            Refusal: 413 or 400.
        """
        headers = self.visit.headers
        said = headers.get(b"content-length")
        if said is None:
            return
        if not said.isdigit() or b"transfer-encoding" in headers:
            raise Refusal(HTTPStatus.BAD_REQUEST, "The length of the request is not clear.", end_connection=True)
        if int(said[:20]) > self._patience.body_limit:
            raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, BODY_TOO_LARGE, end_connection=True)

    async def receive(self) -> Message:
        """Hand the next part of the body to the app.

        Raises:
            Refusal: 413 once more has arrived than is allowed.
        """
        if self._body_done:
            return await self._receive()
        now = monotonic()
        if not self._body_end:
            self._body_end = now + self._patience.body_total_seconds
        self.awaits_body = True
        self.deadline = min(now + self._patience.body_seconds, self._body_end)
        message = await self._receive()
        self.awaits_body = False
        self.deadline = monotonic() + self._patience.answer_seconds
        if message["type"] == "http.request":
            self.body_bytes += len(message.get("body", b""))
            if self.body_bytes > self._patience.body_limit:
                raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, BODY_TOO_LARGE, end_connection=True)
            self._body_done = not message.get("more_body", False)
        else:
            self._body_done = True
        return message

    def send(self, message: Message) -> Awaitable[None]:
        """Hand a part of the answer to the server; the beginning of it gets the headers of the house.

        What the server returns is returned as it is: a coroutine around it would be one more for each part of every answer.
        """
        kind = message["type"]
        if kind == "http.response.start":
            if not self.own and (self._held is not None or message["status"] == _APP_ERROR):
                return self._hold(message)
            if self.started:
                raise RuntimeError("The answer was begun twice.")
            self.started = True
            visit = self.visit
            given = message.get("headers", ())
            if visit.session is None:
                given, self._packer = packed(message["status"], given, visit.headers.get(b"accept-encoding"))
            headers = answer_headers(
                given,
                visit.request_id.encode("ascii"),
                visit.caller.standing.scheme == "https",
                self.root,
                visit.session is not None,
                self.own and self._held is None,
            )
            message = {**message, "headers": headers}
        elif self._held is not None and not self.own:
            return self._hold(message)
        elif kind == "http.response.body":
            self.finished = not message.get("more_body", False)
            if self._packer is not None:
                message = {**message, "body": self._packer.pack(message.get("body", b""), last=self.finished)}
        self.deadline = monotonic() + self._patience.answer_seconds
        return self._send(message)

    def pass_on(self, message: Message) -> Awaitable[None]:
        """Hand the server a part of an answer that another process of ours made; its headers of the house are on it."""
        if message["type"] == "http.response.start":
            self.started = True
        else:
            self.finished = not message.get("more_body", False)
        self.deadline = monotonic() + self._patience.answer_seconds
        return self._send(message)

    async def _hold(self, message: Message) -> None:
        """Hold back an app's own page for its fault until it is known whether the fault is raised as well."""
        held = self._held = self._held or []
        held.append(message)
        if sum(len(part.get("body", b"")) for part in held) > _MOST_HELD:
            await self._let_go()

    async def _let_go(self) -> None:
        held = self._held or []
        self.own = True  # what is held passes, its cookies still confined; and so does what follows it
        for message in held:
            await self.send(message)
        self._held = None

    async def require_finished(self) -> None:
        """Send what is still held back, and refuse an app that returned too early.

        Raises:
            RuntimeError: The answer was not begun or not finished.
        """
        if self._held is not None:
            await self._let_go()
        if not self.finished:
            raise RuntimeError("The app returned without finishing its answer.")

    async def answer(self, status: int, headers: list[Header], body: bytes, *, head: bool) -> None:
        """Answer for the host itself, instead of anything that is held back."""
        self.own = True
        self._held = None
        headers = [*headers, (b"content-length", str(len(body)).encode("ascii"))]
        await self.send({"type": "http.response.start", "status": status, "headers": headers})
        await self.send({"type": "http.response.body", "body": b"" if head else body})
