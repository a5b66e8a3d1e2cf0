"""The parts of an app that a region may change, read from where the app lies without importing it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from smartcity_share.install.overrides.item import Item, ItemKind, parse_item

if TYPE_CHECKING:
    from smartcity_share.hooks.discovered import DiscoveredApp

TEMPLATES: Final = "templates"
LOCALE: Final = "locale"
REGIONAL: Final = "regional"
"""Folder of an app's package with the files that a region may replace."""


def shipped_parts(app: DiscoveredApp) -> dict[Item, bytes]:
    """Return every part of an app that a region may change, with its content.

    Args:
        app: The app, as it was found.
    """
    folder = app.package_folder
    if folder is None:
        return {}
    parts: dict[Item, bytes] = {}
    for kind, name in ((ItemKind.TEMPLATE, TEMPLATES), (ItemKind.FILE, REGIONAL)):
        root = folder / name
        for path in _files(root):
            item = _item(kind, path.relative_to(root).as_posix())
            if item is not None:
                parts[item] = path.read_bytes()
    for path in sorted((folder / LOCALE).glob("*/LC_MESSAGES/messages.po")):
        item = _item(ItemKind.TEXT, path.parent.parent.name)
        if item is not None:
            parts[item] = path.read_bytes()
    return parts


def _files(folder: Path) -> Iterator[Path]:
    yield from (path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix not in {".py", ".pyc"})


def _item(kind: ItemKind, name: str) -> Item | None:
    from smartcity_share.errors import UsageError

    try:
        return parse_item(f"{kind}/{name}")
    except UsageError:  # a name nobody could write on a command line
        return None
