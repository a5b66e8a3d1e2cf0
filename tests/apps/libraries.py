"""Wheels of small libraries that apps of tests need, written byte by byte: a good one, and ones with a fault."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.apps.factory import PREFIX


def library(
    folder: Path,
    name: str,
    version: str = "1.0",
    *,
    requires: Sequence[str] = (),
    files: Mapping[str, str] | None = None,
    recorded: Mapping[str, str] | None = None,
) -> Path:
    """Write the wheel of a library with one package that knows its version.

    Args:
        folder: Where to; made if it is not there.
        name: Short name; the distribution and the package are called ``smartcity_test_<name>``.
        version: Its version.
        requires: Its requirements.
        files: More files by their path in the wheel.
        recorded: What RECORD is made from instead of the content, by path.

    Returns:
        The wheel.
    """
    folder.mkdir(parents=True, exist_ok=True)
    package = PREFIX + name
    base = f"{package}-{version}"
    metadata = [
        f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n",
        *(f"Requires-Dist: {one}\n" for one in requires),
    ]
    content = {
        f"{package}/__init__.py": f"VERSION = {version!r}\n",
        **(files or {}),
        f"{base}.dist-info/METADATA": "".join(metadata),
        f"{base}.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    stated = {**content, **(recorded or {})}
    rows = [f"{path},sha256={_digest(text)},{len(text.encode())}\n" for path, text in stated.items()]
    content[f"{base}.dist-info/RECORD"] = "".join([*rows, f"{base}.dist-info/RECORD,,\n"])
    wheel = folder / f"{base}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in content.items():
            archive.writestr(zipfile.ZipInfo(path, (2026, 1, 1, 0, 0, 0)), text)
    return wheel


def asking(*names: str) -> str:
    """Return the source of an app that needs these libraries and answers with their versions."""
    imports = "\n".join(f"import {PREFIX}{name}" for name in names)
    versions = ", ".join(f"{PREFIX}{name}.VERSION" for name in names)
    return f'''\
"""An app that needs libraries."""

from __future__ import annotations

{imports}
from starlette.responses import PlainTextResponse

from smartcity_share import Health, HealthState, hookimpl


@hookimpl
def asgi_app():
    return PlainTextResponse(" ".join([{versions}]))


@hookimpl
def check_health(installation):
    return Health(HealthState.OK, " ".join([{versions}]))
'''


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
