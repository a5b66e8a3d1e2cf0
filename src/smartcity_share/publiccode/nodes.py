"""The tree of a YAML document: every value with its place and with its type by the core schema of YAML 1.2."""

from __future__ import annotations

import re
from typing import Final, Literal

import attrs

Place = tuple[int, int]
"""Line and column, both 1-based."""

ScalarType = Literal["text", "whole number", "number", "true or false", "nothing"]
"""The types of the core schema, in the words of messages."""

_WHOLE: Final = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_NUMBER: Final = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
_FLAG: Final = frozenset({"true", "True", "TRUE", "false", "False", "FALSE"})
_NOTHING: Final = frozenset({"", "~", "null", "Null", "NULL"})
_TAGGED: Final[dict[str, ScalarType]] = {
    "tag:yaml.org,2002:str": "text",
    "tag:yaml.org,2002:int": "whole number",
    "tag:yaml.org,2002:float": "number",
    "tag:yaml.org,2002:bool": "true or false",
    "tag:yaml.org,2002:null": "nothing",
}


@attrs.frozen
class Scalar:
    """One value.

    Attributes:
        text: Its text as written, without quotes.
        type: Its type.
        place: Where it begins.
    """

    text: str
    type: ScalarType
    place: Place


@attrs.frozen
class Sequence:
    """A list.

    Attributes:
        items: Its entries.
        place: Where it begins.
    """

    items: list[Node]
    place: Place


@attrs.frozen
class Mapping:
    """A mapping whose keys are text, each given once.

    Attributes:
        entries: Key -> place of the key and value, in the order of the document.
        place: Where it begins: of a mapping in block style its first key.
    """

    entries: dict[str, tuple[Place, Node]]
    place: Place

    def value(self, key: str) -> Node | None:
        """Return the value of a key; None where the key is not there."""
        found = self.entries.get(key)
        return None if found is None else found[1]


Node = Scalar | Sequence | Mapping


def is_nothing(node: Node | None) -> bool:
    """Whether a key is not there or has no value."""
    return node is None or (isinstance(node, Scalar) and node.type == "nothing")


def scalar_type(text: str, *, plain: bool, tag: str | None) -> ScalarType:
    """Return the type of a scalar by the core schema of YAML 1.2: ``no``, ``on`` and dates are text.

    Args:
        text: Its text.
        plain: Whether it is written without quotes and not as a block.
        tag: The tag written before it, if any.
    """
    if tag is not None and tag != "!":
        return _TAGGED.get(tag, "text")
    if not plain or tag == "!":
        return "text"
    if text in _NOTHING:
        return "nothing"
    if text in _FLAG:
        return "true or false"
    if _WHOLE.fullmatch(text):
        return "whole number"
    return "number" if _NUMBER.fullmatch(text) else "text"


def found_type(node: Node) -> str:
    """Return the type of a node in the words of messages."""
    if isinstance(node, Scalar):
        return node.type
    return "a list" if isinstance(node, Sequence) else "a mapping"
