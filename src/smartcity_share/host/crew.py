"""The processes of one set of code: begun, watched, begun again when they die, and asked to stop."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs

from smartcity_share.install.code_sets import CodeSet, agrees

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

LONGEST_PAUSE: Final = 30.0
"""Seconds a process that keeps dying is waited with at most."""
STEADY_SECONDS: Final = 60.0
"""A process that lived this long may die and is begun again at once."""

_PATIENT: Final = 2

_CONTEXT: Final = multiprocessing.get_context("spawn")


@attrs.frozen
class Post:
    """What a process is begun with.

    Attributes:
        codes: The code it runs, app by app.
        number: 0-based number among the processes of the same code.
        name: Name of the crew's socket.
        door: The crew's socket, on which other processes hand requests to it; None where it answers nobody.
        listener: The socket of the server; None where it answers nobody.
        ready: Sent one message once it works.
        folder: The folder with the sockets.
    """

    codes: dict[str, str | None]
    number: int
    name: str
    door: socket.socket | None
    listener: socket.socket | None
    ready: Connection
    folder: Path


@attrs.define(eq=False)
class Member:
    """One process of a crew.

    Attributes:
        process: The process; None while it is waited with.
        told: Where it says that it works.
        begun: When it was begun, in seconds of the clock that never goes back.
        pauses: How often it died early, one after the other.
        again: When it is begun again.
    """

    process: SpawnProcess | None = None
    told: Connection | None = None
    begun: float = 0.0
    pauses: int = 0
    again: float = 0.0


class Crew:
    """The processes of one set of code.

    Args:
        code_set: The code and its regions.
        name: Names the socket.
        size: How many processes.
        main: What each of them runs; a function of a module, called with its :class:`Post` and ``arguments``.
        arguments: Further arguments.
        listener: The socket of the server; None for processes that answer nobody.
        folder: The folder for the sockets.

    Attributes:
        codes: The code its processes run.
        regions: The regions they serve.
        is_ready: Whether one of them has said that it works.
        asked_to_stop: When its processes were asked to end, in seconds of the clock that never goes back; None before.
    """

    def __init__(
        self,
        code_set: CodeSet,
        name: str,
        *,
        size: int,
        main: Callable[..., None],
        arguments: tuple[Any, ...],
        listener: socket.socket | None,
        folder: Path,
    ) -> None:
        self.codes = dict(code_set.codes)
        self.regions = code_set.regions
        self.name = name
        self.is_ready = False
        self.asked_to_stop: float | None = None
        self._main = main
        self._arguments = arguments
        self._listener = listener
        self._folder = folder
        self._door = None if listener is None else _door(folder / name)
        self._members = [Member() for _ in range(size)]

    def takes(self, code_set: CodeSet) -> bool:
        """Whether its processes can run a set of code as well as what they run."""
        return agrees(self.codes, code_set.codes)

    def take(self, code_set: CodeSet) -> None:
        """Serve other regions, perhaps with apps besides."""
        self.codes.update(code_set.codes)
        self.regions = code_set.regions

    @property
    def waitables(self) -> list[Any]:
        """What becomes readable when something happens to it."""
        found: list[Any] = []
        for member in self._members:
            if member.process is not None:
                found.append(member.process.sentinel)
            if member.told is not None:
                found.append(member.told)
        return found

    def look(self, now: float) -> bool:
        """Begin what is to run, note what has begun and what has died.

        Returns:
            Whether a process died before any of the crew ever worked.
        """
        stillborn = False
        for number, member in enumerate(self._members):
            if member.told is not None and member.told.poll():
                with contextlib.suppress(EOFError):
                    member.told.recv()
                    self.is_ready = True
                member.told.close()
                member.told = None
            if member.process is not None and not member.process.is_alive():
                stillborn = stillborn or not self.is_ready
                member.process.close()
                member.process = None
                member.pauses = 0 if now - member.begun > STEADY_SECONDS else member.pauses + 1
                member.again = now + (min(0.5 * 2**member.pauses, LONGEST_PAUSE) if member.pauses else 0.0)
            if member.process is None and now >= member.again:
                self._begin(member, number, now)
        return stillborn

    def stop(self, now: float) -> None:
        """Ask every process to finish what is under way and end; a second time does nothing."""
        if self.asked_to_stop is not None:
            return
        self.asked_to_stop = now
        self._close_door()
        for member in self._members:
            if member.process is not None and member.process.is_alive():
                member.process.terminate()

    @property
    def has_ended(self) -> bool:
        """Whether every process has ended."""
        return all(member.process is None or not member.process.is_alive() for member in self._members)

    def kill(self) -> None:
        """End every process that did not end when asked."""
        for member in self._members:
            if member.process is not None and member.process.is_alive():
                member.process.kill()
                member.process.join()

    def _begin(self, member: Member, number: int, now: float) -> None:
        told, ready = _CONTEXT.Pipe(duplex=False)
        post = Post(dict(self.codes), number, self.name, self._door, self._listener, ready, self._folder)
        process = _CONTEXT.Process(target=self._main, args=(post, *self._arguments))
        process.start()
        ready.close()
        if member.told is not None:
            member.told.close()
        member.process, member.told, member.begun = process, told, now

    def _close_door(self) -> None:
        if self._door is not None:
            self._door.close()
            self._door = None
            (self._folder / self.name).unlink(missing_ok=True)


def _door(path: Path) -> socket.socket | None:
    """Return a socket that listens for the other processes; None where the system has none of the kind."""
    if not hasattr(socket, "AF_UNIX"):
        return None
    door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    door.bind(str(path))
    door.listen(2048)
    return door


def end_with_parent() -> None:
    """Let this process end, as if asked to, when the one that began it is gone: it would hold its port otherwise."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="smartcity parent", daemon=True).start()


def finishing_first() -> Callable[[], bool]:
    """Let this process go on when it is asked to end: it ends with what it carries. Asked a third time it ends at once.

    Returns:
        What tells whether it was asked to.
    """
    asked = [0]

    def note(*_: object) -> None:
        asked[0] += 1
        if asked[0] > _PATIENT:
            os._exit(1)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, note)
    return lambda: asked[0] > 0
