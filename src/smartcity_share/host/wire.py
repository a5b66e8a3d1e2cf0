"""HTTP on a connection: uvicorn's own, but head and body of a short answer leave together.

uvicorn hands the head to the socket and then the body. Each is a call of the system and a packet of its own, which for a small
answer is as much work as all of the host. What is written in one turn of the event loop is put together here; the head of an
answer whose body comes later leaves without it, at the end of the turn.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final, cast

from uvicorn.protocols.http.h11_impl import H11Protocol

MOST_TOGETHER: Final = 64 * 1024
"""Bytes that wait for the end of the turn at most; asyncio's own mark from which an app is asked to pause."""


class TogetherTransport:
    """A transport that writes once in a turn of the event loop. What is not named here is the transport's own.

    Args:
        transport: The transport of the connection.
        loop: Its event loop.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._waiting: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> None:
        """Write at the end of this turn, or at once where much is waiting."""
        if not data:
            return
        if not self._waiting:
            self._loop.call_soon(self.flush)
        self._waiting.append(data)
        self._size += len(data)
        if self._size > MOST_TOGETHER:
            self.flush()

    def flush(self) -> None:
        """Write what is waiting."""
        if self._waiting:
            data = b"".join(self._waiting)
            self._waiting.clear()
            self._size = 0
            self._transport.write(data)

    def close(self) -> None:
        """Write what is waiting, then close."""
        self.flush()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class TogetherProtocol(H11Protocol):
    """uvicorn's protocol over h11, on such a transport."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Take up a connection."""
        super().connection_made(cast("asyncio.Transport", TogetherTransport(transport, self.loop)))
