"""Rows as lines of JSON, and the digest of many of them whatever their order.

SQLite's values are numbers, texts and bytes, as they lie in the file. PostgreSQL's are its own texts, as ``pg_dump`` writes
them. On the same engine they go back as they came; to the other one :mod:`smartcity_share.install.backup.kinds` turns them.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import attrs

from smartcity_share.install.backup.tar import altered
from smartcity_share.install.storage.copy_port import Value

_MODULUS: Final = 1 << 256
LONGEST_LINE: Final = 256 * 1024 * 1024
"""Most bytes of one row."""


@attrs.define
class RowsDigest:
    """Counts rows and adds up their digests: the same rows in another order give the same.

    Attributes:
        rows: How many.
    """

    rows: int = 0
    _sum: int = 0

    def add(self, line: bytes) -> None:
        """Take one row in, as its line."""
        self.rows += 1
        self._sum = (self._sum + int.from_bytes(hashlib.sha256(line).digest())) % _MODULUS

    @property
    def digest(self) -> str:
        """The digest in hexadecimal."""
        return f"{self._sum:064x}"


def to_line(values: Sequence[Value]) -> bytes:
    """Return a row as one line without its end."""
    return json.dumps([_to_json(value) for value in values], ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )


def from_line(line: bytes, columns: int) -> tuple[Value, ...]:
    """Return the row of a line.

    Args:
        line: What :func:`to_line` returned.
        columns: How many values it has.

    Raises:
        BackupError: It is no such line.
    """
    try:
        values = json.loads(line.decode("utf-8", "surrogatepass"))
        if not isinstance(values, list) or len(values) != columns:
            raise altered("a row in it has not as many values as its table has columns")
        return tuple(_from_json(value) for value in values)
    except (ValueError, TypeError, KeyError, RecursionError):
        raise altered("a row in it cannot be read") from None


def lines_of(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines of a file that comes in blocks.

    Raises:
        BackupError: A line is longer than any row, or the last one has no end.
    """
    rest = b""
    for block in blocks:
        *whole, rest = (rest + block).split(b"\n")
        yield from whole
        if len(rest) > LONGEST_LINE:
            raise altered("a row in it is longer than any row")
    if rest:
        raise altered("its last row has no end")


def _to_json(value: Value) -> Any:
    match value:
        case bytes():
            return {"b": base64.b64encode(value).decode()}
        case float() if not math.isfinite(value):
            return {"f": repr(value)}
        case _:
            return value


def _from_json(value: Any) -> Value:
    match value:
        case None | str() | float():
            return value
        case int() if not isinstance(value, bool):
            return value
        case {"b": str(text), **rest} if not rest:
            return base64.b64decode(text, validate=True)
        case {"f": "inf" | "-inf" | "nan" as text, **rest} if not rest:
            return float(text)
        case _:
            message = "no value of a row"
            raise ValueError(message)
