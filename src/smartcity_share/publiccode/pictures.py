"""Whether the pictures a file names lie beside it."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from smartcity_share.documents.sentences import Sentence
from smartcity_share.documents.shapes import shown
from smartcity_share.publiccode.findings import Findings
from smartcity_share.publiccode.nodes import Mapping, Node, Place, Scalar, Sequence
from smartcity_share.publiccode.rules.paths import is_web, suffix

MIN_LOGO_WIDTH: Final = 120
"""Pixels; the standard says 1000, the reference parser is content with this."""

_PNG: Final = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
_HEADER: Final = 24
_LOGOS: Final = ("logo", "monochromeLogo")


def judge_pictures(root: Mapping, folder: Path | None, findings: Findings) -> None:
    """Look for the pictures of a file in its folder; nothing outside the folder is opened.

    Args:
        root: The tree of the file.
        folder: The folder the file lies in; None where there is none, and then a notice says so.
        findings: Takes what is wrong.
    """
    for key, place, text in _named(root):
        if is_web(text):
            told = Sentence("not-checked", f"not checked: whether {shown(text)} can be reached", "Open the address.")
            findings.add(key, place, told, "notice")
        elif folder is None:
            told = Sentence(
                "not-checked", f"not checked: whether there is a file {shown(text)}", "Check the file in its folder."
            )
            findings.add(key, place, told, "notice")
        else:
            wrong = _wrong(folder, text, logo=key in _LOGOS)
            if wrong is not None:
                findings.add(key, place, wrong)


def _wrong(folder: Path, text: str, *, logo: bool) -> Sentence | None:
    head = _head(folder, text)
    if head is None:
        return Sentence("picture-missing", f"There is no file {shown(text)} beside it", "Add the file, or correct the path.")
    if not logo or suffix(text) != ".png":
        return None
    if len(head) < _HEADER or not head.startswith(_PNG):
        return Sentence("picture-kind", f"{shown(text)} is not a PNG picture", "Save it as PNG, or give it its own suffix.")
    width = struct.unpack(">I", head[16:20])[0]
    if width < MIN_LOGO_WIDTH:
        message = f"{shown(text)} is {width} pixels wide; wanted at least {MIN_LOGO_WIDTH}"
        return Sentence("picture-too-small", message, "Give a wider one, or an SVG.")
    return None


def _head(folder: Path, text: str) -> bytes | None:
    """Return the first bytes of a file in the folder; None where there is no such file."""
    try:
        path = (folder / text).resolve()
        if not path.is_relative_to(folder.resolve()) or not path.is_file():
            return None
        with path.open("rb") as file:
            return file.read(_HEADER)
    except (OSError, ValueError, RuntimeError):  # a name no file can have, a loop of links
        return None


def _named(root: Mapping) -> Iterator[tuple[str, Place, str]]:
    for name in _LOGOS:
        value = root.value(name)
        if isinstance(value, Scalar) and value.type != "nothing" and not value.text.startswith("/"):
            yield name, root.entries[name][0], value.text
    description = root.value("description")
    languages = description.entries.items() if isinstance(description, Mapping) else ()
    for tag, (_, texts) in languages:
        shots: Node | None = texts.value("screenshots") if isinstance(texts, Mapping) else None
        for index, shot in enumerate(shots.items if isinstance(shots, Sequence) else ()):
            if isinstance(shot, Scalar) and not shot.text.startswith("/"):
                inner = f"[{tag}]" if "-" in tag else f".{tag}"
                yield f"description{inner}.screenshots[{index}]", shot.place, shot.text
