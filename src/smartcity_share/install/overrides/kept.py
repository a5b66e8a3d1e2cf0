"""What a region changed of an app, with who changed it, when and on what order: one file, replaced whole."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

import attrs
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from smartcity_share.errors import OverrideError, UsageError
from smartcity_share.hooks.overrides import NO_OVERRIDES, Overrides
from smartcity_share.install.overrides.item import Item, ItemKind, parse_item

MOST_BYTES: Final = 8 * 1024 * 1024
"""Largest file of overrides."""
_MEND: Final = "Put the file back from a backup, or delete it to use the app as it came."


@attrs.frozen
class KeptOverride:
    """One part of an app as a region changed it.

    Attributes:
        content: The region's content.
        base: The app's own content it was made from; for texts only the messages that were changed.
        base_version: The version of the app it was made from.
        set_by: Who set it.
        set_at: When, UTC.
        basis: The order or decree it rests on; empty where none was given.
    """

    content: bytes
    base: bytes | None
    base_version: str
    set_by: str
    set_at: datetime
    basis: str = ""


Kept = Mapping[Item, KeptOverride]


class _Content(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    text: str | None = None
    base64: str | None = None


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    content: _Content
    base: _Content | None
    base_version: str
    set_by: str
    set_at: AwareDatetime
    basis: str


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[1]
    parts: dict[str, _Entry]


def to_text(kept: Kept) -> str:
    """Return changed parts as the text of their file; the same parts give the same text."""
    parts = {
        str(item): {
            "content": _packed(one.content),
            "base": None if one.base is None else _packed(one.base),
            "base_version": one.base_version,
            "set_by": one.set_by,
            "set_at": one.set_at.isoformat(),
            "basis": one.basis,
        }
        for item, one in sorted(kept.items())
    }
    return json.dumps({"format": 1, "parts": parts}, ensure_ascii=False, indent=1) + "\n"


def from_text(text: str) -> dict[Item, KeptOverride]:
    """Return the parts that :func:`to_text` wrote.

    Raises:
        OverrideError: The text is not such a file.
    """
    try:
        document = _Document.model_validate_json(text)
        return {
            parse_item(name): KeptOverride(
                content=_unpacked(entry.content),
                base=None if entry.base is None else _unpacked(entry.base),
                base_version=entry.base_version,
                set_by=entry.set_by,
                set_at=entry.set_at,
                basis=entry.basis,
            )
            for name, entry in document.parts.items()
        }
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise OverrideError(f"The overrides cannot be read: {place}: {first['msg']}", faults=(), hint=_MEND) from None
    except (ValueError, UsageError) as error:
        raise OverrideError(f"The overrides cannot be read: {error}", faults=(), hint=_MEND) from None


def read_kept(path: Path) -> dict[Item, KeptOverride]:
    """Return what a region changed; nothing where the file is not there.

    Args:
        path: The file.

    Raises:
        OverrideError: It cannot be read.
    """
    if not path.is_file():
        return {}
    if path.stat().st_size > MOST_BYTES:
        raise OverrideError(f"{path.name} is larger than {MOST_BYTES} bytes", faults=(), hint=_MEND)
    try:
        return from_text(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise OverrideError(f"{path.name} is not UTF-8", faults=(), hint=_MEND) from None


def as_overrides(kept: Kept) -> Overrides:
    """Return changed parts as an installation carries them."""
    if not kept:
        return NO_OVERRIDES
    return Overrides(
        templates={item.name: one.content.decode() for item, one in kept.items() if item.kind is ItemKind.TEMPLATE},
        texts={item.name: one.content for item, one in kept.items() if item.kind is ItemKind.TEXT},
        files={item.name: one.content for item, one in kept.items() if item.kind is ItemKind.FILE},
    )


def _packed(content: bytes) -> dict[str, Any]:
    try:
        return {"text": content.decode("utf-8")}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(content).decode("ascii")}


def _unpacked(content: _Content) -> bytes:
    if content.base64 is not None:
        return base64.b64decode(content.base64, validate=True)
    return (content.text or "").encode()
