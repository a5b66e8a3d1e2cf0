"""The session cookie: its name, its attributes, and what an app may set beside it.

Name and attributes say where the cookie is good: ``__Host-`` on a host name of its own, ``__Secure-`` under a path of a shared
one (a path other than ``/`` and ``__Host-`` exclude each other), a bare name only on plain http to this machine itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

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


def cookie_value(header: str, name: str) -> str | None:
    """Return the value of a cookie in a ``Cookie`` header; the first where there are several, None where there is none.

    Browsers send the cookie of the longest path first (RFC 6265, section 5.4), which is the region's.
    """
    for part in header.split(";"):
        found, equals, value = part.strip().partition("=")
        if equals and found == name:
            return value
    return None


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


def without_cookie(headers: Iterable[tuple[bytes, bytes]], name: str) -> list[tuple[bytes, bytes]]:
    """Return request headers with one cookie taken out.

    Args:
        headers: The headers, names in small letters.
        name: Name of the cookie.
    """
    kept = []
    for key, value in headers:
        left = value
        if key == b"cookie":
            parts = [part.strip() for part in value.decode("latin-1").split(";")]
            left = "; ".join(part for part in parts if part.partition("=")[0] != name).encode("latin-1")
            if not left:
                continue
        kept.append((key, left))
    return kept
