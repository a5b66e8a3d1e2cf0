"""Connections to addresses that were looked at, with an end to their time and to their bytes."""

from __future__ import annotations

import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import httpcore2

from smartcity_share.publiccode.reach.public import is_ip, may_be_asked

Resolver = Callable[[str, int], Sequence[str]]
"""Returns the IP addresses of a host and port; raises ``OSError`` where there are none."""


def look_up(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a host, as the system knows them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class CheckedBackend(httpcore2.NetworkBackend):
    """Connects to a host by an address that was looked at: what its name means a moment later does not matter.

    Args:
        deadline: The ``time.monotonic`` at which whatever is going on ends.
        most: Bytes that are read at most.
        loopback: Whether loopback addresses are taken.
        resolver: Looks up names.

    Attributes:
        refused: The address that a connection was refused for, because it is not of the public internet; empty where none was.
    """

    def __init__(self, *, deadline: float, most: int, loopback: bool, resolver: Resolver) -> None:
        self._deadline = deadline
        self._most = most
        self._loopback = loopback
        self._resolver = resolver
        self._plain = httpcore2.SyncBackend()
        self.refused = ""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect; every address of the host has to be public, or none is asked.

        Raises:
            httpcore2.ConnectError: One is not (``refused`` names it), or none answers.
            httpcore2.TimeoutException: The deadline has passed.
        """
        addresses = self._looked_up(host, port)
        for address in addresses:
            if not may_be_asked(address, loopback=self._loopback):
                self.refused = address
                raise httpcore2.ConnectError("it is not of the public internet")
        failure: Exception = httpcore2.ConnectError("its name has no address")
        for address in addresses:
            try:
                stream = self._plain.connect_tcp(address, port, left(self._deadline, timeout), local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
            else:
                return _Stream(stream, self._deadline, [self._most])
        raise failure

    def _looked_up(self, host: str, port: int) -> Sequence[str]:
        """Look up a name in a thread of its own: the system's resolver knows no deadline."""
        if is_ip(host):
            return [host]
        answer: queue.SimpleQueue[Sequence[str] | OSError] = queue.SimpleQueue()

        def work() -> None:
            try:
                answer.put(self._resolver(host, port))
            except (OSError, UnicodeError) as error:
                answer.put(OSError(str(error)))

        threading.Thread(target=work, daemon=True, name="publiccode-look-up").start()
        try:
            found = answer.get(timeout=left(self._deadline))
        except queue.Empty:
            raise httpcore2.ConnectTimeout("its name could not be looked up in time") from None
        if isinstance(found, OSError):
            raise httpcore2.ConnectError("there is no such host")
        return found


class _Stream(httpcore2.NetworkStream):
    def __init__(self, stream: httpcore2.NetworkStream, deadline: float, budget: list[int]) -> None:
        self._stream = stream
        self._deadline = deadline
        self._budget = budget  # one number, shared with the stream that TLS is spoken over

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self._budget[0] <= 0:
            raise httpcore2.ReadError("it sends more than is read")
        content = self._stream.read(min(max_bytes, self._budget[0]), left(self._deadline, timeout))
        self._budget[0] -= len(content)
        return content

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, left(self._deadline, timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        secure = self._stream.start_tls(ssl_context, server_hostname, left(self._deadline, timeout))
        return _Stream(secure, self._deadline, self._budget)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def left(deadline: float, timeout: float | None = None) -> float:
    """Return the seconds until a deadline, or a shorter timeout.

    Raises:
        httpcore2.TimeoutException: It has passed.
    """
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise httpcore2.TimeoutException("it takes too long")
    return seconds if timeout is None else min(seconds, timeout)
