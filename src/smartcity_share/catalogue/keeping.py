"""Changing what a catalogue says: each change is signed by the keys that are here, and waits where more are needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs
from securesystemslib.signer import Key, Signer
from tuf.api.metadata import Metadata

from smartcity_share.catalogue import listing, origins, roles
from smartcity_share.catalogue.basis import unsigned_basis
from smartcity_share.catalogue.entries import MOST_WORDS, Revocation
from smartcity_share.catalogue.keys import named
from smartcity_share.catalogue.news import news_of
from smartcity_share.catalogue.offering import Offer
from smartcity_share.catalogue.origins import Changes, Holders
from smartcity_share.catalogue.repository import Repository
from smartcity_share.catalogue.roles import ReleaseName
from smartcity_share.catalogue.signing import Delegator, Standing, keys_of, standing, successor, whole_seconds, with_signatures
from smartcity_share.catalogue.tree import Tree
from smartcity_share.errors import CatalogueRefusedError, Fault, Location

Signers = Sequence[Signer]


@attrs.frozen
class Written:
    """A role file that was written.

    Attributes:
        standing: How far it is signed.
        path: Where it lies: among the metadata, or among the drafts while it waits.
        news: What it says that readers do not know yet.
    """

    standing: Standing
    path: Path
    news: tuple[str, ...] = ()


def begin(
    folder: Path,
    signers: Signers,
    *,
    root: Holders,
    targets: Holders,
    revocations: Holders,
    online: Holders,
    now: datetime,
) -> tuple[Written, ...]:
    """Begin a catalogue. It can be read once it is published.

    Args:
        folder: A folder that is empty or not there.
        signers: The keys that are here.
        root: Who names every other.
        targets: Who names origins.
        revocations: Who revokes.
        online: Who signs snapshot, timestamp and index.
        now: The time.

    Raises:
        CatalogueRefusedError: The folder holds something, or keys and thresholds do not go together.
    """
    changes = origins.first_roles(root, targets, revocations, online, now)
    later = {key.keyid for key in online.keys}  # these sign when it is published
    named_now = {key.keyid for holders in (root, targets, revocations) for key in holders.keys}
    signed = _signed(None, changes, [one for one in signers if one.public_key.keyid not in later - named_now])
    written = Repository.create(folder, lambda repository: write_signed(repository, None, signed))
    return tuple(attrs.evolve(one, path=folder / one.path.parent.name / one.path.name) for one in written)


@attrs.frozen
class Keeper:
    """Who changes a catalogue, with the keys that are here. What was written is returned; nothing means that nothing changed.

    Every change raises CatalogueInvalidError where the folder is no catalogue, and CatalogueRefusedError where it breaks a rule
    or one of the keys may not sign it; then nothing was changed.

    Attributes:
        folder: The catalogue.
        signers: The keys that are here.
        now: The time.
    """

    folder: Path
    signers: Signers
    now: datetime

    def add_origin(self, code: str, holders: Holders, province: Holders | None = None) -> tuple[Written, ...]:
        """Let an origin publish; those above it sign.

        Args:
            code: Code of the origin.
            holders: Its keys.
            province: The keys of its province, where that is not in the catalogue yet.
        """
        return self._change(lambda tree: origins.with_origin(tree, code, holders, self.now, province))

    def rekey(self, role: str, holders: Holders) -> tuple[Written, ...]:
        """Give a role below the targets role other keys; those above it sign, and then the new ones sign the role anew.

        Args:
            role: The role.
            holders: Its new keys.
        """
        return self._change(lambda tree: origins.with_other_keys(tree, role, holders, self.now))

    def rotate(self, role: str, holders: Holders) -> tuple[Written, ...]:
        """Give a top-level role other keys; enough of the old and of the new root keys sign. It takes effect when published.

        Args:
            role: The role.
            holders: Its new keys.
        """
        return self._change(lambda tree: origins.with_other_top_keys(tree, role, holders, self.now))

    def add(self, offers: Sequence[Offer]) -> tuple[Written, ...]:
        """List releases, each in the role of its origin, and lay their wheels into the catalogue.

        Args:
            offers: The releases.
        """
        by_origin = {offer.origin: [one for one in offers if one.origin == offer.origin] for offer in offers}

        def changes(tree: Tree) -> Changes:
            found = {code: listing.with_releases(tree, code, those, self.now) for code, those in by_origin.items()}
            return {roles.origin_role(code): role for code, role in found.items() if role is not None}

        return self._change(changes, offers)

    def advise_against(self, name: ReleaseName, reason: str | None) -> tuple[Written, ...]:
        """Advise against a release, or take that back; whoever asks for the version by its number still gets it.

        Args:
            name: The release.
            reason: Why; None takes it back.
        """
        role = roles.origin_role(name.origin)
        listing.refuse_wordless(role, reason)
        return self._change(lambda tree: {role: listing.with_advice(tree, name, reason, self.now)})

    def revoke(self, name: ReleaseName, reason: str, by: str | None = None) -> tuple[Written, ...]:
        """Revoke a release: nobody may install it any more.

        Args:
            name: The release.
            reason: Why.
            by: Who revokes it; whoever holds the keys where left out.
        """
        listing.refuse_wordless(roles.REVOCATIONS, reason, by)

        def changes(tree: Tree) -> Changes:
            here = {signer.public_key.keyid for signer in self.signers}
            those = [key for key in keys_of(tree.targets, roles.REVOCATIONS) if key.keyid in here]
            who = by or ", ".join(named(key) for key in those)[:MOST_WORDS] or roles.REVOCATIONS
            revocation = Revocation(by=who, reason=reason, at=whole_seconds(self.now))
            return {roles.REVOCATIONS: listing.with_revocation(tree, name, revocation, self.now)}

        return self._change(changes)

    def renew(self, role: str) -> tuple[Written, ...]:
        """Sign what a role says anew, for another term, with the keys it has now.

        Args:
            role: The role.
        """

        def changes(tree: Tree) -> Changes:
            current = tree.current(role)
            if current is None or role in (roles.SNAPSHOT, roles.TIMESTAMP):
                raise listing.refused(
                    "role-unknown",
                    f"There is no role `{role[:60]}` that could be signed anew",
                    Location(role),
                    f"These are: {', '.join([roles.ROOT, roles.TARGETS, *tree.delegated])}; `publish` renews the others.",
                )
            return {role: successor(current, role, tree.next_version(role), self.now)}

        return self._change(changes)

    def _change(self, changes: Callable[[Tree], Changes], offers: Sequence[Offer] = ()) -> tuple[Written, ...]:
        repository = Repository.open(self.folder)
        with repository.locked():
            tree = repository.tree()
            changed = changes(tree)
            bad = [fault for role in changed if (fault := unsigned_basis(repository, tree, role)) is not None]
            if bad:
                raise CatalogueRefusedError("The catalogue stays as it is", faults=bad[:1], hint=None)
            signed = _signed(tree, changed, self.signers)
            _put_wheels(repository, offers)
            return write_signed(repository, tree, signed)


def _put_wheels(repository: Repository, offers: Sequence[Offer]) -> None:
    for offered in offers:
        path = roles.ReleasePath(offered.origin, offered.entry.app, offered.wheel.path.name)
        for wheel in (offered.wheel, *offered.needs):
            repository.put_file(str(path.beside(wheel.path.name)), wheel.sha256, wheel.path)


def _signed(tree: Tree | None, changes: Changes, signers: Signers) -> list[tuple[Metadata[Any], Standing]]:
    """Sign new files with the keys that are here.

    Raises:
        CatalogueRefusedError: One waits for signatures already, or one of the keys may sign none of them.
    """
    found: list[tuple[Metadata[Any], Standing]] = []
    for role, metadata in changes.items():
        _refuse_waiting(tree, role, metadata)
        above = _delegators(tree, changes, role)
        keys = [key for one in above for key in keys_of(one, role)]
        signed = with_signatures(metadata, signers, keys)
        found.append((signed, standing(role, signed, *above)))
    if changes:
        refuse_foreign(signers, [one for _, one in found])
    return found


def refuse_foreign(signers: Signers, standings: Sequence[Standing]) -> None:
    """Refuse keys that may sign nothing of what is to be signed.

    Raises:
        CatalogueRefusedError: There is such a key, or no key at all.
    """
    used = {key.keyid for one in standings for key in one.signed}
    may = "; ".join(f"`{one.role}` is signed by {_listed((*one.signed, *one.unsigned))}" for one in standings)
    roles_named = ", ".join(f"`{one.role}`" for one in standings)
    strangers = [signer.public_key for signer in signers if signer.public_key.keyid not in used]
    faults = [
        Fault("signer-foreign", f"The key {named(key)} may not sign {roles_named}", Location(standings[0].role), f"{may}.")
        for key in strangers
    ]
    if not signers:
        faults = [Fault("signer-missing", f"No key is here to sign {roles_named}", Location(standings[0].role), f"{may}.")]
    if faults:
        raise CatalogueRefusedError("The catalogue stays as it is", faults=faults, hint=None)


def _refuse_waiting(tree: Tree | None, role: str, metadata: Metadata[Any]) -> None:
    waits = None if tree is None else tree.waiting.get(role)
    if waits is None or waits.signed.version < metadata.signed.version or tree is None or tree.current(role) is waits:
        return
    raise listing.refused(
        "role-waiting",
        f"Version {waits.signed.version} of `{role}` waits for signatures",
        Location(role),
        f"Sign it with `smartcity catalogue sign DIR --key KEY`, or delete drafts/{waits.signed.version}.{role}.json.",
    )


def _delegators(tree: Tree | None, changes: Changes, role: str) -> tuple[Delegator, ...]:
    if role == roles.ROOT:
        old = None if tree is None else tree.published_root
        return (changes[roles.ROOT],) if old is None else (old, changes[roles.ROOT])
    parent = str(roles.parent_of(role))
    if parent in changes:
        return (changes[parent],)
    above = None if tree is None else tree.delegator(role)
    return () if above is None else (above,)


def write_signed(
    repository: Repository, tree: Tree | None, signed: Sequence[tuple[Metadata[Any], Standing]]
) -> tuple[Written, ...]:
    """Write role files: those that wait for signatures, and a root until it is published, among the drafts."""
    found = []
    for metadata, stands in signed:
        waits = not stands.is_complete or stands.role == roles.ROOT
        write = repository.set_aside if waits else repository.write
        before = None if tree is None else repository.published(tree, stands.role)
        found.append(Written(stands, write(stands.role, metadata), news_of(stands.role, metadata, before)))
    return tuple(found)


def _listed(keys: Sequence[Key]) -> str:
    return ", ".join(sorted(named(key) for key in keys)) or "nobody"
