"""The parent of the processes that serve an instance: as many as its versions need, changed while they serve (docs/adr/0021).

It imports no app. When the ledger changes it works out which sets of code are needed, lets each process keep what it can,
begins one for what is new, and asks those that nothing fits any more to end once the new ones work.
"""

from __future__ import annotations

import itertools
import logging
import os
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any, Final

from smartcity_share.host.crew import Crew
from smartcity_share.host.doors import write_doors
from smartcity_share.host.errands import Errands
from smartcity_share.install.code_sets import CodeSet

_log = logging.getLogger(__name__)

LOOK_SECONDS: Final = 0.5
"""How long a change of the ledger may go unseen."""
STOP_SECONDS: Final = 40.0
"""How long processes may take to end when they are asked to."""
READY_SECONDS: Final = 60.0
"""How long old processes serve on while new ones begin."""
_IMPATIENT: Final = 3
"""Signals after which processes are ended at once; a terminal and its shell may send the first twice."""


class Supervisor:
    """Keeps the processes of an instance.

    Args:
        needed: Returns the sets of code that are needed now; None where nothing changed since it was last asked.
        main: What each process runs; a function of a module, called with its :class:`~smartcity_share.host.crew.Post` and
            ``arguments``.
        arguments: Further arguments.
        size: How many processes each set of code gets.
        listener: The socket of the server; None for processes that answer nobody.
        errands: What is done besides; None where nothing is.
    """

    def __init__(
        self,
        needed: Callable[[], tuple[CodeSet, ...] | None],
        main: Callable[..., None],
        arguments: tuple[Any, ...],
        *,
        size: int = 1,
        listener: socket.socket | None = None,
        errands: Errands | None = None,
    ) -> None:
        self._needed = needed
        self._main = main
        self._arguments = arguments
        self._size = size
        self._listener = listener
        self._errands = errands
        self._crews: list[Crew] = []
        self._leaving: list[tuple[Crew, float]] = []
        self._names = (f"{number}.sock" for number in itertools.count(1))
        self._signals = 0
        self._failing: set[str] = set()

    def run(self) -> int:
        """Keep the processes until this one is asked to stop by SIGTERM or Ctrl+C.

        Returns:
            Exit code: 0, or 1 where the first processes could not begin.
        """
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="smartcity-")))
            woken = stack.enter_context(self._listening_for_signals())
            failed = False
            try:
                while not self._signals and not failed:
                    sets: tuple[CodeSet, ...] | None = None
                    with self._bearing("What is to be served could not be looked up"):
                        sets = self._needed()
                    if sets is not None:
                        self._arrange(sets, folder)
                    now = time.monotonic()
                    first = not any(crew.is_ready for crew in self._crews)
                    stillborn = [crew for crew in self._crews if crew.look(now)]
                    failed = bool(stillborn) and first and not self._leaving
                    self._dismiss(now)
                    if self._errands is not None:
                        with self._bearing("What was left could not be looked for"):
                            self._errands.look(now)
                    wait([woken, *(one for each in self._all for one in each.waitables)], timeout=LOOK_SECONDS)
            finally:
                self._stop()  # a child that is not asked waits for this process to end, and this one for it
        return int(failed)

    @contextmanager
    def _bearing(self, what: str) -> Iterator[None]:
        """Go on whatever is raised: the database may be away now and not in a minute. Logged once until it works again."""
        try:
            yield
        except Exception:  # noqa: BLE001 - supervision outlives whatever it asks
            if what not in self._failing:
                self._failing.add(what)
                _log.exception("%s; it is tried again", what)
        else:
            self._failing.discard(what)

    def _arrange(self, sets: tuple[CodeSet, ...], folder: Path) -> None:
        """Give each set of code to a crew that can run it, or a new one; the others leave."""
        free = list(self._crews)
        crews = []
        for code_set in sets:
            fitting = [crew for crew in free if crew.takes(code_set)]
            if fitting:
                crew = max(fitting, key=lambda one: len(one.regions & code_set.regions))
                free.remove(crew)
                crew.take(code_set)
            else:
                crew = Crew(
                    code_set,
                    next(self._names),
                    size=self._size,
                    main=self._main,
                    arguments=self._arguments,
                    listener=self._listener,
                    folder=folder,
                )
            crews.append(crew)
        now = time.monotonic()
        self._leaving += [(crew, now + READY_SECONDS) for crew in free]
        self._crews = crews
        if self._listener is not None:
            write_doors(folder, [(crew.name, crew.regions) for crew in crews])

    def _dismiss(self, now: float) -> None:
        """Ask crews to end that nothing fits any more, once those that serve in their place work."""
        ready = all(crew.is_ready for crew in self._crews)
        for crew, until in self._leaving:
            if ready or now >= until:
                crew.stop(now)
            if crew.asked_to_stop is not None and now >= crew.asked_to_stop + STOP_SECONDS:
                crew.kill()
        self._leaving = [(crew, until) for crew, until in self._leaving if not crew.has_ended]

    def _stop(self) -> None:
        if self._listener is not None:
            self._listener.close()  # as long as one copy is open the system accepts connections on it
        everything = [*self._all, *(crew for crew, _ in self._leaving)]
        now = time.monotonic()
        for one in everything:
            one.stop(now)
        while (
            not all(one.has_ended for one in everything)
            and self._signals < _IMPATIENT
            and time.monotonic() < now + STOP_SECONDS
        ):
            time.sleep(0.02)
        for one in everything:
            one.kill()

    @property
    def _all(self) -> list[Crew | Errands]:
        return [*self._crews, *([] if self._errands is None else [self._errands])]

    @contextmanager
    def _listening_for_signals(self) -> Iterator[int]:
        """Count SIGTERM and SIGINT, and yield what becomes readable with each."""
        read, write = os.pipe()

        def note(*_: object) -> None:
            self._signals += 1
            os.write(write, b"!")

        before = {number: signal.signal(number, note) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield read
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            os.close(read)
            os.close(write)
