"""Cross-site request forgery: a browser says where a request comes from, and no page can make it lie (docs/adr/0005)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN_SITES: Final = frozenset({b"same-origin", b"none"})
_DEFAULT_PORTS: Final = {"http": ":80", "https": ":443"}


def is_forged(method: str, headers: Mapping[bytes, bytes], *, scheme: str, host: str, has_session_cookie: bool) -> bool:
    """Whether an unsafe request may have been sent by another site.

    Args:
        method: The HTTP method.
        headers: The request's headers by name in small letters.
        scheme: ``http`` or ``https``, as the client sees it.
        host: The ``Host`` header in small letters.
        has_session_cookie: Whether the cookie of a session came with it, good or not.
    """
    if method in SAFE_METHODS:
        return False
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        return site not in _OWN_SITES
    origin = headers.get(b"origin")
    if origin is not None:
        said = origin.decode("latin-1").lower()
        return said.partition("://")[2].removesuffix(_DEFAULT_PORTS[scheme]) != host.removesuffix(_DEFAULT_PORTS[scheme])
    return has_session_cookie
