"""Publishing: what was signed becomes what readers see, by a new index, snapshot and timestamp; what runs out is renewed."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs
from tuf.api.metadata import Metadata, MetaFile, Snapshot, Timestamp

from smartcity_share.catalogue import listing, roles
from smartcity_share.catalogue.basis import unsigned_basis
from smartcity_share.catalogue.freshness import clock_faults
from smartcity_share.catalogue.keeping import Signers
from smartcity_share.catalogue.keys import named
from smartcity_share.catalogue.repository import Repository
from smartcity_share.catalogue.shape import shape_faults
from smartcity_share.catalogue.signing import (
    Standing,
    keys_of,
    lifetime,
    signed_at,
    standing,
    successor,
    whole_seconds,
    with_signatures,
)
from smartcity_share.errors import CatalogueRefusedError, Fault, Location

_LEFT_BEFORE_RENEWAL = 2
"""What has less than this part of its life left is renewed: a half."""


@attrs.frozen
class Publication:
    """What was published.

    Attributes:
        roles: Version of each role that readers see now and did not see before, in the order of writing.
        renewed: Roles among them that say what they said, for another term.
        notices: What whoever keeps the catalogue should know.
        expires: When the first of the roles that every reader needs runs out, unless it is renewed.
    """

    roles: dict[str, int]
    renewed: tuple[str, ...]
    notices: tuple[Fault, ...]
    expires: datetime


def publish(folder: Path, signers: Signers, now: datetime, *, without: Collection[str] = ()) -> Publication:
    """Let readers see what was signed.

    Args:
        folder: The catalogue.
        signers: The keys that are here: those of snapshot and timestamp, and of whatever else is to be renewed.
        now: The time.
        without: Codes of origins, or provinces as `p-32`, whose keys were changed and who did not sign anew yet: until they
            do, readers are refused their apps.

    Raises:
        CatalogueRefusedError: Readers could not read it; every reason is in ``faults``, and nothing was changed.
        CatalogueInvalidError: The folder is no catalogue.
    """
    repository = Repository.open(folder)
    with repository.locked():
        edition = _Edition(repository, signers, now)
        edition.renew()
        left_out = {roles.origin_role(one) if roles.CODE.fullmatch(one) else one for one in without}
        faults, notices = edition.trouble(left_out)
        faults += _missing_files(repository, edition)
        index = edition.put_index()
        edition.close()
        faults += edition.faults
        if faults:
            raise CatalogueRefusedError("Nothing was published", faults=faults, hint=None)
        for role, metadata in edition.written.items():
            if role == roles.INDEX and index is not None:
                repository.put_file(roles.INDEX_PATH, hashlib.sha256(index).hexdigest(), index)
            repository.write(role, metadata)
    return edition.publication(notices)


class _Edition:
    """What is about to be published: the roles as they stand, with what is renewed in them."""

    def __init__(self, repository: Repository, signers: Signers, now: datetime) -> None:
        self.tree = tree = repository.tree()
        self.repository = repository
        self.signers = signers
        self.now = now
        self.old = tree
        self.written: dict[str, Metadata[Any]] = {}
        self.renewed: list[str] = []
        self.faults: list[Fault] = []

    def renew(self) -> None:
        """Renew whatever runs out, or is not signed by its keys, as far as the keys are here."""
        for role in (roles.ROOT, roles.TARGETS, *self.tree.delegations()):
            current = self.tree.current(role)
            if role == roles.INDEX or current is None or not self._is_due(role, current):
                continue
            if unsigned_basis(self.repository, self.old, role) is not None:
                continue  # told as not signed
            signed = self._signed(role, successor(current, role, self.tree.next_version(role), self.now))
            if signed is not None:
                self._put(role, signed)
                self.renewed.append(role)
        if self.tree.root.signed.version > self.tree.published_version(roles.ROOT):
            self.written.setdefault(roles.ROOT, self.tree.root)

    def trouble(self, without: Collection[str]) -> tuple[list[Fault], list[Fault]]:
        """Return what keeps readers from reading the catalogue, and what keeps them from a part of it."""
        faults: list[Fault] = []
        notices: list[Fault] = []
        if self.old.timestamp is not None:
            notices += clock_faults(signed_at(self.old.timestamp.signed), self.now)
        for role in (roles.ROOT, roles.TARGETS, *self.tree.delegations()):
            stands = self.tree.standing(role)
            if role == roles.INDEX:
                continue
            if stands is None:
                needed = role in (roles.REVOCATIONS, *roles.TOP_LEVEL)
                (faults if needed else notices).append(_unsaid(role))
            elif not stands.is_complete:
                (notices if role in without else faults).append(_unsigned(stands))
            elif stands.expires <= self.now:
                (faults if role in (roles.ROOT, roles.TARGETS, roles.REVOCATIONS) else notices).append(_expired(stands))
            faults += self._regressed(role)
            current = self.tree.current(role)
            if role != roles.ROOT and current is not None and current.signed.version != self.old.published_version(role):
                faults += shape_faults(role, current, self.now)
        return faults, notices

    def put_index(self) -> bytes | None:
        """Make the index anew where it says something else than the roles, or runs out; None where it may stay."""
        content = listing.index_of(self.tree)
        current = self.tree.delegated.get(roles.INDEX)
        said = None if current is None else current.signed.targets.get(roles.INDEX_PATH)
        says_it = said is not None and said.hashes.get("sha256") == hashlib.sha256(content).hexdigest()
        if says_it and current is not None and not self._is_due(roles.INDEX, current):
            return None
        signed = self._signed(roles.INDEX, listing.with_index(self.tree, content, self.now))
        if signed is not None:
            self._put(roles.INDEX, signed)
            return content
        stands = self.tree.standing(roles.INDEX)
        if not says_it or stands is None or not stands.is_complete or stands.expires <= self.now:
            self.faults.append(self._keyless(roles.INDEX))
        return None

    def close(self) -> None:
        """Make the snapshot, where it names other versions or runs out, and the timestamp; the root is written last."""
        meta = {} if self.tree.snapshot is None else dict(self.tree.snapshot.signed.meta)
        meta |= {
            f"{role}.json": MetaFile(metadata.signed.version)
            for role, metadata in ((roles.TARGETS, self.tree.targets), *self.tree.delegated.items())
        }
        snapshot = self.tree.snapshot
        if snapshot is None or snapshot.signed.meta != meta or self._is_due(roles.SNAPSHOT, snapshot):
            fresh = Snapshot(self.tree.last_snapshot + 1, None, whole_seconds(self.now) + lifetime(roles.SNAPSHOT), meta)
            snapshot = self._signed(roles.SNAPSHOT, Metadata(fresh))
            if snapshot is None:
                self.faults.append(self._keyless(roles.SNAPSHOT))
                return
            self.written[roles.SNAPSHOT] = snapshot
        timestamp = Timestamp(
            self.tree.next_version(roles.TIMESTAMP),
            None,
            whole_seconds(self.now) + lifetime(roles.TIMESTAMP),
            MetaFile(snapshot.signed.version),
            {roles.SIGNED_AT: f"{whole_seconds(self.now):%Y-%m-%dT%H:%M:%SZ}"},
        )
        signed = self._signed(roles.TIMESTAMP, Metadata(timestamp))
        if signed is None:
            self.faults.append(self._keyless(roles.TIMESTAMP))
            return
        self.written[roles.TIMESTAMP] = signed
        if roles.ROOT in self.written:
            self.written[roles.ROOT] = self.written.pop(roles.ROOT)

    def publication(self, notices: list[Fault]) -> Publication:
        """Return what was published."""
        needed: list[Metadata[Any]] = [
            self.tree.root,
            self.tree.targets,
            self.tree.delegated[roles.REVOCATIONS],
            self.written[roles.TIMESTAMP],
        ]
        seen = {
            role: metadata.signed.version
            for role, metadata in ((roles.TARGETS, self.tree.targets), *self.tree.delegated.items())
            if metadata.signed.version != self.old.published_version(role)
        }
        seen |= {role: metadata.signed.version for role, metadata in self.written.items()}
        return Publication(seen, tuple(self.renewed), tuple(notices), min(one.signed.expires for one in needed))

    def _put(self, role: str, metadata: Metadata[Any]) -> None:
        self.written[role] = metadata
        self.tree = self.tree.having(role, metadata)

    def _is_due(self, role: str, metadata: Metadata[Any]) -> bool:
        """Whether half of its life is over, or it is not signed by the keys it has now."""
        stands = self._standing(role, metadata)
        return (
            stands is None
            or not stands.is_complete
            or metadata.signed.expires - self.now < lifetime(role) / _LEFT_BEFORE_RENEWAL
        )

    def _standing(self, role: str, metadata: Metadata[Any]) -> Standing | None:
        if role == roles.ROOT:
            return standing(role, metadata, *([self.old.published_root] if self.old.published_root else ()), metadata)
        delegator = self.tree.delegator(role)
        return None if delegator is None or not keys_of(delegator, role) else standing(role, metadata, delegator)

    def _signed(self, role: str, metadata: Metadata[Any]) -> Metadata[Any] | None:
        """Sign a file with the keys that are here; None where they are not enough."""
        above = [self.tree.root if role == roles.ROOT else self.tree.delegator(role)]
        if role in roles.TOP_LEVEL and self.old.published_root is not None:
            above.append(self.old.published_root)  # read under the old root too, until the new one lies there
        keys = [key for one in above if one is not None for key in keys_of(one, role)]
        signed = with_signatures(metadata, self.signers, keys)
        stands = self._standing(role, signed)
        return signed if stands is not None and stands.is_complete else None

    def _regressed(self, role: str) -> list[Fault]:
        current = self.tree.current(role)
        version = 0 if current is None else current.signed.version
        if version >= self.old.published_version(role):
            return []
        return [
            Fault(
                "role-older",
                f"Readers saw version {self.old.published_version(role)} of `{role}`; the newest file here is {version}",
                Location(role),
                "Bring the missing files of `metadata` back from where they were published or backed up.",
            )
        ]

    def _keyless(self, role: str) -> Fault:
        delegator = self.tree.delegator(role)
        keys = () if delegator is None else keys_of(delegator, role)
        may = ", ".join(sorted(named(key) for key in keys))
        return Fault("signer-missing", f"No key is here that may sign `{role}`", Location(role), f"Give `--key` of: {may}.")


def _missing_files(repository: Repository, edition: _Edition) -> list[Fault]:
    """Every file that a role newly lists has to be in the catalogue."""
    found: list[Fault] = []
    for role, metadata in edition.tree.delegated.items():
        if role == roles.INDEX or metadata.signed.version == edition.old.published_version(role):
            continue
        for path, target in sorted(metadata.signed.targets.items()):
            digest = target.hashes.get("sha256", "")
            place = repository.place(path, digest)
            if roles.speaks_for(role, path) and (not place.is_file() or place.stat().st_size != target.length):
                mend = "Hand the role in with its wheels: `smartcity catalogue sign DIR FILE --wheels FOLDER`."
                found.append(
                    Fault("wheel-missing", "The file is listed and is not in the catalogue", Location(role, key=path), mend)
                )
    return found


def _unsaid(role: str) -> Fault:
    return Fault(
        "role-empty",
        f"`{role}` has signed nothing yet",
        Location(role),
        "It is in the catalogue as soon as it signs: `smartcity catalogue add` or `sign`.",
    )


def _unsigned(stands: Standing) -> Fault:
    others = ", ".join(sorted(named(key) for key in stands.unsigned)) or "keys it does not name"
    return Fault(
        "role-unsigned",
        f"Version {stands.version} of `{stands.role}` lacks {stands.missing} signature{'' if stands.missing == 1 else 's'}",
        Location(stands.role),
        f"It can be signed by: {others}. `smartcity catalogue sign DIR {stands.role} --key KEY` signs it anew.",
    )


def _expired(stands: Standing) -> Fault:
    may = ", ".join(sorted(named(key) for key in (*stands.signed, *stands.unsigned)))
    return Fault(
        "role-expired",
        f"`{stands.role}` ran out on {stands.expires:%Y-%m-%d}",
        Location(stands.role),
        f"Sign it anew with `smartcity catalogue sign DIR {stands.role} --key KEY`, by: {may}.",
    )
