"""Who asks, and under which scheme: from the connection, and from ``X-Forwarded-*`` only where a trusted proxy wrote it."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

_SCHEMES: Final = {b"http": "http", b"https": "https"}
_REQUEST_ID: Final = re.compile(rb"[A-Za-z0-9._-]{8,64}")


class Origin(NamedTuple):
    """Where a request comes from.

    Attributes:
        address: The client's address; ``unknown`` where the server does not say.
        scheme: ``http`` or ``https``, as the client sees it.
        trusted: Whether the connection comes from a trusted proxy.
    """

    address: str
    scheme: str
    trusted: bool


class Proxies:
    """Reads the origin of a request.

    ``X-Forwarded-For`` is read from the right: each trusted proxy adds the address it saw, so the first one that is no trusted
    proxy is the client. What stands left of it was sent by the client and is worth nothing.

    Args:
        trusted: Addresses and networks of the proxies.
        own_socket: Whether a connection without an address comes from another process of this server (docs/adr/0021), and is
            trusted like a proxy.
    """

    def __init__(self, trusted: Iterable[str], *, own_socket: bool = False) -> None:
        networks = tuple(ipaddress.ip_network(one, strict=False) for one in trusted)

        @lru_cache(maxsize=1024)
        def is_trusted(address: str) -> bool:
            try:
                parsed = ipaddress.ip_address(address)
            except ValueError:
                return False
            return any(parsed in network for network in networks if network.version == parsed.version)

        self._is_trusted = is_trusted
        self._own_socket = own_socket

    def origin(self, scope: Mapping[str, Any], headers: Mapping[bytes, bytes]) -> Origin:
        """Return the origin of a request.

        Args:
            scope: The ASGI scope.
            headers: Its headers by name; a repeated ``x-forwarded-for`` joined with commas.
        """
        client = scope.get("client")
        address = client[0] if client else "unknown"
        scheme = scope.get("scheme", "http")
        if not self._is_trusted(address) and not (self._own_socket and client is None):
            return Origin(address, scheme, trusted=False)
        forwarded = headers.get(b"x-forwarded-for")
        if forwarded is not None:
            address = self._client(forwarded, address)
        said = headers.get(b"x-forwarded-proto")
        if said is not None:
            scheme = _SCHEMES.get(said.rpartition(b",")[2].strip().lower(), scheme)
        return Origin(address, scheme, trusted=True)

    def _client(self, forwarded: bytes, seen: str) -> str:
        address = seen
        for part in reversed(forwarded[-2000:].split(b",")):
            text = part.strip().decode("latin-1").strip("[]")
            try:
                address = str(ipaddress.ip_address(text))
            except ValueError:
                return address
            if not self._is_trusted(address):
                return address
        return address


def given_request_id(headers: Mapping[bytes, bytes]) -> str | None:
    """Return the id a trusted proxy gave the request, if it is one that can be written to a log."""
    found = headers.get(b"x-request-id")
    return found.decode("ascii") if found is not None and _REQUEST_ID.fullmatch(found) else None
