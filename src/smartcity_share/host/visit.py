"""What the host knows of one request before it is routed: who asks from where, under which name, with which session."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import attrs

from smartcity_share.host.cookies import NO_COOKIES, Cookies

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
        host: The ``Host`` header in small letters, with its port if it has one; empty where it is no host name.
        secure_cookies: Whether cookies are sent over https only.
        headers: The request's headers.
        region: The region, once it is known.
        app: Id of the app, once it is known.
        cookies: What its cookies say, once the region is known.
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
    cookies: Cookies = NO_COOKIES
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
