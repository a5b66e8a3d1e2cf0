"""What a role file says that readers do not know yet: told to whoever signs it, so that nobody signs blindly. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tuf.api.metadata import Metadata, Root, Targets

from smartcity_share.catalogue import roles
from smartcity_share.catalogue.entries import ReleaseEntry, RevokedEntry, readable_entry
from smartcity_share.catalogue.keys import named, shown
from smartcity_share.catalogue.signing import keys_of, threshold_of
from smartcity_share.catalogue.tree import named_by


def news_of(role: str, metadata: Metadata[Any], before: Metadata[Any] | None) -> tuple[str, ...]:
    """Return what a role file says anew, in a sentence each.

    Args:
        role: The role.
        metadata: Its file.
        before: The one readers see; None where they see none.
    """
    signed = metadata.signed
    if isinstance(signed, Root):
        return tuple(_keys(metadata, before, roles.TOP_LEVEL))
    if not isinstance(signed, Targets):
        return ()
    listed = () if role == roles.INDEX else _listed(signed, None if before is None else before.signed)
    return (*listed, *_keys(metadata, before, named_by(metadata)))


def _listed(signed: Targets, before: Targets | None) -> Iterator[str]:
    known = {} if before is None else before.targets
    for path, target in sorted(signed.targets.items()):
        old, entry = known.get(path), readable_entry(target.custom)
        if old is not None and old.to_dict() == target.to_dict():
            continue
        if isinstance(entry, RevokedEntry):
            yield f"revokes {path}: {entry.revoked.reason}"
        elif isinstance(entry, ReleaseEntry) and entry.yanked is not None:
            yield f"advises against {path}: {entry.yanked}"
        elif old is None:
            yield f"lists {path}, SHA-256 {shown(target.hashes.get('sha256', ''))}"
        else:
            yield f"says something else of {path}"


def _keys(metadata: Metadata[Any], before: Metadata[Any] | None, below: tuple[str, ...]) -> Iterator[str]:
    for name in below:
        now = {key.keyid for key in keys_of(metadata, name)}, threshold_of(metadata, name)
        if before is not None and keys_of(before, name):
            then = {key.keyid for key in keys_of(before, name)}, threshold_of(before, name)
            if then == now:
                continue
        holders = ", ".join(sorted(named(key) for key in keys_of(metadata, name)))
        yield f"gives `{name}` its keys, {now[1]} of: {holders}"
