"""The first look at a request: what it is, and whether it is one that is answered at all."""

from __future__ import annotations

import itertools
import secrets
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from smartcity_share.host.caller import Callers
from smartcity_share.host.paths import checked_path
from smartcity_share.host.proxies import given_request_id
from smartcity_share.host.refusal import Refusal
from smartcity_share.host.visit import Headers, Visit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smartcity_share.install.config import InstanceConfig

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
MOST_HEADERS: Final = 100
LONGEST_HEADERS: Final = 32 * 1024
"""Bytes of all header values together."""

_ONCE: Final = (b"host", b"content-length", b"transfer-encoding", b"sec-fetch-site", b"origin")


class Front:
    """Makes the :class:`~smartcity_share.host.visit.Visit` of a request and refuses what is malformed.

    Args:
        config: The ``instance.toml``.
        own_socket: Whether a connection without an address comes from another process of this server.
    """

    def __init__(self, config: InstanceConfig, *, own_socket: bool = False) -> None:
        self._callers = Callers(config, own_socket=own_socket)
        self._prefix = secrets.token_hex(5)
        self._numbers = itertools.count(1_000_000)

    def visit(self, scope: Mapping[str, Any]) -> Visit:
        """Return what is known of a request; nothing is judged yet."""
        given = scope["headers"]
        headers: Headers = dict(given)
        if len(headers) != len(given):
            headers = _joined(given)
        caller = self._callers.find(scope, headers)
        request_id = f"{self._prefix}{next(self._numbers)}"
        if b"x-request-id" in headers and caller.trusted:
            request_id = given_request_id(headers) or request_id
        return Visit(request_id, caller, headers)

    def check(self, scope: Mapping[str, Any], visit: Visit) -> str | None:
        """Refuse a request that is malformed.

        Returns:
            Code of the region the host name belongs to; None for every other name.

        Raises:
            Refusal: 400, 414, 431 or 501.
        """
        if scope["method"] not in METHODS:
            raise Refusal(HTTPStatus.NOT_IMPLEMENTED, "This kind of request is not known here.", end_connection=True)
        given, headers = scope["headers"], visit.headers
        if len(given) > MOST_HEADERS or sum(map(len, headers.values())) > LONGEST_HEADERS:
            raise Refusal(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The request is too large.", end_connection=True)
        if len(headers) != len(given):
            names = [name for name, _ in given]
            if any(names.count(name) > 1 for name in _ONCE):
                raise Refusal(HTTPStatus.BAD_REQUEST, "A header is given twice.", end_connection=True)
        name = visit.caller.standing.name
        if name is None:
            raise Refusal(HTTPStatus.BAD_REQUEST, "The host name of the request is not valid.")
        checked_path(scope)
        return name.region


def _joined(given: list[tuple[bytes, bytes]]) -> Headers:
    """Return headers by name; repeated ones joined as HTTP joins them."""
    found: dict[bytes, bytes] = {}
    for name, value in given:
        if name in found:
            found[name] += (b"; " if name == b"cookie" else b", ") + value
        else:
            found[name] = value
    return found
