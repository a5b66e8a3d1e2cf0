"""Whether what is signed anew was signed before: nobody signs on top of what somebody else wrote into a copy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tuf.api.metadata import Metadata

from smartcity_share.catalogue import roles
from smartcity_share.catalogue.repository import Repository
from smartcity_share.catalogue.signing import keys_of, standing
from smartcity_share.catalogue.tree import Tree
from smartcity_share.errors import Fault, Location


def unsigned_basis(repository: Repository, tree: Tree, role: str) -> Fault | None:
    """Return why a role cannot be carried on: its newest file is signed neither by its keys nor by those it had before.

    Keys it had before count, because a role whose keys were changed is signed anew by the new ones.

    Args:
        repository: The folder.
        tree: The catalogue.
        role: The role.
    """
    current = tree.current(role)
    if current is None or current is tree.waiting.get(role) or _Basis(repository, tree).holds(role, current):
        return None
    return Fault(
        "role-unsigned",
        f"Version {current.signed.version} of `{role}` in this folder is not signed by those who may sign it",
        Location(role),
        "Sign nothing on top of it. Copy the catalogue again; `smartcity catalogue verify DIR --root ROOT.json` checks it.",
    )


class _Basis:
    def __init__(self, repository: Repository, tree: Tree) -> None:
        self.repository = repository
        self.tree = tree

    def holds(self, role: str, metadata: Metadata[Any]) -> bool:
        """Whether a version of a role is signed by keys that a version of the role above names, which holds itself."""
        parent = roles.parent_of(role)
        if parent is None:
            return metadata is self.tree.root or metadata.signed.version in self._roots()
        return any(
            bool(keys_of(above, role)) and standing(role, metadata, above).is_complete and self.holds(parent, above)
            for above in self._versions(parent)
        )

    def _versions(self, role: str) -> Iterator[Metadata[Any]]:
        current = self.tree.current(role)
        if current is not None:
            yield current
        yield from self.repository.earlier(role)

    def _roots(self) -> set[int]:
        """The versions of the root of which each is signed by the one before it and by itself, from the first that is here."""
        found: list[Metadata[Any]] = []
        for root in reversed(list(self.repository.earlier(roles.ROOT))):
            if not standing(roles.ROOT, root, *found[-1:], root).is_complete:
                break
            found.append(root)
        return {root.signed.version for root in found}
