"""Reading YAML into a tree with places: any bytes end in a tree or in faults, within bounds of time and memory.

The parser underneath is libyaml where PyYAML was built with it (its wheels are). Only its events are used; types, duplicate
keys, aliases and merge keys are looked at here, because PyYAML's own loaders read YAML 1.1 and keep no places.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs
import yaml

from smartcity_share.documents.source import BOM, decode_source, one_fault, refusal
from smartcity_share.errors import DocumentError, Fault, Location
from smartcity_share.publiccode.findings import MOST
from smartcity_share.publiccode.nodes import Mapping, Node, Place, Scalar, Sequence, scalar_type

MAX_DEPTH: Final = 64
MAX_NODES: Final = 20_000
"""Nodes of a document, those an alias stands for included. A long publiccode.yml has some hundred."""

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MERGE: Final = "<<"


@attrs.frozen
class YamlDocument:
    """A document that could be read.

    Attributes:
        label: What it is called in messages.
        root: Its tree; None where it is empty.
        faults: Keys that are given twice or are no text. The tree has the first of two.
    """

    label: str
    root: Node | None
    faults: tuple[Fault, ...]


def read_yaml(text: bytes, label: str) -> YamlDocument:
    """Read one YAML document.

    Args:
        text: UTF-8 without a byte order mark, at most 1 MiB.
        label: Its name in messages.

    Raises:
        DocumentError: It is too large, too deep, not UTF-8 or no YAML; the fault has the line and column where there is one.
    """
    content = decode_source(text, label, DocumentError)
    if content.startswith(BOM):
        raise one_fault(
            DocumentError,
            "yaml-byte-order-mark",
            "The file begins with a byte order mark, and the reference parser then misses the first key",
            Location(label, 1, 1),
            "Save it as UTF-8 without a byte order mark (BOM).",
        )
    builder = _Builder(label)
    try:
        root = builder.build(yaml.parse(content, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = Location(label) if mark is None else Location(label, mark.line + 1, mark.column + 1)
        raise one_fault(
            DocumentError,
            "yaml-syntax",
            f"This is not YAML: {error.problem or error.context}",
            where,
            "Look at the indentation, and put text with `: `, ` #` or a leading special character in quotes.",
        ) from None
    except (yaml.YAMLError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else "it cannot be parsed"
        raise one_fault(
            DocumentError, "yaml-syntax", f"This is not YAML: {reason}", Location(label), "Remove what is no text."
        ) from None
    except RecursionError:  # the parser that is used where PyYAML was built without libyaml
        raise builder.refused(None) from None
    return YamlDocument(label, root, tuple(builder.faults))


class _Builder:
    """Builds the tree out of events; ``nodes`` counts what is built and what aliases repeat."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.faults: list[Fault] = []
        self.nodes = 0
        self._anchors: dict[str, tuple[Node, int]] = {}

    def build(self, events: Iterator[yaml.Event]) -> Node | None:
        root, documents = None, 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self._fault(
                        event, "yaml-several-documents", "A second document begins", "Remove `---` and what follows."
                    )
            elif not isinstance(event, yaml.StreamStartEvent | yaml.StreamEndEvent | yaml.DocumentEndEvent):
                root = self._node(event, events, 1)
        return root

    def refused(self, event: yaml.Event | None) -> DocumentError:
        return self._fault(
            event, "yaml-too-large", "The document is nested too deep or has too many values", "Make it smaller."
        )

    def _node(self, event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Node:
        before = self.nodes
        self.nodes += 1
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            raise self.refused(event)
        if isinstance(event, yaml.AliasEvent):
            return self._repeated(event)
        node: Node
        if isinstance(event, yaml.ScalarEvent):
            node = Scalar(event.value, scalar_type(event.value, plain=not event.style, tag=event.tag), _place(event))
        elif isinstance(event, yaml.SequenceStartEvent):
            node = Sequence(self._items(events, depth), _place(event))
        else:
            node = Mapping(self._entries(events, depth), _place(event))
        anchor: str | None = getattr(event, "anchor", None)
        if anchor is not None:
            self._anchors[anchor] = (node, self.nodes - before)
        return node

    def _items(self, events: Iterator[yaml.Event], depth: int) -> list[Node]:
        items = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.append(self._node(event, events, depth + 1))
        return items

    def _entries(self, events: Iterator[yaml.Event], depth: int) -> dict[str, tuple[Place, Node]]:
        entries: dict[str, tuple[Place, Node]] = {}
        merged: list[Node] = []
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = self._node(event, events, depth + 1)
            value = self._node(next(events), events, depth + 1)
            where = Location(self.label, *_place(event))
            if not isinstance(key, Scalar):
                self._keep(Fault("yaml-key-invalid", "A key is a list or a mapping", where, "Write a word as key."))
            elif key.text == _MERGE and getattr(event, "style", None) in (None, ""):
                merged += value.items if isinstance(value, Sequence) else [value]
            elif key.text in entries:
                first = entries[key.text][0][0]
                message = f"`{_short(key.text)}` is given twice, first in line {first}"
                self._keep(Fault("key-repeated", message, where._replace(key=_short(key.text)), "Remove one of the two."))
            else:
                entries[key.text] = (_place(event), value)
        for node in merged:
            if isinstance(node, Mapping):
                for name, entry in node.entries.items():
                    entries.setdefault(name, entry)
            else:
                message, mend = "`<<` takes a mapping", "Name an anchor of a mapping."
                self._keep(Fault("yaml-key-invalid", message, Location(self.label, *node.place), mend))
        return entries

    def _keep(self, fault: Fault) -> None:
        if len(self.faults) < MOST:
            self.faults.append(fault)

    def _repeated(self, event: yaml.AliasEvent) -> Node:
        """Return what an alias stands for. It is the same node again, and counted as often as it is meant."""
        if event.anchor not in self._anchors:
            name = _short(str(event.anchor))
            raise self._fault(event, "yaml-alias-unknown", f"There is no anchor `&{name}` before it", "Write the value itself.")
        node, size = self._anchors[event.anchor]
        self.nodes += size
        if self.nodes > MAX_NODES:
            raise self.refused(event)
        return node

    def _fault(self, event: yaml.Event | None, code: str, message: str, mend: str) -> DocumentError:
        where = Location(self.label) if event is None else Location(self.label, *_place(event))
        # Faults met before this one are told too, or a reader would mend one and meet the others afterwards.
        return refusal(DocumentError, self.label, [*self.faults, Fault(code, message, where, mend)])


def _place(event: yaml.Event) -> Place:
    mark = event.start_mark
    return (1, 1) if mark is None else (mark.line + 1, mark.column + 1)


def _short(name: str) -> str:
    return name if len(name) <= 60 else f"{name[:57]}…"  # noqa: PLR2004 - a line of a message
