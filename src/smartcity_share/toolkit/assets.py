"""The shared assets: style sheets and icons that every region serves under ``/_/static/``.

An address carries the digest of the file (``?v=``), so a browser keeps it for good and still sees a new version at once.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.resources import files
from typing import Final

import attrs

_TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "woff2": "font/woff2",
    "js": "text/javascript; charset=utf-8",
}


@attrs.frozen
class Asset:
    """One shared file.

    Attributes:
        name: Path under the static folder, for example ``vendor/pico.min.css``.
        content: The bytes.
        media_type: The value of ``Content-Type``.
        digest: First 12 hexadecimal digits of the SHA-256.
    """

    name: str
    content: bytes
    media_type: str
    digest: str


@lru_cache(maxsize=256)
def asset(name: str) -> Asset | None:
    """Return a shared asset; None where there is none of this name or it is of no kind that is served.

    Args:
        name: Path under the static folder with ``/`` between parts. A name that leaves the folder is not found.
    """
    parts = name.split("/")
    media_type = _TYPES.get(name.rpartition(".")[2])
    if media_type is None or any(part in {"", ".", ".."} or "\\" in part or "\0" in part for part in parts):
        return None
    entry = files("smartcity_share.toolkit") / "static"
    for part in parts:
        entry = entry / part
    if not entry.is_file():
        return None
    content = entry.read_bytes()
    return Asset(name, content, media_type, hashlib.sha256(content).hexdigest()[:12])


def asset_url(static_url: str, name: str) -> str:
    """Return the address of a shared asset with its digest.

    Args:
        static_url: The base from the page frame, ending in ``/``.
        name: Path under the static folder.

    Raises:
        LookupError: There is no such asset: a misspelt name in a template.
    """
    found = asset(name)
    if found is None:
        raise LookupError(f"No shared asset is named {name!r}.")
    return f"{static_url}{name}?v={found.digest}"
