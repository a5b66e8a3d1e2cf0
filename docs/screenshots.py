"""Make the pictures of the README and the documentation from the demo, at phone and desktop width.

Run by ``./dev screenshots``. It prepares and serves the demo like ``smartcity demo`` and drives Chromium with what the tests in
``tests/browser`` drive it with.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from PIL import Image

from smartcity_share.cli.journey.preparation import Preparation
from smartcity_share.cli.journey.server import free_port, serving
from smartcity_share.cli.journey.sources import find_sources
from tests.browser.chromium import INSTALL, BrowserError, Chromium, find_chromium
from tests.browser.deeds import sign_in
from tests.browser.tab import Device, Tab

IMAGES: Final = ROOT / "docs" / "images"
PHONE: Final = Device(390, 844, 2.0, mobile=True)
DESKTOP: Final = Device(1280, 860)
LARGEST: Final = 200_000
"""Bytes of a picture at most: they lie in the repository for ever."""

_SHOWN: Final = """Promise.allSettled([...document.images].map(image => image.decode()))
  .then(() => document.fonts.ready)
  .then(() => new Promise(painted => requestAnimationFrame(() => requestAnimationFrame(() => painted(null)))))"""
"""Images may be decoded after the page counts as loaded; a picture that cannot be shown is the page's own affair."""


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
    size: Device
    login: str | None = None


PICTURES = (
    Picture("front-phone.png", "71.08", "/", PHONE),
    Picture("front-desktop.png", "73.71", "/", DESKTOP),
    Picture("report-phone.png", "13.10", "/complaints/lapor", PHONE),
    Picture("worklist-desktop.png", "73.71", "/complaints/petugas", DESKTOP, "verifikator"),
    Picture("console-desktop.png", "71.08", "/_/konsol", DESKTOP, "admin"),
)


def take(tab: Tab, address: str, device: Device) -> bytes:
    """Return a picture of a page as a device shows it by day."""
    tab.resize(device)
    tab.prefer("light")
    tab.open(address)
    tab.settle()
    tab.run(_SHOWN)
    return _smaller(tab.picture())


def _smaller(picture: bytes) -> bytes:
    """Return a picture with the 256 colours that a page of one colour scheme hardly exceeds."""
    small = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as image:
        image.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
    return small.getvalue()


def main(names: list[str]) -> int:
    """Make the pictures with these names, or all."""
    wanted = [picture for picture in PICTURES if not names or picture.name.removesuffix(".png") in names]
    if not wanted:
        raise SystemExit(f"error: no such picture\nhint: choose from {', '.join(picture.name for picture in PICTURES)}")
    program = find_chromium()
    if program is None:
        raise SystemExit(f"error: there is no Chromium on this machine\nhint: {INSTALL}")
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="smartcity-screenshots-") as folder:
        prepared = Preparation(find_sources(ROOT), Path(folder), print).run()
        with serving(prepared.instance, free_port()) as base, Chromium(program) as browser:
            for picture in wanted:
                root = f"{base}/{picture.region}"
                with browser.context() as person, person.tab() as tab:
                    if picture.login is not None:
                        sign_in(tab, root, prepared.login(picture.region, picture.login))
                    content = take(tab, root + picture.path, picture.size)
                if len(content) > LARGEST:
                    raise SystemExit(f"error: {picture.name} has {len(content)} bytes, more than {LARGEST}")
                (IMAGES / picture.name).write_bytes(content)
                print(f"docs/images/{picture.name}: {len(content)} bytes")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except BrowserError as fault:
        sys.exit(f"error: {fault}\nhint: try the page by hand in ./dev demo")
