"""Documents: values that are written as JSON or as XML, the same content either way.

The mapping is the Spark convention that GeoReport v2 names: a list has a name of its own in XML and one for each of its
entries; in JSON it is the list alone. None is an empty element or ``null``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final
from xml.sax.saxutils import escape

import attrs

ENTRIES: Final[Mapping[str, str]] = {
    "attributes": "attribute",
    "endpoints": "endpoint",
    "errors": "error",
    "formats": "format",
    "notes": "note",
    "photos": "photo",
    "service_requests": "request",
    "services": "service",
    "values": "value",
}
"""Name of a list -> name of each of its entries, in XML."""

_DECLARATION: Final = '<?xml version="1.0" encoding="utf-8"?>\n'
_OUTSIDE_XML: Final = "[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
"""What XML 1.0 cannot hold, even escaped, and the carriage return, which is read as a line feed."""

_UNKNOWN: Final = "\ufffd"
_NO_XML: Final = re.compile(_OUTSIDE_XML)
_SPECIAL: Final = re.compile(f"[&<>]|{_OUTSIDE_XML}")


class Format(StrEnum):
    """How a document is written; the ending of the address says which."""

    XML = "xml"
    JSON = "json"

    @property
    def media_type(self) -> str:
        """The media type it is sent as."""
        return {"xml": "text/xml", "json": "application/json"}[self.value]


@attrs.frozen
class Document:
    """A document.

    Attributes:
        name: Name of the outermost element in XML; JSON has none.
        content: Mappings, lists, texts, numbers, booleans and None.
    """

    name: str
    content: Any

    def written(self, form: Format) -> bytes:
        """Return the document in a format, in UTF-8."""
        if form is Format.JSON:
            return json.dumps(self.content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        parts = [_DECLARATION]
        _write(parts, self.name, self.content)
        return "".join(parts).encode()


def _write(parts: list[str], name: str, value: Any) -> None:
    if value is None or value == "":
        parts.append(f"<{name}/>")
    elif isinstance(value, str):
        parts.append(f"<{name}>{_escaped(value) if _SPECIAL.search(value) else value}</{name}>")
    elif isinstance(value, dict):
        parts.append(f"<{name}>")
        for key, inner in value.items():
            _write(parts, key, inner)
        parts.append(f"</{name}>")
    elif isinstance(value, (list, tuple)):
        entry = ENTRIES[name]
        parts.append(f"<{name}>")
        for inner in value:
            _write(parts, entry, inner)
        parts.append(f"</{name}>")
    else:
        parts.append(f"<{name}>{json.dumps(value)}</{name}>")


def _escaped(text: str) -> str:
    return escape(_NO_XML.sub(_UNKNOWN, text))
