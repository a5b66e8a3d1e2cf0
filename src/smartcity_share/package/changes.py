"""What a version changes, as the author wrote it: a section of CHANGELOG.md, or the fragments that wait in changelog.d."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
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


def earlier_changes(project: Path, version: str) -> tuple[tuple[str, str], ...]:
    """Return what earlier versions changed, as CHANGELOG.md has it: version and text, in the order of the file.

    Args:
        project: The folder of the project.
        version: The version whose own section is left out, and everything above it.
    """
    found, left = [], MOST
    below = False
    for number, text in _sections(_text(project / LOG)):
        if below and text and len(text) <= left:
            found.append((number[:80], text))
            left -= len(text)
        below = below or _same(number, version)
    return tuple(found)


def news_between(sections: Iterable[tuple[str, str]], old: str) -> str:
    """Return what changed since a version: the text alone where it is one section, each under its version where they are more.

    Args:
        sections: Version and text, the newest first.
        old: The version that is there.
    """
    newer = [(number, text) for number, text in sections if text and _newer(number, old)]
    if len(newer) <= 1:
        return "".join(text for _, text in newer)
    return "\n\n".join(f"## {number}\n\n{text}" for number, text in newer)


def _newer(one: str, other: str) -> bool:
    try:
        return Version(one) > Version(other)
    except InvalidVersion:
        return one != other


def _section(text: str, version: str) -> str:
    return next((found for number, found in _sections(text) if _same(number, version)), "")


def _sections(text: str) -> Iterator[tuple[str, str]]:
    headings = list(_HEADING.finditer(text))
    for heading, following in zip(headings, [*headings[1:], None], strict=False):
        start = text.find("\n", heading.end())
        yield heading[1], "" if start < 0 else text[start : following.start() if following else None].strip()


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
