"""A server in a process of its own, as a region runs it, for as long as the checks need it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from smartcity_share.errors import OperationError

_READY_SECONDS: Final = 30
_STOP_SECONDS: Final = 20
_POLL_SECONDS: Final = 0.1


def free_port() -> int:
    """Return a port of the loopback address that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(instance: Path, port: int) -> Iterator[str]:
    """Serve an instance with ``smartcity serve`` until the block ends; it is then asked to stop and must do so gracefully.

    Args:
        instance: Folder of the instance.
        port: Port of the loopback address.

    Yields:
        The address, without a slash at the end.

    Raises:
        OperationError: The server did not begin to answer, or did not stop when asked.
    """
    log = instance.with_name("server.log")
    command = [sys.executable, "-m", "smartcity_share", "serve", "--instance", str(instance), "--port", str(port)]
    with log.open("wb") as output:
        server = subprocess.Popen(  # noqa: S603 - this program itself
            command, stdout=output, stderr=subprocess.STDOUT, env={**os.environ, "PYTHONUNBUFFERED": "1"}
        )
    try:
        _wait_until_ready(server, f"http://127.0.0.1:{port}/healthz", log)
        yield f"http://127.0.0.1:{port}"
        _stop(server, log)
    finally:
        if server.poll() is None:
            server.kill()
            server.wait()


def _wait_until_ready(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    opener = build_opener(ProxyHandler({}))
    deadline = time.monotonic() + _READY_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with opener.open(address, timeout=2):
                return
        except (URLError, OSError):
            time.sleep(_POLL_SECONDS)
    raise OperationError(
        f"The server did not begin to answer at {address}",
        hint=f"Its output ends with: {_tail(log)}",
    )


def _stop(server: subprocess.Popen[bytes], log: Path) -> None:
    server.send_signal(signal.SIGTERM)
    try:
        code = server.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        raise OperationError(
            f"The server did not stop within {_STOP_SECONDS} seconds", hint=f"Its output ends with: {_tail(log)}"
        ) from None
    if code not in (0, -signal.SIGTERM):
        raise OperationError(f"The server ended with code {code}", hint=f"Its output ends with: {_tail(log)}")


def _tail(log: Path) -> str:
    return " / ".join(log.read_text(errors="replace").splitlines()[-8:]) or "(nothing)"
