"""What the host knows of one request before it is routed: who asks from where, under which name, with which session."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from smartcity_share.host.caller import Caller
    from smartcity_share.host.cookies import Cookies
    from smartcity_share.host.routing import RegionContext
    from smartcity_share.host.sessions import Session

VISIT_KEY: Final = "smartcity.visit"
REQUEST_ID_KEY: Final = "smartcity.request_id"

Headers = Mapping[bytes, bytes]
"""Request headers by name in small letters; of a repeated one the last, of ``cookie`` all, joined."""


class Visit:
    """One request.

    Args:
        request_id: Names the request in answers, log and audit trail.
        caller: Who sends it.
        headers: The request's headers.

    Attributes:
        region: The region, once it is known.
        app: Id of the app, once it is known.
        session: The session, where the cookie was good.
    """

    region: RegionContext | None = None
    app: str = ""
    session: Session | None = None

    def __init__(self, request_id: str, caller: Caller, headers: Headers) -> None:
        self.request_id = request_id
        self.caller = caller
        self.headers = headers

    @property
    def address(self) -> str:
        """Address of the client, behind trusted proxies the one they forwarded."""
        return self.caller.address

    @property
    def scheme(self) -> str:
        """``http`` or ``https``, as the client sees it."""
        return self.caller.standing.scheme

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies are sent over https only."""
        return self.caller.standing.secure_cookies

    @property
    def cookies(self) -> Cookies:
        """What its cookies say."""
        return self.caller.standing.cookies

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
