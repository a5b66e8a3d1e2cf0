"""Make the pictures of the README and the documentation from the demo, at phone and desktop width.

Run by ``./dev screenshots``. It prepares and serves the demo like ``smartcity demo`` and drives Chromium over its debugging
pipe with nothing but the standard library, so that no driver has to fit the browser's version.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple, Self

from smartcity_share.cli.journey.preparation import Login, Preparation
from smartcity_share.cli.journey.server import free_port, serving
from smartcity_share.cli.journey.sources import find_sources

IMAGES = Path(__file__).parent / "images"
PHONE = (390, 844, 2.0, True)
DESKTOP = (1280, 860, 1.0, False)
"""Width and height in CSS pixels, device pixels per CSS pixel, whether it is a phone."""

Size = tuple[int, int, float, bool]


class Browser:
    """Chromium without a window, with one page."""

    def __init__(self, program: str) -> None:
        self._profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        commands_out, self._commands = os.pipe()
        self._answers, answers_in = os.pipe()

        def as_pipe() -> None:
            """Chromium reads commands from descriptor 3 and writes answers to 4."""
            reading, writing = os.dup(commands_out), os.dup(answers_in)
            os.dup2(reading, 3)
            os.dup2(writing, 4)

        self._process = subprocess.Popen(  # the function before the program starts only moves descriptors
            [
                program,
                *("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--lang=id"),
                *("--force-color-profile=srgb", "--font-render-hinting=none", "--remote-debugging-pipe"),
                f"--user-data-dir={self._profile.name}",
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            close_fds=False,
            preexec_fn=as_pipe,
        )
        os.close(commands_out)
        os.close(answers_in)
        self._number = 0
        self._read = b""
        self._events: list[dict[str, Any]] = []
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = str(self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"])
        self._call("Page.enable")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(20)
        os.close(self._commands)
        os.close(self._answers)
        self._profile.cleanup()

    def resize(self, size: Size) -> None:
        """Make the page as large as a device shows it."""
        width, height, scale, mobile = size
        metrics = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": mobile}
        self._call("Emulation.setDeviceMetricsOverride", **metrics)

    def open(self, address: str) -> None:
        """Open an address and wait until the page has loaded."""
        self._events.clear()
        failure = self._call("Page.navigate", url=address).get("errorText")
        if failure:
            raise SystemExit(f"error: {address}: {failure}\nhint: is the demo running?")
        self._wait_for("Page.loadEventFired")
        # Images may be decoded after the page counts as loaded; a picture that cannot be shown is the page's own affair.
        self.run("Promise.allSettled([...document.images].map((image) => image.decode())).then(() => null)")
        self.run("new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(() => painted(null))))")

    def run(self, script: str, *, loads: bool = False) -> Any:
        """Run a script in the page and return its value; with ``loads``, wait for the page it leads to."""
        self._events.clear()
        result = self._call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise SystemExit(
                f"error: the page does not fit the script: {result['exceptionDetails']['exception']['description']}"
            )
        if loads:
            self._wait_for("Page.loadEventFired")
        return result["result"].get("value")

    def picture(self) -> bytes:
        """Return what is seen, as PNG."""
        return base64.b64decode(self._call("Page.captureScreenshot", format="png")["data"])

    def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if hasattr(self, "_session"):
            message["sessionId"] = self._session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise SystemExit(f"error: Chromium refused {method}: {answer['error']['message']}")
                return dict(answer["result"])
            self._events.append(answer)

    def _wait_for(self, event: str) -> None:
        while all(seen.get("method") != event for seen in self._events):
            self._events.append(self._next())

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._read:
            piece = os.read(self._answers, 1 << 20)
            if not piece:
                raise SystemExit("error: Chromium ended\nhint: run it by hand to see why: chromium --headless about:blank")
            self._read += piece
        message, _, self._read = self._read.partition(b"\0")
        return dict(json.loads(message))


class Picture(NamedTuple):
    """A picture of one page.

    Attributes:
        name: The file in ``docs/images``.
        region: The region of the demo.
        path: The page, below the root of the region.
        size: The device.
        login: Who is signed in, if anybody.
    """

    name: str
    region: str
    path: str
    size: Size
    login: str | None = None


PICTURES = (
    Picture("front-phone.png", "71.08", "/", PHONE),
    Picture("front-desktop.png", "73.71", "/", DESKTOP),
    Picture("report-phone.png", "13.10", "/complaints/lapor", PHONE),
    Picture("worklist-desktop.png", "73.71", "/complaints/petugas", DESKTOP, "verifikator"),
    Picture("console-desktop.png", "71.08", "/_/konsol", DESKTOP, "admin"),
)


def sign_in(browser: Browser, root: str, account: Login) -> None:
    """Sign in through the page, as an official does."""
    browser.open(f"{root}/_/masuk")
    values = json.dumps({"login": account.login, "password": account.password})
    browser.run(
        f"""for (const [name, value] of Object.entries({values})) document.querySelector(`main [name=${{name}}]`).value = value;
        document.querySelector("main form").submit();""",
        loads=True,
    )
    if "/_/masuk" in str(browser.run("location.pathname")):
        raise SystemExit(f"error: {account.login} of {account.region} could not sign in\nhint: try it by hand in ./dev demo")


def main(names: list[str]) -> int:
    """Make the pictures with these names, or all."""
    wanted = [picture for picture in PICTURES if not names or picture.name.removesuffix(".png") in names]
    if not wanted:
        raise SystemExit(f"error: no such picture\nhint: choose from {', '.join(picture.name for picture in PICTURES)}")
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
    if program is None:
        raise SystemExit("error: there is no Chromium on this machine\nhint: apt-get install chromium")
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="smartcity-screenshots-") as folder:
        prepared = Preparation(find_sources(Path(__file__).parents[1]), Path(folder), print).run()
        with serving(prepared.instance, free_port()) as base:
            for picture in wanted:
                with Browser(program) as browser:
                    root = f"{base}/{picture.region}"
                    browser.resize(picture.size)
                    if picture.login is not None:
                        sign_in(browser, root, prepared.login(picture.region, picture.login))
                    browser.open(root + picture.path)
                    (IMAGES / picture.name).write_bytes(browser.picture())
                print(f"docs/images/{picture.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
