"""One shell that a page's commands are typed into, one after the other, as a reader types them."""

from __future__ import annotations

import os
import re
import selectors
import shlex
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

_MARK = "--typed-command-ended--"


class Typed(NamedTuple):
    """What came of a command: its exit code and what it printed on both channels."""

    code: int
    output: str


def free_port() -> int:
    """Return a port of the loopback interface that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Shell:
    """A running bash with its own folder, home and search path; nothing is read from the terminal.

    Args:
        folder: Where it starts.
        path: Folders searched for programs before those of the system.
        variables: Added to a clean environment.
        seconds: How long one command may take.
    """

    def __init__(self, folder: Path, *, path: str, variables: Mapping[str, str], seconds: float = 240) -> None:
        kept = {name: os.environ[name] for name in ("LANG", "LC_ALL", "TMPDIR", "PYTHONPYCACHEPREFIX") if name in os.environ}
        self._seconds = seconds
        self._home = folder
        self._bash = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=folder,
            env={**kept, **variables, "PATH": f"{path}{os.pathsep}{os.environ['PATH']}", "HOME": str(folder)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._servers: list[int] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        assert self._bash.stdin is not None
        assert self._bash.stdout is not None
        for number in self._servers:
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGTERM)
        deadline = time.monotonic() + 15
        while any(map(_runs, self._servers)) and time.monotonic() < deadline:
            time.sleep(0.05)  # they are children of the shell, which is the one that can wait for them
        with suppress(ProcessLookupError):
            os.killpg(self._bash.pid, signal.SIGKILL)  # the whole session: also what a failed test left running
        self._bash.wait()
        self._bash.stdin.close()
        self._bash.stdout.close()

    def type(self, command: str) -> Typed:
        """Type a command and wait until it has ended."""
        assert self._bash.stdin is not None
        self._bash.stdin.write(f"{{ {command}\n}} </dev/null; printf '%s %s\\n' '{_MARK}' \"$?\"\n".encode())
        self._bash.stdin.flush()
        return self._until_marked(command)

    def serve(self, command: str, address: str) -> None:
        """Start a server as in a terminal of its own and wait until it answers at an address."""
        log = self._home / f"server-{len(self._servers)}.log"
        number = int(self.type(f"{command} >{shlex.quote(str(log))} 2>&1 & echo $!").output)
        self._servers.append(number)
        opener = build_opener(ProxyHandler({}))
        deadline = time.monotonic() + self._seconds
        while time.monotonic() < deadline and self.type(f"kill -0 {number}").code == 0:
            try:
                opener.open(address, timeout=5).close()
            except (URLError, OSError):
                time.sleep(0.1)  # nothing tells when another process has begun to listen
            else:
                return
        raise AssertionError(f"{command}: no answer at {address}; it printed:\n{log.read_text('utf-8', 'replace')}")

    def _until_marked(self, command: str) -> Typed:
        assert self._bash.stdout is not None
        collected = b""
        deadline = time.monotonic() + self._seconds
        with selectors.DefaultSelector() as selector:
            selector.register(self._bash.stdout, selectors.EVENT_READ)
            while not (ended := re.search(rf"{_MARK} (\d+)\n\Z".encode(), collected)):
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise AssertionError(f"{command}: not done after {self._seconds:.0f} s; it printed:\n{collected.decode()}")
                piece = os.read(self._bash.stdout.fileno(), 65536)
                if not piece:
                    raise AssertionError(f"{command}: the shell ended; it printed:\n{collected.decode()}")
                collected += piece
        return Typed(int(ended[1]), collected[: ended.start()].decode())


def _runs(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def missing_lines(expected: str, output: str) -> list[str]:
    """Return the lines a page shows that are not in the output, in that order; ``…`` stands for anything."""
    printed = iter([re.sub(r"\s+", " ", line).strip() for line in output.splitlines()])
    lost = []
    for line in expected.splitlines():
        wanted = re.sub(r"\s+", " ", line).strip()
        if wanted in {"", "…"}:
            continue
        pattern = re.compile(".*".join(map(re.escape, wanted.split("…"))))
        if not any(pattern.fullmatch(found) for found in printed):
            lost.append(wanted)
    return lost
