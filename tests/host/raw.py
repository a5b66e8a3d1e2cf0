"""Requests byte for byte, as a server hands them to an application; no client tidies them up first."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, MutableMapping
from typing import Any
from urllib.parse import unquote

import attrs

from smartcity_share.host.app import Host


@attrs.frozen
class RawAnswer:
    """What the application sent."""

    status: int
    headers: dict[str, str]
    body: bytes


def scope_of(
    method: str, raw: bytes, headers: Iterable[tuple[bytes, bytes]] = ((b"host", b"localhost"),), **more: Any
) -> dict[str, Any]:
    """Return the scope uvicorn makes of a request line and headers."""
    target, _, query = raw.partition(b"?")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(target.decode("latin-1")),
        "raw_path": target,
        "query_string": query,
        "root_path": "",
        "headers": list(headers),
        "client": ("192.0.2.7", 40000),
        "server": ("127.0.0.1", 8000),
        **more,
    }


def raw_request(
    host: Host,
    method: str,
    raw: bytes,
    headers: Iterable[tuple[bytes, bytes]] = ((b"host", b"localhost"),),
    body: Iterable[bytes] = (b"",),
    **more: Any,
) -> RawAnswer:
    """Call the application once and return what it sent; what it raises is raised here."""
    return asyncio.run(call(host, scope_of(method, raw, headers, **more), body))


async def call(host: Host, scope: dict[str, Any], body: Iterable[bytes] = (b"",)) -> RawAnswer:
    """The same in a running loop."""
    parts = list(body)
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        if not parts:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    await host(scope, receive, send)
    start = sent[0]
    found = {name.decode("latin-1"): value.decode("latin-1") for name, value in start["headers"]}
    return RawAnswer(start["status"], found, b"".join(message.get("body", b"") for message in sent[1:]))
