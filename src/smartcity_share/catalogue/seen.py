"""What an instance remembers that a catalogue says against a wheel: read from what was verified, without the catalogue.

Nothing heavy is imported: ``doctor`` asks this on any machine, also one that follows no catalogue.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs

from smartcity_share.catalogue.roles import REVOCATIONS, code_of
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
            for digest, custom in _listed(path):
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
        for digest, custom in _listed(CatalogueState(state).metadata / f"{REVOCATIONS}.json"):
            if digest == sha256 and (why := _revoked(custom)):
                return printable(why)
    return ""


def _listed(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield digest and entry of each target; a file that was damaged is fetched again when the catalogue is next read."""
    try:
        targets = json.loads(path.read_bytes())["signed"]["targets"]
        for target in targets.values():
            yield str(target["hashes"]["sha256"]), target.get("custom") or {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return


def _revoked(custom: dict[str, Any]) -> str:
    said = custom.get("revoked")
    return f"it was revoked on {str(said['at'])[:10]} by {said['by']}: {said['reason']}" if isinstance(said, dict) else ""


def _against(custom: dict[str, Any], origin: str) -> str:
    return f"{origin} advises against it: {custom['yanked']}" if custom.get("yanked") else ""
