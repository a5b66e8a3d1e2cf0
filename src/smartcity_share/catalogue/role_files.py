"""Files of roles: their names, and reading one that a stranger may have written."""

from __future__ import annotations

import re
from typing import Any, Final

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Targets
from tuf.api.serialization import DeserializationError, SerializationError

from smartcity_share.errors import CatalogueInvalidError, Location

_NAME: Final = re.compile(r"([1-9][0-9]{0,17})\.([a-z]+|[rp]-[0-9A-Z.-]+)\.json", re.ASCII)


def file_name(role: str, version: int) -> str:
    """Return the name of the file of a version of a role."""
    return f"{version}.{role}.json"


def role_of_file(name: str) -> tuple[str, int] | None:
    """Return the role and the version a file name tells; None where it tells none."""
    match = _NAME.fullmatch(name)
    return None if match is None else (match[2], int(match[1]))


def parse(content: bytes, kind: str, where: str) -> Metadata[Any]:
    """Read a role file.

    Args:
        content: Its bytes.
        kind: What it has to be: `root`, `targets`, `snapshot` or `timestamp`.
        where: Its name, for messages.

    Raises:
        CatalogueInvalidError: It is none.
    """
    try:
        metadata: Metadata[Any] = Metadata.from_bytes(content)
        _refuse_unsound(metadata)
    except (DeserializationError, SerializationError, RepositoryError, TypeError):
        raise CatalogueInvalidError(
            "This is no role file of a catalogue", where=Location(where), hint="Fetch it again from whoever signed it."
        ) from None
    if metadata.signed.type != kind:
        raise CatalogueInvalidError(
            f"The file says that it is of the kind `{metadata.signed.type}`; by its name it is `{kind}`",
            where=Location(where),
            hint="Give it back the name it had: VERSION.ROLE.json.",
        )
    return metadata


def _refuse_unsound(metadata: Metadata[Any]) -> None:
    """Refuse what python-tuf reads and trips over later: what cannot be signed for, and names that are no text."""
    _ = metadata.signed_bytes
    delegations = metadata.signed.delegations if isinstance(metadata.signed, Targets) else None
    for role in () if delegations is None else (delegations.roles or {}).values():
        if not all(isinstance(text, str) for text in (role.name, *role.keyids, *(role.paths or ()))):
            raise TypeError
