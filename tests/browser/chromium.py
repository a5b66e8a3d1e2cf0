"""Chromium without a window, spoken to over its debugging pipe with the standard library alone.

Pages are opened in tabs (:class:`tests.browser.tab.Tab`). Tabs of one :class:`Context` share cookies and cache as the tabs of
one person do; contexts share nothing. Each tab may be driven by its own thread. No driver has to fit the browser's version,
and nothing beyond this machine is reached: the browser resolves no name but those of the loopback interface.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from tests.browser.tab import Tab

INSTALL: Final = "apt-get install --yes --no-install-recommends chromium"
"""What to type where there is no Chromium, on Debian and what derives from it."""

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "chrome")
_START_SECONDS: Final = 60.0
_ANSWER_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 10.0
_POLL_SECONDS: Final = 0.02
_FLAGS: Final = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--mute-audio"),
    *("--no-first-run", "--no-default-browser-check", "--disable-extensions", "--disable-breakpad"),
    # Nothing is asked of anybody: no updates, no lists, no sign-in, and no name but those of this machine is resolved.
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-domain-reliability"),
    *(
        "--disable-default-apps",
        "--disable-client-side-phishing-detection",
        "--disable-quic",
        "--no-pings",
        "--no-proxy-server",
    ),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1",
    "--disable-features=OptimizationHints,MediaRouter,Translate,AutofillServerCommunication",
    # The same picture on every machine, and tabs that work alike whether they are in front or not.
    *("--force-color-profile=srgb", "--font-render-hinting=none", "--disable-lcd-text"),
    *("--disable-renderer-backgrounding", "--disable-background-timer-throttling", "--disable-backgrounding-occluded-windows"),
    *("--remote-debugging-pipe", "about:blank"),
)
# Chromium reads commands from descriptor 3 and writes answers to 4. A small program puts them there and becomes Chromium:
# unlike a function that runs between fork and exec, it is safe beside threads.
_PLACE_PIPES: Final = """
import fcntl, os, sys
# First out of the way of 3 and 4: where one of them is the other's place already, it would be lost.
reading, writing = (fcntl.fcntl(int(number), fcntl.F_DUPFD, 64) for number in sys.argv[1:3])
os.dup2(reading, 3)
os.dup2(writing, 4)
os.closerange(5, 256)
os.execv(sys.argv[3], sys.argv[3:])
"""


class BrowserError(Exception):
    """The browser refused, ended or did not answer in time."""


def find_chromium() -> str | None:
    """Return the path of the Chromium of this machine, or None where there is none."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


class Chromium:
    """A running Chromium; a context manager that leaves no process and no file behind.

    Args:
        program: Its path, from :func:`find_chromium`.
        language: What it asks pages for, a language code.

    Attributes:
        program: Its path.
        version: What it calls itself.
        profile: The folder with all it writes.
        group: The process group of it and its children.
    """

    def __init__(self, program: str, *, language: str = "id") -> None:
        self.program = program
        self._profile = tempfile.TemporaryDirectory(prefix="smartcity-chromium-", ignore_cleanup_errors=True)
        self._log = Path(self._profile.name, "chromium.log")
        reading, self._commands = os.pipe()
        self._answers, writing = os.pipe()
        options = [f"--user-data-dir={self._profile.name}/data", f"--lang={language}", f"--accept-lang={language}", *_FLAGS]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", _PLACE_PIPES, str(reading), str(writing), program, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(reading, writing),
                start_new_session=True,  # so that its children can be ended with it
            )
        os.close(reading)
        os.close(writing)
        self.profile = Path(self._profile.name)
        self.group = self._process.pid
        self._lock = threading.Lock()
        self._over = False
        self._number = 0
        self._waiting: dict[int, Future[dict[str, Any]]] = {}
        self._listeners: dict[str, Callable[[str, dict[str, Any]], None]] = {}
        self._reader = threading.Thread(target=self._read, name="chromium", daemon=True)
        self._reader.start()
        try:
            self.version = str(self.call("Browser.getVersion", timeout=_START_SECONDS)["product"])
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def context(self) -> Iterator[Context]:
        """A person at the browser: cookies and cache of their own, forgotten at the end."""
        made = str(self.call("Target.createBrowserContext")["browserContextId"])
        try:
            yield Context(self, made)
        finally:
            with contextlib.suppress(BrowserError):
                self.call("Target.disposeBrowserContext", browserContextId=made)

    def call(
        self, method: str, *, session: str | None = None, timeout: float = _ANSWER_SECONDS, **parameters: Any
    ) -> dict[str, Any]:
        """Send one command of the debugging protocol and return its answer.

        Args:
            method: Such as ``Page.navigate``.
            session: The tab it is for; None for the browser.
            timeout: Seconds to wait for the answer.
            parameters: Those of the command.

        Raises:
            BrowserError: It was refused, not answered in time, or the browser has ended.
        """
        answer: Future[dict[str, Any]] = Future()
        with self._lock:
            if self._over:
                raise BrowserError(f"{method}: {self._ended()}")
            self._number += 1
            number = self._number
            self._waiting[number] = answer
            message = {"id": number, "method": method, "params": parameters, **({"sessionId": session} if session else {})}
            data = memoryview(json.dumps(message).encode() + b"\0")
            try:
                while data:
                    data = data[os.write(self._commands, data) :]
            except OSError:
                self._waiting.pop(number, None)
                raise BrowserError(f"{method}: {self._ended()}") from None
        try:
            return answer.result(timeout)
        except TimeoutError:
            raise BrowserError(f"{method} was not answered within {timeout:.0f} s") from None
        finally:
            self._waiting.pop(number, None)

    def listen(self, session: str, listener: Callable[[str, dict[str, Any]], None] | None) -> None:
        """Hand what happens in a tab, event name and parameters, to a function; to none with None."""
        if listener is None:
            self._listeners.pop(session, None)
        else:
            self._listeners[session] = listener

    def close(self) -> None:
        """End the browser with all its processes."""
        with contextlib.suppress(BrowserError):
            self.call("Browser.close", timeout=_STOP_SECONDS)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_STOP_SECONDS)
        self._end_group()
        os.close(self._commands)
        self._reader.join(_STOP_SECONDS)
        os.close(self._answers)
        self._profile.cleanup()

    def _end_group(self) -> None:
        """End what is still there of the browser and its children, and wait until all of it is gone."""
        deadline = time.monotonic() + _STOP_SECONDS
        while time.monotonic() < deadline:
            try:
                os.killpg(self.group, signal.SIGKILL)
            except ProcessLookupError:
                break
            self._process.poll()
            time.sleep(_POLL_SECONDS)
        self._process.wait()

    def _read(self) -> None:
        """Give every answer to who waits for it and every event to its tab, until the browser ends."""
        held = b""
        while True:
            try:
                piece = os.read(self._answers, 1 << 20)
            except OSError:
                piece = b""
            if not piece:
                break
            *messages, held = (held + piece).split(b"\0")
            for message in messages:
                self._deliver(json.loads(message))
        with self._lock:  # from here on nobody waits for an answer that cannot come
            self._over = True
            for waiting in self._waiting.values():
                waiting.set_exception(BrowserError(self._ended()))
            self._waiting.clear()

    def _deliver(self, message: dict[str, Any]) -> None:
        if "id" in message:
            waiting = self._waiting.pop(message["id"], None)
            if waiting is None:  # who asked has given up
                return
            if "error" in message:
                waiting.set_exception(BrowserError(f"Chromium refused: {message['error']['message']}"))
            else:
                waiting.set_result(message["result"])
        elif (listener := self._listeners.get(message.get("sessionId", ""))) is not None:
            listener(message["method"], message["params"])

    def _ended(self) -> str:
        said = self._log.read_text("utf-8", errors="replace").splitlines() if self._log.exists() else []
        return "Chromium has ended" + (f"; it said: {' / '.join(said[-5:])}" if said else "")


class Context:
    """Tabs that share cookies and cache; made by :meth:`Chromium.context`."""

    def __init__(self, browser: Chromium, number: str) -> None:
        self._browser = browser
        self._number = number

    @contextmanager
    def tab(self) -> Iterator[Tab]:
        """A new tab, closed at the end."""
        from tests.browser.tab import Tab

        target = str(self._browser.call("Target.createTarget", url="about:blank", browserContextId=self._number)["targetId"])
        session = str(self._browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"])
        try:
            yield Tab(self._browser, session)
        finally:
            self._browser.listen(session, None)
            with contextlib.suppress(BrowserError):
                self._browser.call("Target.closeTarget", targetId=target)
