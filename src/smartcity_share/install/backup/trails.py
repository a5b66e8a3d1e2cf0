"""The audit trail of a region in a backup: every entry as it is, so that its chain can be recomputed wherever it comes back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import Field, TypeAdapter, ValidationError

from smartcity_share.install.backup.documents import Sha256
from smartcity_share.install.backup.tar import altered

COLUMNS: Final = ("position", "at", "app", "account", "name", "office", "action", "subject", "detail", "hash")
"""The values of a line, in this order; the region is said by the name of the file."""

_Text = Annotated[str, Field(max_length=400)]
_LINE: Final = TypeAdapter(
    tuple[int, _Text, _Text, _Text | None, _Text, _Text | None, _Text, _Text, str, Sha256],
)


def line_of(row: Mapping[str, Any]) -> bytes:
    """Return an entry, given by its columns, as a line of JSON without its end."""
    return json.dumps([row[name] for name in COLUMNS], ensure_ascii=False, separators=(",", ":")).encode()


def entry_of(line: bytes, region: str) -> dict[str, Any]:
    """Return the columns of an entry.

    Raises:
        BackupError: The line is none.
    """
    try:
        found = _LINE.validate_json(line)
    except ValidationError:
        raise altered("an entry of the audit trail in it cannot be read") from None
    return {"region": region, **dict(zip(COLUMNS, found, strict=True))}
