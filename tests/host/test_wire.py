"""What leaves on a connection, and when: a short answer at once, a head without waiting for its body, no more than is read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from uvicorn.server import ServerState

from smartcity_share.host.wire import MOST_TOGETHER, TogetherProtocol

Send = Callable[[Any], Awaitable[None]]
HEAD: dict[str, Any] = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]}
ENDLESS: dict[str, Any] = {"type": "http.response.start", "status": 200, "headers": []}
REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


class Pipe(asyncio.Transport):
    """A transport in memory that remembers each write."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[bytes] = []
        self.closed = False

    def write(self, data: Any) -> None:
        self.writes.append(bytes(data))

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed


async def _short(_scope: Any, _receive: Any, send: Send) -> None:
    await send(HEAD)
    await send({"type": "http.response.body", "body": b"hello"})


def _protocol(app: Any) -> TogetherProtocol:
    config = uvicorn.Config(app, lifespan="off", log_config=None, server_header=False, ws="none")
    return TogetherProtocol(config, ServerState(), {})


@asynccontextmanager
async def _connected(app: Any) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    loop = asyncio.get_running_loop()
    made: list[TogetherProtocol] = []

    def make() -> TogetherProtocol:
        made.append(_protocol(app))
        return made[-1]

    server = await loop.create_server(make, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    try:
        yield reader, writer
    finally:
        writer.close()
        server.close()
        for protocol in made:
            protocol.transport.abort()
            for task in list(protocol.tasks):
                task.cancel()
        await server.wait_closed()


def test_head_and_body_of_a_short_answer_leave_in_one_write() -> None:
    async def ask() -> list[bytes]:
        pipe = Pipe()
        protocol = _protocol(_short)
        protocol.connection_made(pipe)
        protocol.data_received(REQUEST)
        await asyncio.gather(*protocol.tasks)
        await asyncio.sleep(0)
        protocol.timeout_keep_alive_task and protocol.timeout_keep_alive_task.cancel()
        return pipe.writes

    [written] = asyncio.run(ask())
    assert written.startswith(b"HTTP/1.1 200 OK\r\n")
    assert written.endswith(b"\r\n\r\nhello")


def test_the_head_does_not_wait_for_a_body_that_comes_later() -> None:
    async def ask() -> tuple[bytes, bytes]:
        seen = asyncio.Event()

        async def slow(_scope: Any, _receive: Any, send: Send) -> None:
            await send(HEAD)
            await seen.wait()
            await send({"type": "http.response.body", "body": b"hello"})

        async with _connected(slow) as (reader, writer):
            writer.write(REQUEST)
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
            seen.set()
            return head, await asyncio.wait_for(reader.readexactly(5), 10)

    head, body = asyncio.run(ask())
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert body == b"hello"


def test_an_app_is_held_up_by_a_reader_who_does_not_read() -> None:
    sent = 0

    async def ask() -> int:
        async def flood(_scope: Any, _receive: Any, send: Send) -> None:
            nonlocal sent
            await send(ENDLESS)
            while sent < 200_000_000:
                await send({"type": "http.response.body", "body": bytes(MOST_TOGETHER), "more_body": True})
                sent += MOST_TOGETHER
            await send({"type": "http.response.body", "body": b""})

        async with _connected(flood) as (reader, writer):
            writer.write(REQUEST)
            await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
            held = -1
            while held != sent:  # until nothing moves any more
                held = sent
                for _ in range(50):
                    await asyncio.sleep(0)
            await asyncio.wait_for(reader.readexactly(held // 2), 10)
            return held

    held = asyncio.run(ask())
    assert held < 50_000_000
    assert sent >= held


def test_an_answer_that_ends_the_connection_arrives_whole() -> None:
    body = bytes(range(256)) * 4096

    async def last(_scope: Any, _receive: Any, send: Send) -> None:
        await send({**ENDLESS, "headers": [(b"content-length", str(len(body)).encode()), (b"connection", b"close")]})
        await send({"type": "http.response.body", "body": body})

    async def ask() -> bytes:
        async with _connected(last) as (reader, writer):
            writer.write(REQUEST)
            return await asyncio.wait_for(reader.read(), 10)

    assert asyncio.run(ask()).endswith(b"\r\n\r\n" + body)
