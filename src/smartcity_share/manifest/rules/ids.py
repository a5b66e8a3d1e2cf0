"""Rule: ids are unlike within an array."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from smartcity_share.documents.toml import Key, TomlDocument
from smartcity_share.errors import Fault
from smartcity_share.manifest.rules.raw import Table, entries, table

_ARRAYS: Final = (
    ("requirement", "id"),
    ("role", "id"),
    ("data", "id"),
    ("job", "id"),
    ("indicator", "id"),
    ("dataset", "id"),
)
_INNER: Final = (("data", "fields", "name"), ("dataset", "columns", "name"))


def ids_are_unlike(document: TomlDocument) -> Iterator[Fault]:
    """No two entries of an array have the same id, no two fields of a data set the same name, no contract is needed twice."""
    for name, key in _ARRAYS:
        yield from _repeated(document, document.data, name, key, ())
    for name, inner, key in _INNER:
        for at, entry in entries(document.data, name):
            yield from _repeated(document, entry, inner, key, at)
    yield from _repeated(document, table(document, "needs"), "connectors", "contract", ("needs",))


def _repeated(document: TomlDocument, holder: Table, name: str, key: str, at: Key) -> Iterator[Fault]:
    first: dict[str, Key] = {}
    for place, entry in entries(holder, name, at):
        found = entry.get(key)
        if not isinstance(found, str):
            continue
        if found in first:
            line = document.locate((*first[found], key)).line
            yield Fault(
                "id-repeated",
                f"The {key} `{found[:60]}` is given twice, first in line {line}",
                document.locate((*place, key)),
                "Give each entry one of its own.",
            )
        first.setdefault(found, place)
