"""Handing a request to another process of this server, and its answer back, part by part (docs/adr/0021).

The other process is a host like this one and judges the request itself; it trusts what its socket brings as a proxy's. So the
answer goes out as it comes, headers of the house included.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Final

from smartcity_share.host.csrf import SAFE_METHODS
from smartcity_share.host.mounts import PAUSED
from smartcity_share.host.refusal import Refusal

if TYPE_CHECKING:
    from httpcore2 import AsyncConnectionPool
    from starlette.types import Scope

    from smartcity_share.host.exchange import Exchange

_OF_THE_LINE: Final = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
"""Headers that are of one connection only (RFC 9110, section 7.6.1)."""
_OURS: Final = frozenset({b"x-forwarded-for", b"x-forwarded-proto", b"x-request-id"})
_KEPT: Final = 32
_KEPT_SECONDS: Final = 5.0
_SOON: Final = ((b"retry-after", b"5"),)


class Forwarding:
    """The connections to the other processes; made when the first request is handed on."""

    def __init__(self) -> None:
        self._pools: dict[Path, AsyncConnectionPool] = {}

    async def forward(self, door: Path, scope: Scope, exchange: Exchange) -> None:
        """Let another process answer a request.

        Args:
            door: Its socket.
            scope: The ASGI scope; it is not changed.
            exchange: The request and its answer.

        Raises:
            Refusal: 503: the process is not there or did not begin to answer.
        """
        import httpcore2

        visit = exchange.visit
        kept = [(name, value) for name, value in scope["headers"] if name not in _OF_THE_LINE and name not in _OURS]
        said = [
            (b"x-forwarded-for", visit.address.encode("ascii", "replace")),
            (b"x-forwarded-proto", visit.scheme.encode("ascii")),
            (b"x-request-id", visit.request_id.encode("ascii")),
        ]
        target = scope.get("raw_path") or scope["path"].encode()
        if scope["query_string"]:
            target += b"?" + scope["query_string"]
        has_body = b"content-length" in visit.headers or b"transfer-encoding" in visit.headers
        if b"transfer-encoding" in visit.headers:
            said.append((b"transfer-encoding", b"chunked"))
        request = httpcore2.Request(
            scope["method"],
            httpcore2.URL(scheme=b"http", host=b"other-process", target=target),
            headers=[*kept, *said],
            content=_body(exchange) if has_body else None,
        )
        pool = self._pool(door)
        failures = (httpcore2.NetworkError, httpcore2.ProtocolError)
        try:
            try:
                answer = await pool.handle_async_request(request)
            except failures:
                if has_body or scope["method"] not in SAFE_METHODS:
                    raise
                answer = await pool.handle_async_request(request)  # the process was changed: the next one takes it
        except failures as error:
            raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, PAUSED, headers=_SOON) from error
        try:
            headers = [(name.lower(), value) for name, value in answer.headers if name.lower() not in _OF_THE_LINE]
            await exchange.pass_on({"type": "http.response.start", "status": answer.status, "headers": headers})
            async for part in answer.aiter_stream():
                await exchange.pass_on({"type": "http.response.body", "body": part, "more_body": True})
            await exchange.pass_on({"type": "http.response.body", "body": b""})
        finally:
            await answer.aclose()

    async def close(self) -> None:
        """Close every connection."""
        for pool in self._pools.values():
            await pool.aclose()
        self._pools.clear()

    def _pool(self, door: Path) -> AsyncConnectionPool:
        found = self._pools.get(door)
        if found is None:
            from httpcore2 import AsyncConnectionPool

            found = AsyncConnectionPool(
                uds=str(door), max_connections=None, max_keepalive_connections=_KEPT, keepalive_expiry=_KEPT_SECONDS
            )
            self._pools[door] = found
        return found


async def _body(exchange: Exchange) -> AsyncIterator[bytes]:
    more = True
    while more:
        message = await exchange.receive()
        if message["type"] != "http.request":
            return
        more = message.get("more_body", False)
        yield message.get("body", b"")
