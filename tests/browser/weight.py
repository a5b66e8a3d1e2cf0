"""What a page weighs on the line, with all it needs, and how long a first visit takes by it: worked out from real answers.

The line is the "3G" of WebPageTest (``www/settings/connectivity.ini.sample``): 1.6 Mbit/s down, 300 ms there and back. A first
visit finds out the address, connects and agrees on keys, one round trip each, then asks for the page, and after it for what the
page names; a picture waits for no other, six at a time, as browsers do.
"""

from __future__ import annotations

import gzip
import http.client
import math
import re
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin, urlsplit

import attrs

ROUND_TRIP: Final = 0.3
"""Seconds."""

BYTES_PER_SECOND: Final = 1_600_000 / 8
_TO_CONNECT: Final = 3
_AT_ONCE: Final = 6
_CSS_ADDRESS: Final = re.compile(rb"""url\(\s*["']?([^"')]+)|@import\s+["']([^"']+)""")


@attrs.frozen
class Piece:
    """One answer.

    Attributes:
        size: Bytes of it as sent, headers included.
        kind: Its media type.
        body: The body as sent.
        packed: Whether it came compressed.
    """

    size: int
    kind: str
    body: bytes
    packed: bool


@attrs.frozen
class Weight:
    """A page with all it needs.

    Attributes:
        address: Its address.
        needed: Bytes of the page, its style sheets and what these name.
        asked: How many answers these are.
        pictures: Bytes of the pictures in it, thumbnails among them.
        pictured: How many answers these are.
    """

    address: str
    needed: int
    asked: int
    pictures: int
    pictured: int

    @property
    def readable(self) -> float:
        """Seconds until it can be read, every answer waiting for the one before."""
        return (_TO_CONNECT + self.asked) * ROUND_TRIP + self.needed / BYTES_PER_SECOND

    @property
    def complete(self) -> float:
        """Seconds until the last picture is there, those below the fold too, which a browser puts off."""
        return self.readable + math.ceil(self.pictured / _AT_ONCE) * ROUND_TRIP + self.pictures / BYTES_PER_SECOND

    def __str__(self) -> str:
        return (
            f"{self.address}: {self.needed} bytes in {self.asked}, {self.readable:.1f} s; "
            f"with {self.pictured} pictures of {self.pictures} bytes {self.complete:.1f} s"
        )


class _Names(HTMLParser):
    """What a page names that a browser loads with it."""

    def __init__(self) -> None:
        super().__init__()
        self.needed: list[str] = []
        self.pictures: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "link" and {"stylesheet", "preload"} & set(given.get("rel", "").split()):
            self.needed.append(given["href"])
        elif tag == "link" and "icon" in given.get("rel", ""):
            self.pictures.append(given["href"])
        elif tag == "script" and "src" in given:
            self.needed.append(given["src"])
        elif tag in {"img", "source", "iframe", "embed"} and given.get("src"):
            self.pictures.append(given["src"])


class Line:
    """Loads pages of one server; what two of them share is fetched once and weighed with each.

    Args:
        base: Address of the server.
    """

    def __init__(self, base: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=30)
        self._known: dict[tuple[str, str], Piece] = {}

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def weigh(self, address: str, cookies: str) -> Weight:
        """Weigh a page as whoever has these cookies is shown it for the first time."""
        page = self._piece(address, cookies)
        names = _Names()
        names.feed(_plain(page).decode("utf-8", "replace"))
        needed, waiting = {address: page}, [urljoin(address, name) for name in names.needed]
        while waiting:
            found = waiting.pop()
            if found in needed or found.startswith("data:"):
                continue
            needed[found] = self._piece(found, cookies)
            if needed[found].kind == "text/css":
                named = (one or other for one, other in _CSS_ADDRESS.findall(_plain(needed[found])))
                waiting += [urljoin(found, name.decode()) for name in named if not name.startswith((b"data:", b"#"))]
        pictures = {urljoin(address, name) for name in names.pictures if not name.startswith("data:")} - needed.keys()
        shown = [self._piece(picture, cookies) for picture in pictures]
        sizes = sum(piece.size for piece in needed.values()), sum(piece.size for piece in shown)
        return Weight(address, sizes[0], len(needed), sizes[1], len(shown))

    def _piece(self, address: str, cookies: str) -> Piece:
        if (address, cookies) not in self._known:
            parts = urlsplit(address)
            target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
            headers = {"Accept": "text/html,*/*;q=0.8", "Accept-Encoding": "gzip", "Cookie": cookies}
            self._connection.request("GET", target, headers={name: value for name, value in headers.items() if value})
            answer = self._connection.getresponse()
            body = answer.read()
            head = sum(len(f"{name}: {value}\r\n") for name, value in answer.getheaders()) + len("HTTP/1.1 200 OK\r\n\r\n")
            kind = answer.getheader("content-type", "").partition(";")[0]
            packed = answer.getheader("content-encoding") == "gzip"
            self._known[address, cookies] = Piece(head + len(body), kind, body, packed)
        return self._known[address, cookies]


def _plain(piece: Piece) -> bytes:
    return gzip.decompress(piece.body) if piece.packed else piece.body
