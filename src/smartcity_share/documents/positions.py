"""Where each key and element of a TOML text stands, from its syntax tree.

:mod:`tomllib` gives values without places; tree-sitter gives places. This module is only loaded when there is a fault to place.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from tree_sitter import Language, Node, Parser
from tree_sitter_toml import language

Path = tuple[str | int, ...]
"""Keys and 0-based array indexes from the root of the document."""

_DEEPEST: Final = 64
"""Below this depth no places are recorded; the nearest ancestor answers."""


class Place(NamedTuple):
    """A 1-based line and a 1-based column in characters."""

    line: int
    column: int


class Positions(NamedTuple):
    """The places of a document.

    Attributes:
        places: The first place of every key, table and array element.
        repeated: Keys that are given a value twice, with their first and second place, in the order of the text.
    """

    places: dict[Path, Place]
    repeated: list[tuple[Path, Place, Place]]


def positions(text: str) -> Positions:
    """Return the places of every key and array element of a TOML text, also of one with syntax errors in it."""
    tree = Parser(Language(language())).parse(text.encode())
    walk = _Walk(text.split("\n"))
    walk.document(tree.root_node)
    return Positions(walk.places, walk.repeated)


class _Walk:
    def __init__(self, lines: list[str]) -> None:
        self.places: dict[Path, Place] = {}
        self.repeated: list[tuple[Path, Place, Place]] = []
        self._lines = lines
        self._last: dict[Path, int] = {}  # index of the last element of each array of tables
        self._given: set[Path] = set()  # keys with a value and tables with a header

    def document(self, root: Node) -> None:
        for node in root.children:
            if node.type == "pair":
                self._pair(node, ())
            elif node.type in ("table", "table_array_element"):
                self._table(node)

    def _table(self, node: Node) -> None:
        header = next((child for child in node.children if child.type in _KEYS), None)
        if header is None:
            return
        names = _names(header)
        base: Path = ()
        for name in names[:-1]:
            base = self._into((*base, name), header)
        path: Path = (*base, names[-1])
        if node.type == "table_array_element":
            self._note(path, header)
            self._last[path] = self._last.get(path, -1) + 1
            path = (*path, self._last[path])
            self._note(path, header)
        else:
            self._give(path, header)
        for child in node.children:
            if child.type == "pair":
                self._pair(child, path)

    def _into(self, path: Path, node: Node) -> Path:
        """Step into a table named by a header: of an array of tables, into its last element."""
        self._note(path, node)
        return (*path, self._last[path]) if path in self._last else path

    def _pair(self, node: Node, base: Path) -> None:
        key = next((child for child in node.children if child.type in _KEYS), None)
        if key is None or len(base) > _DEEPEST:
            return
        path = base
        for part in _parts(key):
            path = (*path, _name(part))
            self._note(path, part)
        self._give(path, key)
        # A comment at the end of the line hangs below the pair, behind its value.
        values = [child for child in node.children if child.is_named and child.type != "comment" and child.type not in _KEYS]
        if values:
            self._value(values[0], path)

    def _value(self, node: Node, path: Path) -> None:
        if len(path) > _DEEPEST:
            return
        if node.type == "inline_table":
            for child in node.children:
                if child.type == "pair":
                    self._pair(child, path)
        elif node.type == "array":
            elements = [child for child in node.children if child.is_named and child.type != "comment"]
            for index, child in enumerate(elements):
                self._note((*path, index), child)
                self._value(child, (*path, index))

    def _give(self, path: Path, node: Node) -> None:
        self._note(path, node)
        if path in self._given:
            self.repeated.append((path, self.places[path], self._place(node)))
        self._given.add(path)

    def _note(self, path: Path, node: Node) -> None:
        if path not in self.places:
            self.places[path] = self._place(node)

    def _place(self, node: Node) -> Place:
        row, column = node.start_point
        before = self._lines[row].encode()[:column] if row < len(self._lines) else b""
        return Place(row + 1, len(before.decode(errors="ignore")) + 1)


_KEYS: Final = ("bare_key", "quoted_key", "dotted_key")


def _parts(key: Node) -> list[Node]:
    """Return the nodes of the names in a key; dotted keys nest to the left, so this walks down, not by recursion."""
    parts: list[Node] = []
    node = key
    while node.type == "dotted_key":
        inner = [child for child in node.children if child.type in _KEYS]
        parts.extend(reversed(inner[1:]))
        node = inner[0]
    parts.append(node)
    return parts[::-1]


def _names(key: Node) -> list[str]:
    return [_name(part) for part in _parts(key)]


def _name(node: Node) -> str:
    import tomllib

    written = (node.text or b"").decode(errors="replace")
    if node.type == "bare_key":
        return written
    try:
        return next(iter(tomllib.loads(f"{written} = 0")))
    except ValueError:
        return written.strip("\"'")
