"""Public text is sent smaller to whoever takes it; nothing that is for one reader alone ever is."""

from __future__ import annotations

import gzip
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartcity_share.host.packing import LARGEST, SMALLEST, Packer, packed, takes_gzip
from tests.host.conftest import NORTH, Town

TEXT = """
from starlette.applications import Starlette
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from smartcity_share import hookimpl

WORDS = b"laporan warga " * 400


async def page(request):
    query = request.query_params
    headers = {key: value for key, value in query.items() if key in ("cache-control", "set-cookie", "etag")}
    words = WORDS[: int(query.get("length", len(WORDS)))]
    return Response(words, int(query.get("status", 200)), headers, query.get("type", "text/html"))


async def stream(request):
    async def parts():
        for number in range(20):
            yield b"part %d of the table\\n" % number * 50
    return StreamingResponse(parts(), media_type="text/csv")


@hookimpl
def asgi_app():
    return Starlette(routes=[Route("/page", page), Route("/stream", stream)])
"""
GZIP = {"accept-encoding": "gzip"}


@pytest.fixture
def text_town(town: Town) -> Town:
    """The town with an app that answers text."""
    town.install("text", plugin=TEXT)
    return town


def _ask(town: Town, path: str = "page", *, headers: dict[str, str] = GZIP, **query: str) -> Any:
    return town.client().get(f"/{NORTH}/text/{path}", params=query, headers=headers)


def _is_packed(answer: Any) -> bool:
    return answer.headers.get("content-encoding") == "gzip"


def test_a_public_page_is_sent_packed_and_reads_the_same(text_town: Town) -> None:
    small, whole = _ask(text_town), _ask(text_town, headers={"accept-encoding": "identity"})
    assert (_is_packed(small), _is_packed(whole)) == (True, False)
    assert small.text == whole.text
    assert int(whole.headers["content-length"]) > 5000
    assert [answer.headers["vary"] for answer in (small, whole)] == ["Accept-Encoding"] * 2
    assert small.headers["x-content-type-options"] == "nosniff"


def test_a_stream_is_packed_part_by_part(text_town: Town) -> None:
    answer = _ask(text_town, "stream")
    assert _is_packed(answer)
    assert answer.text == _ask(text_town, "stream", headers={"accept-encoding": "identity"}).text


@pytest.mark.parametrize(
    "query",
    [
        {"cache-control": "private, no-store"},
        {"cache-control": "private"},
        {"cache-control": "no-transform"},
        {"set-cookie": "a=b"},
        {"type": "image/jpeg"},
        {"type": "application/zip"},
        {"length": "1000"},
        {"status": "404"},
        {"status": "206"},
    ],
)
def test_what_is_for_one_reader_small_or_no_text_is_not_packed(text_town: Town, query: dict[str, str]) -> None:
    assert not _is_packed(_ask(text_town, **query))


def test_nothing_is_packed_under_a_session(text_town: Town) -> None:
    with text_town.signed_in(text_town.add()) as client:
        answer = client.get(f"/{NORTH}/text/page", headers=GZIP)
    assert (answer.status_code, _is_packed(answer)) == (200, False)
    assert "no-store" in answer.headers["cache-control"]


def test_a_tag_becomes_weak_for_it_no_longer_names_the_bytes(text_town: Town) -> None:
    assert _ask(text_town, etag='"abc"').headers["etag"] == 'W/"abc"'
    assert _ask(text_town, etag='W/"abc"').headers["etag"] == 'W/"abc"'
    assert _ask(text_town, etag='"abc"', headers={"accept-encoding": "identity"}).headers["etag"] == '"abc"'


def test_what_is_packed_already_stays_as_it_is() -> None:
    headers = [(b"Content-Type", b"text/css"), (b"Content-Encoding", b"br"), (b"content-length", b"5000")]
    assert packed(200, headers, b"gzip") == (headers, None)


@pytest.mark.parametrize(
    ("length", "is_packed"), [(SMALLEST - 1, False), (SMALLEST, True), (LARGEST, True), (LARGEST + 1, False)]
)
def test_length_decides(length: int, is_packed: bool) -> None:
    headers = [(b"content-type", b"text/plain"), (b"content-length", str(length).encode())]
    assert (packed(200, headers, b"gzip")[1] is not None) is is_packed


@pytest.mark.parametrize(
    ("accept", "taken"),
    [
        (None, False),
        (b"", False),
        (b"gzip", True),
        (b"GZIP", True),
        (b"br, gzip;q=0.5", True),
        (b"gzip;q=0", False),
        (b"gzip; q=0.000", False),
        (b"*", True),
        (b"*;q=0", False),
        (b"gzip;q=0, *", False),
        (b"x-gzip", False),
        (b"identity", False),
    ],
)
def test_the_client_says_whether_it_takes_it(accept: bytes | None, taken: bool) -> None:
    assert takes_gzip(accept) is taken


@given(parts=st.lists(st.binary(max_size=300), min_size=1, max_size=8))
def test_each_part_can_be_read_as_soon_as_it_is_sent(parts: list[bytes]) -> None:
    packer, reader = Packer(), zlib.decompressobj(31)
    sent, read = b"", b""
    for number, part in enumerate(parts, 1):
        piece = packer.pack(part, last=number == len(parts))
        sent += piece
        read += reader.decompress(piece)
        assert read == b"".join(parts[:number])
    assert gzip.decompress(sent) == b"".join(parts)
