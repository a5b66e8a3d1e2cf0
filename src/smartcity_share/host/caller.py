"""Who asks, as the connection and four headers say it: the same for every request of one browser, so it is read once.

What is remembered here follows from what was sent and from ``instance.toml`` alone. Whether a session is good is no part of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, TypeVar

import attrs

from smartcity_share.host.cookies import NO_COOKIES, Cookies, cookie_name, read_cookies
from smartcity_share.host.proxies import Proxies
from smartcity_share.host.routing import HostName, HostNames

if TYPE_CHECKING:
    from smartcity_share.install.config import InstanceConfig

_K = TypeVar("_K")
_V = TypeVar("_V")

_MOST_REMEMBERED: Final = 4096
_LONGEST_REMEMBERED: Final = 1024
"""Bytes of the headers a caller is known by: one who sends more is read anew each time."""


@attrs.frozen(eq=False)
class Standing:
    """What of a caller decides on its requests; the same object for all who send the same.

    Attributes:
        scheme: ``http`` or ``https``, as the client sees it.
        name: What the ``Host`` header says; None where it is missing or no host name.
        secure_cookies: Whether cookies are sent over https only.
        cookies: What the cookies say to the region that is asked for.
    """

    scheme: str
    name: HostName | None
    secure_cookies: bool
    cookies: Cookies = NO_COOKIES


@attrs.frozen(eq=False)
class Caller:
    """Who asks.

    Attributes:
        address: Address of the client, behind trusted proxies the one they forwarded.
        trusted: Whether the connection comes from a trusted proxy.
        standing: What decides on its requests.
    """

    address: str
    trusted: bool
    standing: Standing


class Callers:
    """Reads who asks.

    Args:
        config: The ``instance.toml``.
        own_socket: Whether a connection without an address comes from another process of this server.
    """

    def __init__(self, config: InstanceConfig, *, own_socket: bool = False) -> None:
        self._proxies = Proxies(config.server.trusted_proxies, own_socket=own_socket)
        self._names = HostNames(config.hosts)
        self._secure_cookies = config.server.secure_cookies
        self._callers: dict[tuple[object, ...], Caller] = {}
        self._standings: dict[tuple[str, bytes | None, bytes | None], Standing] = {}

    def find(self, scope: Mapping[str, Any], headers: Mapping[bytes, bytes]) -> Caller:
        """Return who sends a request.

        Args:
            scope: The ASGI scope.
            headers: Its headers by name; a repeated ``x-forwarded-for`` joined with commas, ``cookie`` with semicolons.
        """
        get = headers.get
        host, cookie, forwarded, scheme = get(b"host"), get(b"cookie"), get(b"x-forwarded-for"), get(b"x-forwarded-proto")
        client = scope.get("client")
        key = (client[0] if client else None, scope.get("scheme"), host, cookie, forwarded, scheme)
        found = self._callers.get(key)
        if found is None:
            kept = sum(len(part or b"") for part in (host, cookie, forwarded, scheme)) <= _LONGEST_REMEMBERED
            found = self._read(scope, headers, kept=kept)
            if kept:
                _remember(self._callers, key, found)
        return found

    def _read(self, scope: Mapping[str, Any], headers: Mapping[bytes, bytes], *, kept: bool) -> Caller:
        address, scheme, trusted = self._proxies.origin(scope, headers)
        key = (scheme, headers.get(b"host"), headers.get(b"cookie"))
        standing = self._standings.get(key)
        if standing is None:
            standing = self._standing(*key)
            if kept:
                _remember(self._standings, key, standing)
        return Caller(address, trusted, standing)

    def _standing(self, scheme: str, host: bytes | None, cookie: bytes | None) -> Standing:
        name = self._names.find(host)
        secure = scheme == "https" or (self._secure_cookies and not (name is not None and name.is_loopback))
        cookies = NO_COOKIES
        if cookie is not None:
            root = "" if name is not None and name.region is not None else "/"
            cookies = read_cookies(cookie, cookie_name(root, secure=secure))
        return Standing(scheme, name, secure, cookies)


def _remember(known: dict[_K, _V], key: _K, value: _V) -> None:
    if len(known) >= _MOST_REMEMBERED:
        known.clear()
    known[key] = value
