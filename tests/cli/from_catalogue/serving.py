"""A web server of files as anybody may run one, which can be told to misbehave."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import attrs


@attrs.define
class Site:
    """A folder that is served.

    Attributes:
        folder: The folder.
        address: Its address.
        cuts: After how many bytes of a wheel the connection is cut, one for each request to come.
        has_ranges: Whether parts of a file can be asked for.
        page: What is answered to everything instead.
        asked: What was asked: path and range.
    hosts: The hosts that were asked for.
    headers: Headers every file is sent with.
    """

    folder: Path
    address: str = ""
    cuts: list[int] = attrs.field(factory=list)
    has_ranges: bool = True
    page: bytes = b""
    asked: list[tuple[str, str]] = attrs.field(factory=list)
    hosts: set[str] = attrs.field(factory=set)
    headers: dict[str, str] = attrs.field(factory=dict)

    def wheels_asked(self) -> list[str]:
        """Return the ranges wheels were asked with."""
        return [asked for path, asked in self.asked if path.endswith(".whl")]


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_words: Any) -> None:
        """Whoever was cut off hangs up."""


@contextmanager
def serving(folder: Path) -> Iterator[Site]:
    """Serve a folder on this machine for as long as the block takes."""
    site = Site(folder)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked = self.headers.get("Range", "")
            place = urlsplit(self.path).path  # a proxy is asked with the whole address
            site.asked.append((place, asked))
            site.hosts.add(self.headers["Host"])
            path = site.folder / place.lstrip("/")
            if place.startswith("/lama/"):
                self.answer(301, b"", "text/html", {"Location": place.removeprefix("/lama")})
            elif site.page:
                self.answer(200, site.page, "text/html; charset=utf-8")
            elif not path.is_file():
                self.answer(404, b"<html>not here</html>", "text/html")
            else:
                content = path.read_bytes()
                found = re.match(r"bytes=(\d+)-", asked) if site.has_ranges else None
                start = int(found[1]) if found else 0
                headers = {"Content-Range": f"bytes {start}-{len(content) - 1}/{len(content)}"} if found else {}
                self.answer(206 if found else 200, content[start:], "application/octet-stream", {**headers, **site.headers})

        def answer(self, status: int, content: bytes, kind: str, headers: dict[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in {"Content-Type": kind, "Content-Length": str(len(content)), **(headers or {})}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.path.endswith(".whl") and site.cuts:
                self.wfile.write(content[: site.cuts.pop(0)])
                self.close_connection = True
            else:
                self.wfile.write(content)

        def log_message(self, *_words: Any) -> None:
            """Nobody reads it."""

    with _Server(("127.0.0.1", 0), Handler) as server:
        site.address = f"http://127.0.0.1:{server.server_address[1]}"
        thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()
