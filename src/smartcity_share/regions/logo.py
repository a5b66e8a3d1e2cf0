"""The logo file beside a region profile: that it is there, is an image, and carries nothing that acts."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

MAX_BYTES: Final = 512 * 1024
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_ACTIVE: Final = frozenset({"script", "foreignObject", "iframe", "object", "embed", "handler", "listener"})


class LogoProblem(NamedTuple):
    """What is wrong with a logo: the code of the fault, what was found, and the mend."""

    code: str
    message: str
    mend: str


def logo_problem(folder: Path, name: str) -> LogoProblem | None:
    """Say what is wrong with a logo.

    Args:
        folder: The folder of the profile.
        name: The file as the profile names it.

    Returns:
        The problem, or None when the logo can be shown.
    """
    outside = LogoProblem(
        "logo-outside", f"{name} is not a file in the folder of the profile", "Put the file beside the profile; give its name."
    )
    if name == ".." or any(character in name for character in "/\\:\0"):
        return outside
    suffix = Path(name).suffix.lower()
    if suffix not in (".png", ".svg"):
        return LogoProblem("logo-invalid", f"{name} is neither a .png nor a .svg", "Save the logo as SVG or PNG.")
    file = folder / name
    if not file.is_file():
        return LogoProblem("logo-missing", f"There is no file {name} beside the profile", f"Put {name} there.")
    if not file.resolve().is_relative_to(folder.resolve()):
        return outside
    found = _content_problem(suffix, file)
    return (
        None if found is None else LogoProblem("logo-invalid", f"{name} {found}", "Export the logo as a small plain picture.")
    )


def _content_problem(suffix: str, file: Path) -> str | None:
    if file.stat().st_size > MAX_BYTES:
        return f"is larger than {MAX_BYTES // 1024} KiB, and citizens load it on every page"
    content = file.read_bytes()
    if suffix == ".png":
        return None if content.startswith(_PNG) else "is not a PNG image"
    return next(_svg_problems(content), None)


def _svg_problems(content: bytes) -> Iterator[str]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        yield "is not an SVG image in UTF-8"
        return
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        yield "has a document type or entities, which are not shown"
        return
    try:
        root = ET.fromstring(text.encode())  # noqa: S314 - document types and entities were refused above
    except ET.ParseError as cause:
        yield f"is not an SVG image ({cause})"
        return
    if _local(root.tag) != "svg":
        yield "is not an SVG image"
    for element in root.iter():
        tag = _local(element.tag)
        if tag in _ACTIVE:
            yield f"contains <{tag}>, which could act in a reader's browser"
        for key, value in element.attrib.items():
            if _local(key).lower().startswith("on"):
                yield f"contains the event attribute {_local(key)}"
            if _local(key) == "href" and not value.strip().startswith(("#", "data:image/")):
                yield f"refers to {value.strip()[:60]}, which is outside the file"


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
