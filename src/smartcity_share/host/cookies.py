"""The session cookie: its name, its attributes, and what an app may set beside it.

Name and attributes say where the cookie is good: ``__Host-`` on a host name of its own, ``__Secure-`` under a path of a shared
one (a path other than ``/`` and ``__Host-`` exclude each other), a bare name only on plain http to this machine itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import attrs

from smartcity_share.toolkit.language import LANGUAGE_COOKIE

BASE_NAME: Final = "smartcity_session"
_LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]")


def is_loopback_name(host: str) -> bool:
    """Whether a ``Host`` header names this machine itself: what browsers treat as safe without https.

    Args:
        host: The header's value, small letters.
    """
    name = host.rpartition(":")[0] if ":" in host and not host.endswith("]") else host
    return name in _LOOPBACK or name.endswith(".localhost")


def cookie_name(root: str, *, secure: bool) -> str:
    """Return the name of the session cookie.

    Args:
        root: Root path of the region, empty where it has a host name.
        secure: Whether the cookie is only sent over https.
    """
    if not secure:
        return BASE_NAME
    return f"__Secure-{BASE_NAME}" if root else f"__Host-{BASE_NAME}"


def session_cookie(root: str, token: str, *, secure: bool) -> bytes:
    """Return the ``Set-Cookie`` value that gives a session; it ends with the browser at the latest."""
    return _cookie(cookie_name(root, secure=secure), token, root, secure=secure)


def expired_cookie(root: str, *, secure: bool) -> bytes:
    """Return the ``Set-Cookie`` value that takes the session cookie away."""
    return _cookie(cookie_name(root, secure=secure), "", root, secure=secure) + b"; Max-Age=0"


def _cookie(name: str, value: str, root: str, *, secure: bool) -> bytes:
    text = f"{name}={value}; Path={root or '/'}; HttpOnly; SameSite=Lax"
    return (text + "; Secure" if secure else text).encode("ascii")


@attrs.frozen
class Cookies:
    """What the host reads of a ``Cookie`` header.

    Attributes:
        token: The session token, None where the cookie of the session is missing.
        language: The language the reader chose, if any.
        rest: The header without the session cookie: what an app is given.
    """

    token: str | None = None
    language: str | None = None
    rest: bytes = b""


NO_COOKIES: Final = Cookies()


def read_cookies(header: bytes, session_name: str) -> Cookies:
    """Read a ``Cookie`` header.

    Of several with one name the first counts: browsers send the one with the longest path first (RFC 6265, section 5.4).

    Args:
        header: The header; several are joined.
        session_name: Name of the session cookie where the request is for.
    """
    found: dict[str, str] = {}
    rest = []
    for part in header.decode("latin-1").split(";"):
        text = part.strip()
        name, equals, value = text.partition("=")
        if equals:
            found.setdefault(name, value)
        if text and name != session_name:
            rest.append(text)
    return Cookies(found.get(session_name), found.get(LANGUAGE_COOKIE), "; ".join(rest).encode("latin-1"))


def confined(values: Iterable[bytes], root: str) -> list[bytes]:
    """Return the cookies an app may set: under its region's root, for this host name, and none with the host's own name.

    Args:
        values: ``Set-Cookie`` values of the app.
        root: Root path of the region, empty where it has a host name.
    """
    kept = []
    for value in values:
        first, *attributes = value.decode("latin-1").split(";")
        name = first.partition("=")[0].strip()
        if name.lower().removeprefix("__host-").removeprefix("__secure-") == BASE_NAME:
            continue
        path = root or "/"
        others = []
        for attribute in attributes:
            key, _, given = (part.strip() for part in attribute.partition("="))
            if key.lower() == "path":
                inside = given == root or given.startswith(f"{root}/")
                path = given if inside else path
            elif key.lower() != "domain":
                others.append(attribute.strip())
        kept.append("; ".join([first.strip(), f"Path={path}", *others]).encode("latin-1"))
    return kept


def without_session(headers: Iterable[tuple[bytes, bytes]], cookies: Cookies) -> list[tuple[bytes, bytes]]:
    """Return request headers without the session cookie: no app ever holds what a session can be taken over with.

    Args:
        headers: The headers, names in small letters.
        cookies: What was read of the ``Cookie`` header.
    """
    kept = [header for header in headers if header[0] != b"cookie"]
    if cookies.rest:
        kept.append((b"cookie", cookies.rest))
    return kept
