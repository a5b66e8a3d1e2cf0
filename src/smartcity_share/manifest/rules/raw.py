"""Reading a raw document without trusting its types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from smartcity_share.documents.toml import Key, TomlDocument

Table = dict[str, Any]


def table(document: TomlDocument, name: str) -> Table:
    """Return a top-level table, or an empty one where there is none."""
    found = document.data.get(name)
    return found if isinstance(found, dict) else {}


def entries(holder: Table, name: str, at: Key = ()) -> Iterator[tuple[Key, Table]]:
    """Yield the entries of an array of tables with their keys; what is no table is passed over.

    Args:
        holder: The table with the array in it.
        name: Key of the array.
        at: Key of the holder.
    """
    found = holder.get(name)
    if isinstance(found, list):
        for index, entry in enumerate(found):
            if isinstance(entry, dict):
                yield (*at, name, index), entry


def texts(value: object) -> list[str]:
    """Return the texts of a list, or an empty list where it is none."""
    return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []
