"""The security headers of every answer; those that rule documents go out with whatever could be shown as one.

An app may be stricter than they are and never weaker: its own ``Content-Security-Policy`` goes out beside the host's, and
browsers enforce both, so it can only take away. Every other header named here is the host's alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from smartcity_share.host.cookies import confined

Header = tuple[bytes, bytes]

CONTENT_SECURITY_POLICY: Final = (
    b"default-src 'self'; img-src 'self' data: blob:; object-src 'none'; worker-src 'none'; base-uri 'none'; "
    b"form-action 'self'; frame-ancestors 'none'"
)
"""Scripts and styles only from files of this host, none in the page; pictures also from the page itself (a preview)."""

PERMISSIONS_POLICY: Final = (
    b"accelerometer=(), autoplay=(), camera=(), display-capture=(), geolocation=(self), gyroscope=(), magnetometer=(), "
    b"microphone=(), midi=(), payment=(), usb=()"
)
"""A page may ask where its reader is (a report with its place); nothing else of the device."""

STRICT_TRANSPORT: Final = b"max-age=31536000"

_ALWAYS: Final[tuple[Header, ...]] = (
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_DOCUMENT: Final[tuple[Header, ...]] = (
    *_ALWAYS,
    (b"content-security-policy", CONTENT_SECURITY_POLICY),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"permissions-policy", PERMISSIONS_POLICY),
    (b"cross-origin-opener-policy", b"same-origin"),
)
_HTTPS: Final[Header] = (b"strict-transport-security", STRICT_TRANSPORT)
_BY_KIND: Final = {
    (https, data): (*(_ALWAYS if data else _DOCUMENT), *((_HTTPS,) if https else ()))
    for https in (True, False)
    for data in (True, False)
}

DATA_TYPES: Final = frozenset(
    {
        b"application/json",
        b"application/geo+json",
        b"text/css",
        b"image/png",
        b"image/jpeg",
        b"image/webp",
        b"image/avif",
        b"font/woff2",
    }
)
"""What no browser ever shows as a document or runs, given ``nosniff``: the headers that rule documents are left out."""
_NO_STORE: Final[Header] = (b"cache-control", b"no-store")

_HOST_OWNED: Final = frozenset(
    {
        *(name for name, _ in (*_DOCUMENT, _HTTPS) if name != b"content-security-policy"),
        b"access-control-allow-credentials",
        b"clear-site-data",
        b"content-security-policy-report-only",
        b"origin-agent-cluster",
        b"report-to",
        b"reporting-endpoints",
        b"nel",
        b"server",
        b"service-worker-allowed",
        b"x-request-id",
    }
)
_PASS, _DROP, _COOKIE, _CACHE, _KIND = range(5)
_TREATMENT: Final = {
    **dict.fromkeys((b"content-length", b"vary", b"etag", b"location", b"link", b"last-modified"), _PASS),
    **dict.fromkeys(_HOST_OWNED, _DROP),
    b"set-cookie": _COOKIE,
    b"cache-control": _CACHE,
    b"content-type": _KIND,
}
"""What becomes of an app's header, by its name in small letters; the commonest that pass are listed, to be found at once."""


def answer_headers(  # noqa: PLR0917 - by place, as it is called for every answer
    given: Iterable[Header], request_id: bytes, https: bool, root: str, signed_in: bool, own: bool = False
) -> list[Header]:
    """Return the headers an answer goes out with.

    Args:
        given: The headers of the app.
        request_id: Id of the request.
        https: Whether the client speaks https with us or a proxy.
        root: Root path of the region; cookies of an app are confined to it.
        signed_in: Whether an official is signed in: such a page is not stored unless the app says how.
        own: Whether the answer is the host's own, whose cookies pass.
    """
    headers: list[Header] = []
    cookies: list[bytes] = []
    cached = False
    kinds = 0
    kind = b""
    for header in given:
        treatment = _TREATMENT.get(header[0])
        if treatment is None:
            # ASGI wants small letters; an app that writes others shall not slip through.
            treatment = _TREATMENT.get(header[0].lower(), _PASS)
        if treatment:
            if treatment == _DROP:
                continue
            if treatment == _COOKIE:
                cookies.append(header[1])
                continue
            if treatment == _KIND:
                kinds += 1
                kind = header[1]
            else:
                cached = True
        headers.append(header)
    if cookies:
        headers += [(b"set-cookie", value) for value in (cookies if own else confined(cookies, root))]
    if signed_in and not cached:
        headers.append(_NO_STORE)
    headers.append((b"x-request-id", request_id))
    headers += _BY_KIND[https, kinds == 1 and _is_data(kind)]
    return headers


@lru_cache(maxsize=256)
def _is_data(content_type: bytes) -> bool:
    return content_type.partition(b";")[0].strip().lower() in DATA_TYPES
