"""The roles of a catalogue as they stand in its folder: the newest version of each, published or not. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs
from tuf.api.metadata import Metadata, Root, Snapshot, Targets, Timestamp

from smartcity_share.catalogue import roles
from smartcity_share.catalogue.entries import Entry, readable_entry
from smartcity_share.catalogue.signing import Delegator, Standing, keys_of, standing


@attrs.frozen
class Tree:
    """The roles of a catalogue.

    Attributes:
        root: The newest root that is signed by enough; while the first one waits for signatures, that one.
        published_root: The newest root that readers see; None before the first is published.
        targets: The newest targets role.
        delegated: The newest file of each role below it, by name; a role that signed nothing yet is not in it.
        snapshot: The one readers see; None before the first is published.
        timestamp: The one readers see; None before the first is published.
        last_snapshot: The highest version of a snapshot in the folder, seen by readers or not.
        waiting: Files that wait for signatures, by role.
    """

    root: Metadata[Root]
    published_root: Metadata[Root] | None
    targets: Metadata[Targets]
    delegated: Mapping[str, Metadata[Targets]]
    snapshot: Metadata[Snapshot] | None = None
    timestamp: Metadata[Timestamp] | None = None
    last_snapshot: int = 0
    waiting: Mapping[str, Metadata[Any]] = attrs.field(factory=dict)

    def delegator(self, role: str) -> Delegator | None:
        """Return the metadata that name the keys of a role; None where the role that should is not there."""
        parent = roles.parent_of(role)
        if parent in (None, roles.ROOT):
            return self.root
        return self.targets if parent == roles.TARGETS else self.delegated.get(str(parent))

    def current(self, role: str) -> Metadata[Any] | None:
        """Return the newest file of a role that is signed by enough; None where it signed nothing yet."""
        top: Mapping[str, Metadata[Any] | None] = {
            roles.ROOT: self.root,
            roles.TARGETS: self.targets,
            roles.SNAPSHOT: self.snapshot,
            roles.TIMESTAMP: self.timestamp,
        }
        return top[role] if role in top else self.delegated.get(role)

    def published_version(self, role: str) -> int:
        """Return the version of a role that readers see; 0 for none."""
        if role == roles.ROOT:
            return 0 if self.published_root is None else self.published_root.signed.version
        if role == roles.TIMESTAMP:
            return 0 if self.timestamp is None else self.timestamp.signed.version
        if self.snapshot is None:
            return 0
        if role == roles.SNAPSHOT:
            return self.snapshot.signed.version
        listed = self.snapshot.signed.meta.get(f"{role}.json")
        return 0 if listed is None else listed.version

    def having(self, role: str, metadata: Metadata[Any]) -> Tree:
        """Return it with another newest file of a role: the root, targets, or one below them."""
        if role == roles.ROOT:
            return attrs.evolve(self, root=metadata)
        if role == roles.TARGETS:
            return attrs.evolve(self, targets=metadata)
        return attrs.evolve(self, delegated={**self.delegated, role: metadata})

    def next_version(self, role: str) -> int:
        """Return the version the next file of a role has: one more than readers see, however often it changes until then."""
        return self.published_version(role) + 1

    def standing(self, role: str) -> Standing | None:
        """Return how far the newest file of a role is signed; None where there is none, or nobody names its keys."""
        metadata, delegator = self.current(role), self.delegator(role)
        if metadata is None or delegator is None or not keys_of(delegator, role):
            return None
        if role == roles.ROOT and self.published_root is not None:
            return standing(role, metadata, self.published_root, self.root)
        return standing(role, metadata, delegator)

    def delegations(self) -> tuple[str, ...]:
        """Return every role below the targets role in the order they are asked, also those that signed nothing yet."""
        found: list[str] = []
        for role in named_by(self.targets):
            found.append(role)
            below = self.delegated.get(role)
            if below is not None:
                found.extend(named_by(below))
        return tuple(dict.fromkeys(found))

    def origins(self) -> tuple[str, ...]:
        """Return the codes of the origins."""
        return tuple(code for role in self.delegations() if (code := roles.code_of(role)) is not None)

    def entries(self, role: str) -> Iterator[tuple[roles.ReleasePath, Entry]]:
        """Yield what a role lists, without what cannot be read."""
        metadata = self.delegated.get(role)
        for path, target in sorted(metadata.signed.targets.items()) if metadata else ():
            release, entry = roles.ReleasePath.read(path), readable_entry(target.custom)
            if release is not None and entry is not None and roles.speaks_for(role, path):
                yield release, entry


def named_by(metadata: Metadata[Targets]) -> tuple[str, ...]:
    """Return the roles a role names, in the order they are asked."""
    delegations = metadata.signed.delegations
    return tuple(delegations.roles or ()) if delegations is not None else ()
