"""Requests that are too large, too slow or malformed are refused before an app has to deal with them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from smartcity_share.host.front import LONGEST_HEADERS, MOST_HEADERS
from smartcity_share.host.watch import Watch
from tests.host.conftest import ECHO, ECHO_MANIFEST, NORTH, Town
from tests.host.raw import call, raw_request, scope_of

HOST = (b"host", b"localhost")
BODY = f"/{NORTH}/echo/body".encode()


@pytest.fixture
def small(make_town: Callable[..., Town]) -> Town:
    """A host that takes 2,000 bytes."""
    town = make_town(config={"limits": {"request_body_bytes": 2000}})
    town.install("echo", plugin=ECHO, manifest=ECHO_MANIFEST)
    return town


def test_a_body_within_the_limit_passes(small: Town) -> None:
    assert small.client().post(f"/{NORTH}/echo/body", content=b"x" * 2000).text == "2000"


def test_a_body_that_says_it_is_too_large_is_refused_unread(small: Town) -> None:
    def never() -> Iterator[bytes]:
        raise AssertionError("read")
        yield b""

    answer = raw_request(small.host, "POST", BODY, [HOST, (b"content-length", b"2001")], body=())
    assert (answer.status, answer.headers["connection"]) == (413, "close")


def test_a_body_that_grows_too_large_is_refused_while_it_arrives(small: Town) -> None:
    read: list[int] = []

    def parts() -> Iterator[bytes]:
        for number in range(100):
            read.append(number)
            yield b"x" * 500

    async def run() -> Any:
        given = parts()
        sent: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": next(given), "more_body": True}

        async def send(message: Any) -> None:
            sent.append(message)

        await small.host(scope_of("POST", BODY, [HOST, (b"transfer-encoding", b"chunked")]), receive, send)
        return sent

    sent = asyncio.run(run())
    assert (sent[0]["status"], len(read)) == (413, 5)


@pytest.mark.parametrize("value", [b"-1", b"+5", b"1e3", b"", b"0x10", b"5, 5"])
def test_a_length_that_is_no_number_is_refused(small: Town, value: bytes) -> None:
    assert raw_request(small.host, "POST", BODY, [HOST, (b"content-length", value)]).status == 400


@pytest.mark.parametrize(
    "headers",
    [
        [HOST, (b"content-length", b"5"), (b"transfer-encoding", b"chunked")],
        [HOST, HOST],
        [HOST, (b"content-length", b"5"), (b"content-length", b"6")],
        [HOST, (b"origin", b"http://localhost"), (b"origin", b"http://evil.example")],
        [HOST, (b"sec-fetch-site", b"same-origin"), (b"sec-fetch-site", b"cross-site")],
    ],
)
def test_headers_that_say_two_things_are_refused(small: Town, headers: list[tuple[bytes, bytes]]) -> None:
    assert raw_request(small.host, "POST", BODY, headers).status == 400


@pytest.mark.parametrize(
    "headers",
    [
        [HOST, *((b"x-%d" % number, b"1") for number in range(MOST_HEADERS))],
        [HOST, (b"cookie", b"a" * (LONGEST_HEADERS + 1))],
    ],
)
def test_too_many_or_too_long_headers_are_refused(small: Town, headers: list[tuple[bytes, bytes]]) -> None:
    assert raw_request(small.host, "GET", BODY, headers).status == 431


@pytest.mark.parametrize(
    "host", [b"", b"evil.example/path", b"a b", b"a@b", b"-a", b"a:b", b"a:123456", b"[::1", b"\xff", b"a" * 300]
)
def test_a_host_header_that_is_no_host_name_is_refused(small: Town, host: bytes) -> None:
    assert raw_request(small.host, "GET", f"/{NORTH}/echo/show".encode(), [(b"host", host)]).status == 400


def test_a_request_without_host_header_is_refused(small: Town) -> None:
    assert raw_request(small.host, "GET", f"/{NORTH}/echo/show".encode(), []).status == 400


@pytest.mark.parametrize("host", [b"localhost:8000", b"LAYANAN.example.go.id", b"127.0.0.1", b"[::1]:8000"])
def test_a_host_header_that_is_one_passes(small: Town, host: bytes) -> None:
    assert raw_request(small.host, "GET", f"/{NORTH}/echo/show".encode(), [(b"host", host)]).status == 200


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "get"])
def test_an_unknown_method_is_refused(small: Town, method: str) -> None:
    assert raw_request(small.host, method, BODY).status == 501


def test_options_for_the_whole_server_is_answered(small: Town) -> None:
    assert raw_request(small.host, "OPTIONS", b"*").status == 204


def test_a_body_that_stops_arriving_is_given_up(make_town: Callable[..., Town]) -> None:
    town = make_town(watch=Watch(every=0.01), body_seconds=0.05)
    town.install("echo", plugin=ECHO, manifest=ECHO_MANIFEST)

    async def run() -> Any:
        sent: list[Any] = []

        async def receive() -> Any:
            await asyncio.Event().wait()

        async def send(message: Any) -> None:
            sent.append(message)

        await town.host(scope_of("POST", BODY, [HOST, (b"content-length", b"5")]), receive, send)
        return sent

    sent = asyncio.run(run())
    assert (sent[0]["status"], dict(sent[0]["headers"])[b"connection"]) == (408, b"close")
    assert len(town.host.watch) == 0


def test_the_server_taking_a_request_back_is_not_taken_for_a_time_limit(town: Town) -> None:
    async def run() -> None:
        task = asyncio.create_task(call(town.host, scope_of("GET", f"/{NORTH}/echo/hang".encode())))
        done, _ = await asyncio.wait({task}, timeout=0.3)
        assert not done
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())
    assert len(town.host.watch) == 0


def test_a_websocket_is_refused_cleanly(town: Town) -> None:
    async def run() -> list[Any]:
        sent: list[Any] = []

        async def receive() -> Any:
            return {"type": "websocket.connect"}

        async def send(message: Any) -> None:
            sent.append(message)

        await town.host({**scope_of("GET", b"/71.08/echo/"), "type": "websocket"}, receive, send)
        return sent

    assert asyncio.run(run()) == [{"type": "websocket.close", "code": 1008}]
