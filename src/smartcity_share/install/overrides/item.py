"""The name of a part of an app that a region can change: ``templates/front.html``, ``texts/id``, ``files/checklist.toml``."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

import attrs

from smartcity_share.errors import UsageError

_PART: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_MEND: Final = "`smartcity override list APP` shows what can be changed, for example `templates/front.html` or `texts/id`."


class ItemKind(StrEnum):
    """What a part is, which tells how two changes of it are merged."""

    TEMPLATE = "templates"
    TEXT = "texts"
    FILE = "files"


@attrs.frozen(order=True)
class Item:
    """One part of an app.

    Attributes:
        kind: What it is.
        name: Name of the template or file with ``/`` between parts, or the language of the texts.
    """

    kind: ItemKind
    name: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"

    @property
    def suffix(self) -> str:
        """The ending of its name without the dot, in small letters; empty for texts."""
        return "" if self.kind is ItemKind.TEXT else self.name.rpartition(".")[2].lower()


def parse_item(text: str) -> Item:
    """Return the item a text names.

    Args:
        text: What a person or a stored document wrote.

    Raises:
        UsageError: It names none; a name never leads out of its folder.
    """
    kind, _, name = text.strip().partition("/")
    if kind not in set(ItemKind) or not name:
        raise UsageError(f"`{text[:80]}` is no part of an app that can be changed", hint=_MEND)
    if kind == ItemKind.TEXT:
        if not _LANGUAGE.fullmatch(name):
            raise UsageError(f"`{name[:40]}` is no language", hint="Write it like `texts/id`.")
        return Item(ItemKind.TEXT, name)
    if not all(_PART.fullmatch(part) for part in name.split("/")):
        raise UsageError(f"`{name[:80]}` is no name of a {kind.removesuffix('s')} of an app", hint=_MEND)
    return Item(ItemKind(kind), name)
