"""What an instance remembers that a catalogue says against a wheel: read from what was verified, without the catalogue.

Nothing heavy is imported: ``doctor`` asks this on any machine, also one that follows no catalogue.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import attrs

from smartcity_share.catalogue.entries import ReleaseEntry, RevokedEntry, readable_entry
from smartcity_share.catalogue.roles import REVOCATIONS, code_of, speaks_for
from smartcity_share.catalogue.state import CatalogueState
from smartcity_share.catalogue.words import printable


@attrs.frozen
class Objection:
    """Something that speaks against a wheel.

    Attributes:
        sha256: SHA-256 of the wheel.
        is_revoked: Whether it was revoked; its origin only advises against it otherwise.
        why: By whom, when and why.
        state: Name of the folder with what is remembered of the catalogue.
    """

    sha256: str
    is_revoked: bool
    why: str
    state: str


def objections(folder: Path) -> Iterator[Objection]:
    """Yield everything that speaks against any wheel, as far as it was seen.

    Args:
        folder: The folder with what is remembered, of one catalogue each.
    """
    for state in sorted(folder.iterdir()) if folder.is_dir() else ():
        for path in sorted(CatalogueState(state).metadata.glob("*.json")):
            role = path.stem
            if role != REVOCATIONS and code_of(role) is None:
                continue
            for digest, custom in _listed(path, role):
                why = _revoked(custom) if role == REVOCATIONS else _against(custom, str(code_of(role)))
                if why:
                    yield Objection(digest, role == REVOCATIONS, printable(why), state.name)


def revocation_of(folder: Path, sha256: str) -> str:
    """Return by whom, when and why a wheel was revoked, as far as it was seen; nothing where it was not.

    Args:
        folder: The folder with what is remembered, of one catalogue each.
        sha256: SHA-256 of the wheel.
    """
    for state in sorted(folder.iterdir()) if folder.is_dir() else ():
        for digest, custom in _listed(CatalogueState(state).metadata / f"{REVOCATIONS}.json", REVOCATIONS):
            if digest == sha256:
                return printable(_revoked(custom))
    return ""


def _listed(path: Path, role: str) -> Iterator[tuple[str, object]]:
    """Yield digest and entry of each target the role speaks for; a damaged file is fetched again when the catalogue is read."""
    try:
        targets = json.loads(path.read_bytes())["signed"]["targets"]
        for place, target in targets.items():
            if speaks_for(role, place):
                yield str(target["hashes"]["sha256"]), target.get("custom")
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return


def _revoked(custom: object) -> str:
    """Return how a wheel was revoked; what the role that revokes lists is revoked, in whatever words."""
    entry = readable_entry(custom)
    if not isinstance(entry, RevokedEntry):
        return "it was revoked, in words this version cannot read"
    one = entry.revoked
    return f"it was revoked on {one.at:%Y-%m-%d} by {one.by}: {one.reason}"


def _against(custom: object, origin: str) -> str:
    entry = readable_entry(custom)
    return f"{origin} advises against it: {entry.yanked}" if isinstance(entry, ReleaseEntry) and entry.yanked else ""
