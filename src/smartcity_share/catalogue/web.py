"""Reading a catalogue on a web server; it needs to be nothing but a server of files."""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Final
from urllib.parse import quote, unquote, urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

import httpcore2

from smartcity_share.catalogue.location import redirect_trouble
from smartcity_share.catalogue.reaching import OFFLINE_MEND, PORTAL_MEND, Stream
from smartcity_share.errors import CatalogueInvalidError, CatalogueUnreachableError, Location

_SECONDS: Final = {"connect": 15.0, "read": 30.0, "write": 30.0, "pool": 30.0}
LEAST_RATE: Final = 50
"""Bytes a second below which a server is given up; the slowest modem sends a hundred times as much."""
_WINDOW: Final = 60.0
"""Seconds over which that is reckoned."""
_PORTS: Final = {"http": 80, "https": 443}
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_ABSENT: Final = frozenset({403, 404, 410})
"""Servers of files say 403 too for what is not there."""
_SIGN_IN: Final = 511
_REDIRECTS: Final = 5
_RANGE: Final = re.compile(r"bytes (\d{1,18})-", re.ASCII)
_FAILURES: Final = (httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.ProxyError, OSError)


class WebReach:
    """Reads a catalogue over http or https. A proxy that the system or the environment names is gone through.

    Args:
        base: The address of the catalogue, without a slash at the end.
    """

    def __init__(self, base: str) -> None:
        self._base = base
        self._pool = _pool(base)

    @contextmanager
    def opened(self, path: str, start: int = 0) -> Iterator[Stream | None]:
        """Open a file; see :meth:`Reach.opened`."""
        with ExitStack() as stack:
            response = self._asked(stack, f"{self._base}/{quote(path, safe='/%')}", start)
            yield self._stream(response, start)

    def _asked(self, stack: ExitStack, address: str, start: int) -> httpcore2.Response:
        for _ in range(_REDIRECTS + 1):
            try:
                response = stack.enter_context(
                    self._pool.stream(
                        "GET", _url(address), headers=_headers(address, start), extensions={"timeout": dict(_SECONDS)}
                    )
                )
                if response.status not in _MOVED:
                    return response
                asked, address = address, urljoin(address, _header(response, b"location"))
            except (*_FAILURES, ValueError) as error:
                raise self._unreachable(_reason(error)) from None
            stack.pop_all().close()
            if trouble := redirect_trouble(asked, address):
                raise self._unreachable(trouble)
        raise self._unreachable(f"it sends on more than {_REDIRECTS} times")

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    def _stream(self, response: httpcore2.Response, start: int) -> Stream | None:
        if response.status in _ABSENT:
            return None
        if response.status == _SIGN_IN:
            raise CatalogueInvalidError("The network asks for a sign-in", where=Location(self._base), hint=PORTAL_MEND)
        at = 0
        if response.status == 206:  # noqa: PLR2004 - part of the file, from where it says
            found = _RANGE.match(_header(response, b"content-range"))
            at = int(found[1]) if found else -1
        if response.status == 416:  # noqa: PLR2004 - there is nothing from there on
            return Stream(start, iter(()))
        if response.status not in (200, 206) or at not in (0, start):
            raise self._unreachable(f"it answers {response.status}")
        if _header(response, b"content-encoding").lower() not in ("", "identity"):
            raise self._unreachable("it sends files compressed, although they were asked for as they are")
        is_page = _header(response, b"content-type").partition(";")[0].strip().lower() == "text/html"
        return Stream(at, self._chunks(response), is_page)

    def _chunks(self, response: httpcore2.Response) -> Iterator[bytes]:
        try:
            for chunk in flowing(response.iter_stream(), time.monotonic):
                if chunk is None:
                    raise self._unreachable(f"it sends less than {LEAST_RATE} bytes a second")
                yield chunk
        except _FAILURES as error:
            raise self._unreachable(_reason(error)) from None

    def _unreachable(self, why: str) -> CatalogueUnreachableError:
        return CatalogueUnreachableError(
            f"The catalogue cannot be reached: {why}", where=Location(self._base), hint=OFFLINE_MEND
        )


def flowing(chunks: Iterable[bytes], clock: Callable[[], float]) -> Iterator[bytes | None]:
    """Yield chunks as they come, and None once they come so slowly that somebody holds the line: no time-out sees that.

    Args:
        chunks: The chunks.
        clock: Tells seconds.
    """
    begun, came = clock(), 0
    for chunk in chunks:
        yield chunk
        now, came = clock(), came + len(chunk)
        if now - begun >= _WINDOW:
            if came < LEAST_RATE * (now - begun):
                yield None
                return
            begun, came = now, 0


def _pool(base: str) -> httpcore2.ConnectionPool:
    parts = urlsplit(base)
    host = parts.hostname or ""
    proxy = getproxies().get(parts.scheme)
    if not proxy or host == "localhost" or host.startswith("127.") or proxy_bypass(host):
        return httpcore2.ConnectionPool(max_connections=2)
    address = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    login = None if address.username is None else (unquote(address.username), unquote(address.password or ""))
    place = f"{address.scheme}://{address.netloc.rpartition('@')[2]}"
    return httpcore2.HTTPProxy(place, proxy_auth=login, max_connections=2)


def _url(address: str) -> httpcore2.URL:
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port
    ascii_host = host if host.isascii() else host.encode("idna").decode("ascii")
    target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~") + (f"?{parts.query}" if parts.query else "")
    return httpcore2.URL(scheme=parts.scheme, host=ascii_host, port=port or _PORTS[parts.scheme], target=target)


def _headers(address: str, start: int) -> list[tuple[bytes, bytes]]:
    host = urlsplit(address).netloc.rpartition("@")[2]
    named = host if host.isascii() else host.encode("idna").decode("ascii")
    headers = [(b"Host", named.encode()), (b"User-Agent", b"smartcity-share"), (b"Accept-Encoding", b"identity")]
    return [*headers, (b"Range", b"bytes=%d-" % start)] if start else headers


def _header(response: httpcore2.Response, wanted: bytes) -> str:
    found = next((value for name, value in response.headers if name.lower() == wanted), b"")
    return found.decode("latin-1").strip()


def _reason(error: Exception) -> str:
    causes = list(_causes(error))
    if isinstance(error, httpcore2.TimeoutException):
        return "it takes too long to answer"
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not trusted ({cause.verify_message})"
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror
    return str(error) or "the connection was cut"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
