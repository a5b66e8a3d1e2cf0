"""Asking one web address for its first bytes, through as many redirects as are followed."""

from __future__ import annotations

import ssl
import time
from typing import Final
from urllib.parse import quote, urljoin, urlsplit

import attrs
import httpcore2

from smartcity_share.publiccode.reach.wire import CheckedBackend, Resolver, look_up

_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_PORTS: Final = {"http": 80, "https": 443}
_HEADERS: Final = ((b"User-Agent", b"smartcity-share"), (b"Accept", b"*/*"), (b"Connection", b"close"))


@attrs.frozen
class Online:
    """That the network may be asked, and how much of it.

    Attributes:
        seconds: For one address, its redirects included.
        total_seconds: For all addresses of a file.
        addresses: How many different ones are asked.
        most_bytes: Read of one connection at most, the head of the answer included.
        redirects: Followed from one address.
        loopback: Whether addresses of this machine may be asked too: for tests, and for a server that checks its own files.
        resolver: Looks up names; each is looked up once for a connection, and that connection goes to what was found.
    """

    seconds: float = 10
    total_seconds: float = 60
    addresses: int = 50
    most_bytes: int = 256 << 10
    redirects: int = 5
    loopback: bool = False
    resolver: Resolver = look_up


@attrs.frozen
class Answer:
    """What an address said.

    Attributes:
        status: The HTTP status; 0 where there was none.
        head: The first bytes of the body.
        problem: Why there was no status, for the middle of a sentence.
        refused: Whether it was not asked, because it is not of the public internet.
    """

    status: int = 0
    head: bytes = b""
    problem: str = ""
    refused: bool = False


def ask(address: str, online: Online, *, deadline: float, want: int = 0) -> Answer:
    """Ask an address. Nothing is raised for anything that it answers or does not.

    Args:
        address: An http or https address.
        online: How much may be asked.
        deadline: The ``time.monotonic`` at which the asking ends.
        want: Bytes of the body that are wanted.
    """
    deadline = min(deadline, time.monotonic() + online.seconds)
    onward = ""
    for _ in range(online.redirects + 1):
        address, url = _url(address, onward)
        if url is None:
            return Answer(problem="only http and https can be asked")
        backend = CheckedBackend(deadline=deadline, most=online.most_bytes, loopback=online.loopback, resolver=online.resolver)
        answer, onward = _once(url, backend, want)
        if not onward:
            return answer
    return Answer(problem=f"it sends on more than {online.redirects} times")


def _once(url: httpcore2.URL, backend: CheckedBackend, want: int) -> tuple[Answer, str]:
    """Return what one address answered, and where it sends on to; empty where it does not."""
    headers = [(b"Host", _host_header(url)), *_HEADERS]
    try:
        with (
            httpcore2.HTTPConnection(url.origin, network_backend=backend) as connection,
            connection.stream("GET", url, headers=headers) as response,
        ):
            if response.status in _MOVED:
                onward = next((value for name, value in response.headers if name.lower() == b"location"), b"")
                return Answer(response.status), onward.decode("utf-8", "replace").strip()
            head = b""
            for chunk in response.iter_stream() if want else ():
                head += chunk
                if len(head) >= want:
                    break
            return Answer(response.status, head[:want]), ""
    except httpcore2.TimeoutException as error:
        return Answer(problem=str(error) if "looked up" in str(error) else "it takes too long"), ""
    except (httpcore2.NetworkError, httpcore2.ProtocolError, OSError) as error:
        return Answer(problem=_reason(error), refused=bool(backend.refused)), ""


def _reason(error: Exception) -> str:
    cause = error.__cause__ or error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({cause.verify_message})"
    return (cause.strerror if isinstance(cause, OSError) else None) or str(error) or "it does not speak HTTP"


def _url(address: str, onward: str = "") -> tuple[str, httpcore2.URL | None]:
    """Return an address, or where it sends on to, and the ASCII form of it for the wire; None where it is no web address."""
    try:
        address = urljoin(address, onward)
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
        ascii_host = host if host.isascii() else host.encode("idna").decode("ascii")
        target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~")
        if parts.query:
            target += "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~?")
    except (ValueError, UnicodeError):
        return address, None
    if parts.scheme not in _PORTS or not ascii_host:
        return address, None
    return address, httpcore2.URL(scheme=parts.scheme, host=ascii_host, port=port or _PORTS[parts.scheme], target=target)


def _host_header(url: httpcore2.URL) -> bytes:
    host = b"[" + url.host + b"]" if b":" in url.host else url.host
    return host if url.port == _PORTS[url.scheme.decode()] else b"%b:%d" % (host, url.port or 0)
