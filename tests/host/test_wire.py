"""What leaves on a connection, and when: a short answer at once, a head without waiting for its body, no more than is read."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from hypothesis import given
from hypothesis import strategies as st
from uvicorn.protocols.http.h11_impl import H11Protocol
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
        if data:
            self.writes.append(bytes(data))

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass


def _asked(kind: type[H11Protocol], app: Any, *requests: bytes) -> list[bytes]:
    """Return what a protocol writes for requests, write by write; a last empty one where it ends the connection."""

    async def ask() -> list[bytes]:
        pipe = Pipe()
        protocol = _protocol(app, kind)
        protocol.connection_made(pipe)
        for request in requests:
            protocol.data_received(request)
        while protocol.tasks:
            await asyncio.gather(*protocol.tasks)
            await asyncio.sleep(0)
        if protocol.timeout_keep_alive_task is not None:
            protocol.timeout_keep_alive_task.cancel()
        return [*pipe.writes, b""] if pipe.closed else pipe.writes

    return asyncio.run(ask())


def _answering(head: Mapping[str, Any], *bodies: bytes) -> Any:
    async def app(_scope: Any, receive: Any, send: Send) -> None:
        await receive()
        await send({"type": "http.response.start", **head})
        for number, body in enumerate(bodies, 1):
            await send({"type": "http.response.body", "body": body, "more_body": number < len(bodies)})

    return app


async def _short(_scope: Any, _receive: Any, send: Send) -> None:
    await send(HEAD)
    await send({"type": "http.response.body", "body": b"hello"})


def _protocol(app: Any, kind: type[H11Protocol] = TogetherProtocol) -> H11Protocol:
    config = uvicorn.Config(
        app, lifespan="off", log_config=None, server_header=False, ws="none", access_log=False, proxy_headers=False
    )
    return kind(config, ServerState(), {})


@pytest.fixture(autouse=True)
def no_access_log() -> Iterator[None]:
    """As `serve` has it; uvicorn sets it for the whole process."""
    logger = logging.getLogger("uvicorn.access")
    kept = logger.handlers, logger.propagate
    yield
    logger.handlers, logger.propagate = kept


@asynccontextmanager
async def _connected(app: Any) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    loop = asyncio.get_running_loop()
    made: list[H11Protocol] = []

    def make() -> H11Protocol:
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
    [written] = _asked(TogetherProtocol, _short, REQUEST)
    assert written.startswith(b"HTTP/1.1 200 OK\r\n")
    assert written.endswith(b"\r\n\r\nhello")


def test_every_answer_of_a_kept_connection_leaves_in_one_write() -> None:
    assert len(_asked(TogetherProtocol, _short, REQUEST * 3)) == 3


def test_the_head_of_an_answer_without_a_length_does_not_wait_for_its_body() -> None:
    async def ask() -> tuple[bytes, bytes]:
        seen = asyncio.Event()

        async def slow(_scope: Any, _receive: Any, send: Send) -> None:
            await send(ENDLESS)
            await seen.wait()
            await send({"type": "http.response.body", "body": b"hello"})

        async with _connected(slow) as (reader, writer):
            writer.write(REQUEST)
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
            seen.set()
            return head, await asyncio.wait_for(reader.readuntil(b"0\r\n\r\n"), 10)

    head, body = asyncio.run(ask())
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert body == b"5\r\nhello\r\n0\r\n\r\n"


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


PLAIN_NAMES: list[bytes | str] = [b"content-type", b"X-Number", b"set-cookie", "x-text"]
NAMES: list[bytes | str] = [*PLAIN_NAMES, b"connection", b"transfer-encoding", b"Content-Length", b"bad name", b""]
INJECTED = [b"a\r\nset-cookie: b", b"a\nb", b"a\x00", b"\x7f"]
VALUES = st.one_of(
    st.sampled_from([b"close", b"chunked", b"5", b"6", b"", b" ", b"\tsome\t", b"caf\xc3\xa9", "text", *INJECTED]),
    st.binary(max_size=8),
)
HEADERS = st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=4)
REQUESTS = [
    REQUEST,
    REQUEST * 2,
    REQUEST.replace(b"GET", b"HEAD"),
    REQUEST.replace(b"1.1", b"1.0"),
    REQUEST.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"),
    b"POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab",
]


@given(
    headers=HEADERS,
    length=st.sampled_from([None, 0, 5, 6]),
    status=st.sampled_from([200, 204, 304, 404, 599]),
    bodies=st.lists(st.sampled_from([b"", b"hello", b"x" * 6, bytes(MOST_TOGETHER + 1)]), min_size=1, max_size=2),
    request=st.sampled_from(REQUESTS),
)
def test_whatever_an_app_sends_the_bytes_are_those_of_uvicorn(
    headers: list[tuple[Any, Any]], length: int | None, status: int, bodies: list[bytes], request: bytes
) -> None:
    said = [] if length is None else [(b"content-length", b"%d" % length)]
    app = _answering({"status": status, "headers": [*said, *headers]}, *bodies)
    wanted = _asked(H11Protocol, app, request)
    found = _asked(TogetherProtocol, app, request)
    assert b"".join(found) == b"".join(wanted)
    assert found[-1:] == wanted[-1:] or found[-1] != b"" != wanted[-1]


@pytest.mark.parametrize("value", INJECTED[:3])
def test_a_header_that_would_begin_another_is_refused(value: bytes, caplog: pytest.LogCaptureFixture) -> None:
    app = _answering({"status": 200, "headers": [(b"content-length", b"5"), (b"x-name", value)]}, b"hello")
    assert b"set-cookie" not in b"".join(_asked(TogetherProtocol, app, REQUEST))
    assert "Illegal header value" in caplog.text


def test_an_app_that_fails_before_the_body_gives_no_part_of_its_answer(caplog: pytest.LogCaptureFixture) -> None:
    async def failing(_scope: Any, _receive: Any, send: Send) -> None:
        await send(HEAD)
        raise ValueError("as it happens")

    written = b"".join(_asked(TogetherProtocol, failing, REQUEST))
    assert written.startswith(b"HTTP/1.1 500 ")
    assert "as it happens" in caplog.text
