"""What the host knows of one request before it is routed: who asks from where, under which name, with which session."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import attrs

if TYPE_CHECKING:
    from smartcity_share.host.routing import RegionContext
    from smartcity_share.host.sessions import Session

VISIT_KEY: Final = "smartcity.visit"
REQUEST_ID_KEY: Final = "smartcity.request_id"

Headers = Mapping[bytes, bytes]
"""Request headers by name in small letters; of a repeated one the last, of ``cookie`` all, joined."""


@attrs.define(eq=False)
class Visit:
    """One request.

    Attributes:
        request_id: Names the request in answers, log and audit trail.
        address: Address of the client, behind trusted proxies the one they forwarded.
        scheme: ``http`` or ``https``, as the client sees it.
        host: The ``Host`` header in small letters, with its port if it has one.
        secure_cookies: Whether cookies are sent over https only.
        headers: The request's headers.
        region: The region, once it is known.
        app: Id of the app, once it is known.
        cookies: The ``Cookie`` header, once the region is known.
        has_session_cookie: Whether the cookie of a session came with it, good or not.
        session: The session, where the cookie was good.
    """

    request_id: str
    address: str
    scheme: str
    host: str
    secure_cookies: bool
    headers: Headers
    region: RegionContext | None = None
    app: str = ""
    cookies: str = ""
    has_session_cookie: bool = False
    session: Session | None = None

    def text(self, name: bytes) -> str:
        """Return a header as text, empty where it is missing."""
        return self.headers.get(name, b"").decode("latin-1")


def visit_of(source: Mapping[str, Any]) -> Visit:
    """Return the visit of a request that came through the host.

    Args:
        source: A Starlette request or the ASGI scope.
    """
    found: Visit = source[VISIT_KEY]
    return found
