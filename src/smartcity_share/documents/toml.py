"""One TOML document: its values, and the place of each of them when a fault has to be shown."""

from __future__ import annotations

import re
import tomllib
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from smartcity_share.documents.source import BOM, decode_source, one_fault, read_source, refusal
from smartcity_share.errors import DocumentError, Location

MAX_BYTES: Final = 256 << 10
"""Larger documents are refused: nobody writes one by hand, and placing every key of it would take seconds."""

__all__ = ["MAX_BYTES", "Key", "TomlDocument", "dotted", "refusal"]

# tomllib needs quadratic time for a dotted key of many parts; nothing a person writes comes near this.
_LONG_DOTTED_KEY: Final = re.compile(r"""(?<![\w"'-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){64}""")
_REPEATED_MEND: Final = "Remove one of the two, or write `[[…]]` headers where several entries are meant."
_SHOWN: Final = re.compile(r"([A-Za-z0-9_-]+)((?:\[[1-9][0-9]*\])*)")
_PLACE: Final = re.compile(r" \((?:at line (\d+), column (\d+)|at end of document)\)$")

Key = tuple[str | int, ...]
"""Keys and 0-based array indexes from the root of the document."""


class TomlDocument:
    r"""A TOML document that could be read.

    Attributes:
        label: What the document is called in messages: the path the user gave, or a member of an archive.
        text: The text, without a byte order mark and with ``\n`` at line ends.
        data: The values, as :mod:`tomllib` gives them.
    """

    def __init__(self, label: str, text: str, data: dict[str, Any]) -> None:
        self.label = label
        self.text = text
        self.data = data

    @classmethod
    def read(cls, path: Path, label: str | None = None, *, error: type[DocumentError] = DocumentError) -> TomlDocument:
        """Read a document from a file.

        Args:
            path: The file.
            label: Its name in messages; the path as given where None.
            error: The class of the error to raise.

        Raises:
            DocumentError: Of the class ``error``: there is no such file, it is a folder, cannot be read, or is no TOML.
        """
        name = str(path) if label is None else label
        return cls.parse(read_source(path, name, error), name, error=error)

    @classmethod
    def parse(cls, text: bytes, label: str, *, error: type[DocumentError] = DocumentError) -> TomlDocument:
        """Read a document from bytes.

        Args:
            text: UTF-8, with or without a byte order mark.
            label: The name of the document in messages.
            error: The class of the error to raise.

        Raises:
            DocumentError: Of the class ``error``: too large, not UTF-8, or no TOML; the fault has the line and column.
        """
        content = decode_source(text, label, error, MAX_BYTES).removeprefix(BOM)
        long_key = _LONG_DOTTED_KEY.search(content)
        if long_key is not None:
            line = content.count("\n", 0, long_key.start()) + 1
            raise one_fault(
                error, "toml-too-deep", "A dotted key has more than 64 parts", Location(label, line), "Use fewer levels."
            )
        try:
            data = tomllib.loads(content)
        except RecursionError:
            raise one_fault(
                error, "toml-too-deep", "Arrays or tables are nested too deep", Location(label), "Use fewer levels."
            ) from None
        except ValueError as cause:
            raise _syntax_error(str(cause), content, label, error) from None
        return cls(label, content, data)

    def locate(self, key: Key) -> Location:
        """Return the place of a key, or of its nearest ancestor that is in the document.

        Args:
            key: Keys and 0-based indexes; ``("role", 1, "title")`` is the title of the second ``[[role]]``.
        """
        places = self._places
        for length in range(len(key), 0, -1):
            place = places.get(key[:length])
            if place is not None:
                return Location(self.label, place[0], place[1], dotted(key))
        return Location(self.label, 1, 1, dotted(key) or None)

    @cached_property
    def _places(self) -> dict[Key, tuple[int, int]]:
        from smartcity_share.documents.positions import positions

        return {path: (place.line, place.column) for path, place in positions(self.text).places.items()}


def dotted(key: Key) -> str:
    """Return a key the way messages show it: ``role[2].title`` is the title of the second ``[[role]]``."""
    shown = ""
    for part in key:
        if isinstance(part, int):
            shown += f"[{part + 1}]"
        else:
            name = part if re.fullmatch(r"[\w-]+", part, re.ASCII) else repr(part)
            shown += f".{name}" if shown else name
    return shown


def key_of(shown: str | None) -> Key | None:
    """Return the key that :func:`dotted` shows; None for nothing, and for a name that is not plain.

    Example:
        >>> key_of("role[2].title")
        ('role', 1, 'title')
    """
    parts: list[str | int] = []
    for part in (shown or "").split("."):
        match = _SHOWN.fullmatch(part)
        if match is None:
            return None
        parts += [match[1], *(int(number) - 1 for number in re.findall(r"[0-9]+", match[2]))]
    return tuple(parts)


def _syntax_error(message: str, content: str, label: str, error: type[DocumentError]) -> DocumentError:
    """Turn tomllib's message, which ends in the place, into a fault."""
    what = _PLACE.sub("", message)
    if what.startswith(("Cannot overwrite", "Cannot declare", "Cannot mutate", "Duplicate", "Key ")):
        from smartcity_share.documents.positions import positions

        repeated = positions(content).repeated
        if repeated:
            path, first, second = min(repeated, key=lambda entry: entry[2])
            return one_fault(
                error,
                "key-repeated",
                f"`{dotted(path)}` is given twice, first in line {first.line}",
                Location(label, second.line, second.column, dotted(path)),
                _REPEATED_MEND,
            )
    found = _PLACE.search(message)
    if found is not None and found.group(1):
        where = Location(label, int(found.group(1)), int(found.group(2)))
    elif found is not None:
        lines = content.rstrip("\n").split("\n")
        where = Location(label, len(lines), len(lines[-1]) + 1)
    else:  # tomllib lets a few conversion errors through without a place, such as a number of thousands of digits
        where, what = Location(label), what.split(";", maxsplit=1)[0]
    if what.startswith("Cannot "):
        return one_fault(error, "key-repeated", "The text defines a key or table a second time", where, _REPEATED_MEND)
    return one_fault(error, "toml-syntax", f"This is not TOML: {what[:1].lower()}{what[1:]}", where, _syntax_mend(what))


def _syntax_mend(what: str) -> str:
    """Return the usual cause of a syntax error of tomllib."""
    if what.startswith("Unescaped '\\'"):
        return "Write `\\\\`, or put the text in single quotes."
    if what.startswith(("Invalid value", "Expected newline")):
        return "Put text in double quotes; write true or false in small letters; write dates as 2026-01-31."
    if what.startswith(("Unterminated", "Unclosed")):
        return "Close the quotation mark or bracket that was opened."
    return "Correct the line; https://toml.io shows the notation."
