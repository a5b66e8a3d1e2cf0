"""One page in the browser: opened, looked at, typed into, and everything it asked for or complained about written down."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

from tests.browser.chromium import BrowserError, Chromium

_LOAD_SECONDS: Final = 30.0
_SHIFT: Final = 8
_KEYS: Final = {
    "Tab": (9, ""),
    "Enter": (13, "\r"),
    "Escape": (27, ""),
    "Space": (32, " "),
    "End": (35, ""),
    "Home": (36, ""),
    "ArrowUp": (38, ""),
    "ArrowDown": (40, ""),
}
"""Virtual key code and the text it types, by name."""


class Device(NamedTuple):
    """What a page is shown on.

    Attributes:
        width: In CSS pixels.
        height: In CSS pixels.
        pixels: Device pixels per CSS pixel.
        mobile: Whether it is a phone.
    """

    width: int
    height: int
    pixels: float = 1.0
    mobile: bool = False


class Tab:
    """A tab; made by :meth:`tests.browser.chromium.Context.tab`.

    Attributes:
        status: HTTP status of the page shown, 0 before the first one.
    """

    def __init__(self, browser: Chromium, session: str) -> None:
        self._browser = browser
        self._session = session
        self._change = threading.Condition()
        self._loader = ""
        self._loaded = ""
        self._quiet = ""
        self.status = 0
        self._requests: dict[str, str] = {}
        self._sizes: dict[str, float] = {}
        self._compressed: set[str] = set()
        self._faults: list[str] = []
        browser.listen(session, self._hear)
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.call(f"{domain}.enable")
        self.call("Page.setLifecycleEventsEnabled", enabled=True)
        # Focus rings and :focus-visible as in a window that is in front.
        self.call("Emulation.setFocusEmulationEnabled", enabled=True)

    # Copies, for the reader of the browser goes on writing.

    @property
    def requests(self) -> dict[str, str]:
        """Every address asked for since :meth:`forget`, by request."""
        return self._requests.copy()

    @property
    def sizes(self) -> dict[str, float]:
        """Bytes received for each request, as sent, headers included."""
        return self._sizes.copy()

    @property
    def compressed(self) -> set[str]:
        """The requests whose body came compressed."""
        return self._compressed.copy()

    @property
    def faults(self) -> list[str]:
        """What the page, its style sheets or the browser complained about since :meth:`forget`, each with its place."""
        return self._faults.copy()

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send one command of the debugging protocol to this tab."""
        return self._browser.call(method, session=self._session, **parameters)

    def resize(self, device: Device) -> None:
        """Show the page as a device does."""
        width, height, pixels, mobile = device
        metrics = {"width": width, "height": height, "deviceScaleFactor": pixels, "mobile": mobile}
        self.call("Emulation.setDeviceMetricsOverride", **metrics)

    def prefer(self, scheme: str) -> None:
        """Prefer ``light`` or ``dark`` pages, and none that move."""
        features = [{"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": "reduce"}]
        self.call("Emulation.setEmulatedMedia", features=features)

    def slow_down(self, *, seconds: float, bytes_per_second: float) -> None:
        """Have every answer begin so much later, and come no faster than that."""
        speeds = {"downloadThroughput": bytes_per_second, "uploadThroughput": bytes_per_second / 2}
        self.call("Network.emulateNetworkConditions", offline=False, latency=seconds * 1000, **speeds)

    def disable_scripts(self) -> None:
        """Run no script of any page; :meth:`run` still works, it is the debugger's."""
        self.call("Emulation.setScriptExecutionDisabled", value=True)

    def open(self, address: str) -> None:
        """Open an address and wait until the page has loaded.

        Raises:
            BrowserError: Nothing was answered there, or it did not load in time.
        """
        with self.leading():
            failure = self.call("Page.navigate", url=address).get("errorText")
            if failure:
                raise BrowserError(f"{address}: {failure}")

    @contextmanager
    def leading(self) -> Iterator[None]:
        """What is done in the block leads to another page: wait for it.

        Raises:
            BrowserError: No other page has loaded in time.
        """
        before = self._loader
        yield
        with self._change:
            if not self._change.wait_for(lambda: self._loader != before and self._loaded == self._loader, _LOAD_SECONDS):
                raise BrowserError(f"no page has loaded within {_LOAD_SECONDS:.0f} s")

    def settle(self) -> None:
        """Wait until nothing has been asked for during half a second, the icon of the page included.

        Raises:
            BrowserError: It goes on asking.
        """
        with self._change:
            if not self._change.wait_for(lambda: self._quiet == self._loader, _LOAD_SECONDS):
                raise BrowserError(f"the page is still loading after {_LOAD_SECONDS:.0f} s")

    def run(self, script: str, *given: Any) -> Any:
        """Run a script in the page and return its value, awaited where it is a promise.

        Args:
            script: An expression; a function where ``given`` are its arguments.
            given: JSON values.

        Raises:
            BrowserError: It threw.
        """
        arguments = ", ".join(map(json.dumps, given))
        # Alone, `(function)()` would also do; an expression stays an expression.
        expression = f"({script})({arguments})" if given else script
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            details = result["exceptionDetails"]
            raise BrowserError(f"the page does not fit the script: {details.get('exception', {}).get('description', details)}")
        return result["result"].get("value")

    @property
    def address(self) -> str:
        """Address of the page shown."""
        return str(self.run("location.href"))

    def press(self, key: str, *, shift: bool = False) -> None:
        """Press and release a key: a name such as ``Tab``, or one character."""
        if len(key) > 1:
            code, text = _KEYS[key]
        else:  # the number of a sign is the code of another key: that of the full stop is Delete
            code, text = (ord(key.upper()) if key.isascii() and key.isalnum() else 0), key
        named = {"key": " " if key == "Space" else key, "windowsVirtualKeyCode": code, "modifiers": _SHIFT if shift else 0}
        kind = "keyDown" if text else "rawKeyDown"
        self.call("Input.dispatchKeyEvent", type=kind, **named, **({"text": text} if text else {}))
        self.call("Input.dispatchKeyEvent", type="keyUp", **named)

    def type(self, text: str) -> None:
        """Type a text, character by character."""
        for character in text:
            self.press(character)

    def picture(self) -> bytes:
        """Return what is seen, as PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])

    def body(self, request: str) -> bytes:
        """Return the body that came for a request, as it is after decompression."""
        found = self.call("Network.getResponseBody", requestId=request)
        return base64.b64decode(found["body"]) if found["base64Encoded"] else found["body"].encode()

    def forget(self) -> None:
        """Forget requests and faults so far."""
        self._requests.clear()
        self._sizes.clear()
        self._compressed.clear()
        self._faults.clear()

    def _hear(self, event: str, parameters: dict[str, Any]) -> None:
        """Write down what happens; called by the reader of the browser, so it asks the browser nothing."""
        note: Callable[[dict[str, Any]], None] | None = getattr(self, f"_on_{event.replace('.', '_').lower()}", None)
        if note is not None:
            note(parameters)

    def _on_page_framenavigated(self, found: dict[str, Any]) -> None:
        if "parentId" not in found["frame"]:
            with self._change:
                self._loader = found["frame"]["loaderId"]
                self._change.notify_all()

    def _on_page_lifecycleevent(self, found: dict[str, Any]) -> None:
        if found["name"] in {"load", "networkIdle"}:
            with self._change:
                if found["name"] == "load":
                    self._loaded = found["loaderId"]
                else:
                    self._quiet = found["loaderId"]
                self._change.notify_all()

    def _on_network_requestwillbesent(self, found: dict[str, Any]) -> None:
        self._requests[found["requestId"]] = found["request"]["url"]

    def _on_network_responsereceived(self, found: dict[str, Any]) -> None:
        if found["type"] == "Document":
            self.status = found["response"]["status"]
        if any(name.lower() == "content-encoding" for name in found["response"]["headers"]):
            self._compressed.add(found["requestId"])

    def _on_network_loadingfinished(self, found: dict[str, Any]) -> None:
        self._sizes[found["requestId"]] = found["encodedDataLength"]

    def _on_runtime_exceptionthrown(self, found: dict[str, Any]) -> None:
        details = found["exceptionDetails"]
        self._faults.append(f"script: {details['text']} {details.get('url', '')}:{details.get('lineNumber', 0)}")

    def _on_runtime_consoleapicalled(self, found: dict[str, Any]) -> None:
        if found["type"] in {"error", "warning", "assert"}:
            words = " ".join(str(word.get("value", word.get("description", ""))) for word in found["args"])
            self._faults.append(f"console: {words}")

    def _on_log_entryadded(self, found: dict[str, Any]) -> None:
        entry = found["entry"]
        # That a page is an error page is no fault of the page.
        own_status = entry["source"] == "network" and self._requests.get(entry.get("networkRequestId", "")) == entry.get("url")
        document = entry.get("networkRequestId", "") == self._loader
        if entry["level"] in {"error", "warning"} and not (own_status and document):
            self._faults.append(f"{entry['source']}: {entry['text']} {entry.get('url', '')}")
