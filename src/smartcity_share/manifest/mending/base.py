"""What a fix is handed, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import attrs
import tomlkit
from tomlkit.exceptions import TOMLKitError

from smartcity_share.documents.toml import Key, TomlDocument
from smartcity_share.errors import Fault


@attrs.frozen
class Sick:
    """One fault of a manifest, with the text it is in.

    Attributes:
        fault: The fault.
        key: Its place, from the root of the document.
        document: The document.
        text: The text as its author wrote it, line ends and all, without a byte order mark.
    """

    fault: Fault
    key: Key
    document: TomlDocument
    text: str

    @property
    def value(self) -> object:
        """What stands at the place; None where nothing does."""
        return at(self.document.data, self.key)

    def edited(self, change: Callable[[Any, str | int], None]) -> str | None:
        """Return the text with a change made to the table or list that holds the place, None where it cannot be made.

        Args:
            change: Called with the holder, as tomlkit has it, and the last part of the key.
        """
        try:
            tree = tomlkit.parse(self.text)
            holder: Any = tree
            for part in self.key[:-1]:
                holder = holder[part]
            change(holder, self.key[-1])
            return tomlkit.dumps(tree)
        except (TOMLKitError, KeyError, IndexError, TypeError, ValueError, AttributeError, RecursionError):
            return None

    def replaced(self, value: object) -> str | None:
        """Return the text with another value at the place."""

        def change(holder: Any, name: str | int) -> None:
            holder[name] = value

        return self.edited(change)


Fix = Callable[[Sick], Iterator[str]]
"""A fix yields the texts it would write, the likeliest first; none where the fault is not its own."""


def at(data: Any, key: Key) -> object:
    """Return the value at a place, None where there is none."""
    for part in key:
        inside = (
            part in data if isinstance(data, dict) else isinstance(data, list) and isinstance(part, int) and part < len(data)
        )
        if not inside:
            return None
        data = data[part]
    return data
