"""Whether the files that a publiccode.yml names lie beside it."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal

import attrs

from smartcity_share.documents.sentences import Sentence
from smartcity_share.documents.shapes import shown
from smartcity_share.publiccode.findings import Findings
from smartcity_share.publiccode.nodes import Mapping, Node, Place, Scalar, Sequence
from smartcity_share.publiccode.rules.paths import is_web, suffix

MIN_LOGO_WIDTH: Final = 120
"""Pixels; the standard says 1000, the reference parser is content with this."""

HEADER: Final = 24
"""Bytes of a PNG picture that say how wide it is."""

_PNG: Final = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
_LOGOS: Final = ("logo", "monochromeLogo")


@attrs.frozen
class Named:
    """A file that the document names.

    Attributes:
        key: Key path of the standard.
        place: Line and column.
        text: Its path or web address.
        kind: What it is.
    """

    key: str
    place: Place
    text: str
    kind: Literal["logo", "screenshot", "authors"]


def judge_beside(root: Mapping, folder: Path | None, findings: Findings) -> None:
    """Look for the files in the folder of the document; nothing outside the folder is opened.

    Args:
        root: The tree of the document.
        folder: The folder it lies in; None where there is none, and then a notice says so.
        findings: Takes what is wrong.
    """
    for named in named_files(root):
        if is_web(named.text):
            continue
        if folder is None:
            message = f"not checked: whether there is a file {shown(named.text)}"
            findings.add(named.key, named.place, Sentence("not-checked", message, "Check the file in its folder."), "notice")
        elif (wrong := _wrong(folder, named)) is not None:
            findings.add(named.key, named.place, wrong)


def logo_fault(text: str, head: bytes) -> Sentence | None:
    """Tell what is wrong with a logo by its first bytes: one named ``.png`` must be a PNG of some width."""
    if suffix(text) != ".png":
        return None
    if len(head) < HEADER or not head.startswith(_PNG):
        return Sentence("picture-kind", f"{shown(text)} is not a PNG picture", "Save it as PNG, or give it its own suffix.")
    width = struct.unpack(">I", head[16:20])[0]
    if width < MIN_LOGO_WIDTH:
        message = f"{shown(text)} is {width} pixels wide; wanted at least {MIN_LOGO_WIDTH}"
        return Sentence("picture-too-small", message, "Give a wider one, or an SVG.")
    return None


def named_files(root: Mapping) -> Iterator[Named]:
    """Yield the files that a document names, but for those at absolute paths: these are told by a rule of the field."""
    for name in _LOGOS:
        yield from _named(name, root, name, "logo")
    legal, description = root.value("legal"), root.value("description")
    if isinstance(legal, Mapping):
        yield from _named("legal.authorsFile", legal, "authorsFile", "authors")
    for tag, (_, texts) in description.entries.items() if isinstance(description, Mapping) else ():
        shots: Node | None = texts.value("screenshots") if isinstance(texts, Mapping) else None
        for index, shot in enumerate(shots.items if isinstance(shots, Sequence) else ()):
            if isinstance(shot, Scalar) and not shot.text.startswith("/"):
                inner = f"[{tag}]" if "-" in tag else f".{tag}"
                yield Named(f"description{inner}.screenshots[{index}]", shot.place, shot.text, "screenshot")


def _named(key: str, section: Mapping, name: str, kind: Literal["logo", "authors"]) -> Iterator[Named]:
    value = section.value(name)
    if isinstance(value, Scalar) and value.type != "nothing" and value.text and not value.text.startswith("/"):
        yield Named(key, section.entries[name][0], value.text, kind)


def _wrong(folder: Path, named: Named) -> Sentence | None:
    try:
        path = (folder / named.text).resolve()
        inside = path.is_relative_to(folder.resolve())
        if inside and named.kind == "authors" and path.is_dir():
            return None  # the reference parser is content with a folder of authors
        if inside and path.is_file():
            with path.open("rb") as file:
                return logo_fault(named.text, file.read(HEADER)) if named.kind == "logo" else None
    except (OSError, ValueError, RuntimeError):  # a name no file can have, a loop of links
        pass
    message = f"There is no file {shown(named.text)} beside it"
    return Sentence("named-file-missing", message, "Add the file, or correct the path.")
