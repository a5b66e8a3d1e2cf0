"""HTTP on a connection: uvicorn's own, but a short answer is checked and written at once, head and body together.

uvicorn hands the head to the socket and then the body: two calls of the system and two packets, which for a small answer is as
much work as all of the host. And h11 checks each header by itself, of which the host adds some to every answer. Here the head
of an answer that says its length waits for the first part of its body; where that is all of it, both are checked and written
together. Every other answer goes uvicorn's way.
"""

from __future__ import annotations

from collections.abc import Awaitable, Generator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import h11
from h11._headers import Headers, normalize_and_validate
from uvicorn.protocols.http.flow_control import CLOSE_HEADER
from uvicorn.protocols.http.h11_impl import STATUS_PHRASES, H11Protocol, RequestResponseCycle

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

    from uvicorn.config import Config
    from uvicorn.server import ServerState

MOST_TOGETHER: Final = 64 * 1024
"""Bytes of a body that are written together with its head at most: larger ones are not worth the copy."""

_START: Final = "http.response.start"
_BODY: Final = "http.response.body"
_LENGTH: Final = b"content-length"
_MOST_DIGITS: Final = 18
_LEFT_TO_H11: Final = frozenset({b"connection", b"transfer-encoding", b"upgrade"})
"""What changes how the answer or the connection ends."""

_Head = tuple[Any, Headers, int]
"""The beginning of an answer as ASGI has it, its headers as h11 has them, the length they say."""


class TogetherProtocol(H11Protocol):
    """uvicorn's protocol over h11, whose short answers are written at once."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._serve = self.app
        self.app = self._answer

    def _answer(self, scope: Any, receive: Any, send: Any) -> Awaitable[None]:
        cycle = self.cycle
        if not cycle.access_log and scope["method"] != "HEAD" and CLOSE_HEADER not in scope["headers"]:
            send = _Answer(cycle).send
        answered: Awaitable[None] = self._serve(scope, receive, send)
        return answered


class _Done:
    """What has been done already, for whoever awaits it."""

    def __await__(self) -> Generator[Any, Any, None]:
        yield from ()


_DONE: Final = _Done()


class _Answer:
    """The answer to one request, whose head may wait for the body."""

    __slots__ = ("_cycle", "_head")

    def __init__(self, cycle: RequestResponseCycle) -> None:
        self._cycle = cycle
        self._head: _Head | None = None

    def send(self, message: Any) -> Awaitable[None]:
        """Send a part of it, as ASGI has it; a function, for a coroutine is one more thing to make for each part."""
        head = self._head
        if head is not None:
            self._head = None
            if message["type"] == _BODY and not message.get("more_body") and self._whole(head, message.get("body", b"")):
                return _DONE
            return self._apart(head, message)
        cycle = self._cycle
        if message["type"] == _START and not cycle.response_started:
            headers = checked((*cycle.default_headers, *message.get("headers", ())))
            if headers is not None:
                self._head = message, *headers
                return _DONE
        return cycle.send(message)

    async def _apart(self, head: _Head, message: Any) -> None:
        await self._cycle.send(head[0])
        await self._cycle.send(message)

    def _whole(self, head: _Head, body: bytes) -> bool:
        """Write head and body, or return False where that is left to uvicorn."""
        message, headers, length = head
        cycle = self._cycle
        reason = STATUS_PHRASES.get(message["status"])
        if not reason or not length == len(body) <= MOST_TOGETHER or cycle.flow.write_paused or cycle.disconnected:
            return False
        conn = cycle.conn
        cycle.response_started = True
        cycle.waiting_for_100_continue = False
        written = conn.send(h11.Response(status_code=message["status"], headers=headers, reason=reason))
        written += conn.send(h11.Data(data=body)) + conn.send(h11.EndOfMessage())
        cycle.transport.write(written)
        cycle.response_complete = True
        cycle.message_event.set()
        if conn.our_state is h11.MUST_CLOSE or not cycle.keep_alive:
            conn.send(h11.ConnectionClosed())
            cycle.transport.close()
        cycle.on_response()
        return True


def checked(given: Sequence[tuple[bytes, bytes]]) -> tuple[Headers, int] | None:
    """Return the headers of an answer as h11 has them, and the length they say; None where h11 has to look at them itself.

    Args:
        given: Names and values.
    """
    names = tuple([name for name, _ in given])
    known = _checked_names(names)
    if known is None:
        return None
    values = [value for _, value in given]
    length = values[known.length_at]
    try:
        clean = b"".join(values).decode("latin-1").isprintable()
    except TypeError:
        return None
    if not clean or not length.isdigit() or len(length) > _MOST_DIGITS:
        return None
    return Headers(list(zip(names, known.lower, values, strict=True))), int(length)


class _Names(NamedTuple):
    lower: tuple[bytes, ...]
    length_at: int


@lru_cache(maxsize=256)
def _checked_names(names: tuple[bytes, ...]) -> _Names | None:
    """Return the names of an answer in small letters; None where h11 refuses one, acts on one, or finds no single length."""
    if set(map(type, names)) != {bytes}:
        return None
    try:
        lower = tuple(name for name, _ in normalize_and_validate([(name, b"0") for name in names]))
    except h11.LocalProtocolError:
        return None
    if len(lower) != len(names) or lower.count(_LENGTH) != 1 or _LEFT_TO_H11.intersection(lower):
        return None
    return _Names(lower, lower.index(_LENGTH))
