"""What a version changes, as the author wrote it: a section of CHANGELOG.md, or the fragments that wait in changelog.d."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from packaging.version import InvalidVersion, Version

LOG: Final = "CHANGELOG.md"
FRAGMENTS: Final = "changelog.d"
MOST: Final = 64 << 10
"""Most characters kept of what changed."""

_HEADING: Final = re.compile(r"^##\s+\[?v?([0-9][^\s\]]*)", re.MULTILINE)
_FRAGMENT: Final = re.compile(r".+\.(removal|security|feature|bugfix|doc|misc)(\.\d+)?\.(md|rst)")


def changes(project: Path, version: str) -> str | None:
    """Return what the version changes: its section of CHANGELOG.md, else the fragments; None where neither says anything."""
    return (_section(_text(project / LOG), version) or _waiting(project / FRAGMENTS))[:MOST].strip() or None


def _section(text: str, version: str) -> str:
    headings = list(_HEADING.finditer(text))
    for heading, following in zip(headings, [*headings[1:], None], strict=False):
        if _same(heading[1], version):
            start = text.find("\n", heading.end())
            return "" if start < 0 else text[start : following.start() if following else None].strip()
    return ""


def _waiting(folder: Path) -> str:
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    return "\n".join(f"- {' '.join(_text(folder / name).split())}" for name in names if _FRAGMENT.fullmatch(name))


def _same(one: str, other: str) -> bool:
    try:
        return Version(one) == Version(other)
    except InvalidVersion:
        return one == other


def _text(path: Path) -> str:
    return path.read_bytes()[: 4 << 20].decode(errors="replace").replace("\r\n", "\n") if path.is_file() else ""
