"""Checking a whole catalogue as a reader would, and more: every role, every file, and everything that is wrong at once."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import attrs
from pydantic import ValidationError
from tuf.api.exceptions import LengthOrHashMismatchError
from tuf.api.metadata import Metadata, Root, Snapshot, TargetFile, Targets, Timestamp

from smartcity_share.catalogue import roles
from smartcity_share.catalogue.entries import Index, ReleaseEntry, RevokedEntry, readable_entry
from smartcity_share.catalogue.keys import key_id, named, shown
from smartcity_share.catalogue.repository import METADATA, TARGETS, TIMESTAMP_FILE
from smartcity_share.catalogue.role_files import file_name, parse
from smartcity_share.catalogue.shape import shape_faults
from smartcity_share.catalogue.signing import Delegator, Standing, keys_of, standing
from smartcity_share.catalogue.tree import named_by
from smartcity_share.errors import CatalogueInvalidError, Fault, Location

_FETCH: Final = "Copy the whole folder again from where it was published; if it stays so, tell whoever publishes it."
_MOST_BYTES: Final = 5_000_000
"""Most bytes a role file may have: a link to a device, or a file without end, is not read."""
_STRANGER: Final = "Do not use it: somebody else may be writing to the catalogue. Tell whoever publishes it."


@attrs.frozen
class Report:
    """What a catalogue was found to be.

    Attributes:
        faults: Everything that is wrong, in the order a reader meets it.
        notices: What is worth knowing and keeps no reader from anything.
        roles: How each role that was read is signed.
        releases: How many releases are listed, the revoked ones among them.
        revoked: How many of them are revoked.
        files: How many files were compared with what was signed.
        signed_at: When the timestamp was signed; None where it does not say.
    """

    faults: tuple[Fault, ...]
    notices: tuple[Fault, ...]
    roles: tuple[Standing, ...]
    releases: int
    revoked: int
    files: int
    signed_at: str | None


def check(folder: Path, trust_root: bytes, now: datetime) -> Report:
    """Check a catalogue.

    Args:
        folder: Its folder.
        trust_root: The root that is trusted, whatever lies in the folder.
        now: The time.

    Raises:
        CatalogueInvalidError: The trust root is none.
    """
    walk = _Walk(folder, now)
    root = walk.roots(parse(trust_root, roles.ROOT, "the trust root"))
    timestamp = walk.read(TIMESTAMP_FILE, roles.TIMESTAMP, root)
    snapshot: Metadata[Snapshot] | None = None
    if timestamp is not None:
        walk.signed_at = _text(timestamp.signed.unrecognized_fields.get(roles.SIGNED_AT))
        version = timestamp.signed.snapshot_meta.version
        snapshot = walk.read(file_name(roles.SNAPSHOT, version), roles.SNAPSHOT, root, version)
    if snapshot is not None:
        walk.snapshot = snapshot
        walk.below(roles.TARGETS, root)
    return walk.report()


class _Walk:
    """One way through a catalogue."""

    def __init__(self, folder: Path, now: datetime) -> None:
        self.folder = folder
        self.now = now
        self.snapshot: Metadata[Snapshot] | None = None
        self.signed_at: str | None = None
        self._faults: list[Fault] = []
        self._notices: list[Fault] = []
        self._roles: list[Standing] = []
        self._releases: set[str] = set()
        self._revoked: set[str] = set()
        self._files: dict[Path, bool] = {}

    def roots(self, trusted: Metadata[Root]) -> Metadata[Root]:
        """Follow the roots from the trusted one to the newest, each signed by the keys of the one before and by its own."""
        self._judge(standing(roles.ROOT, trusted, trusted), "the trust root")
        while (path := self._path(file_name(roles.ROOT, trusted.signed.version + 1))).is_file():
            following = self._parsed(path, roles.ROOT)
            if following is None or not self._judge(standing(roles.ROOT, following, trusted, following), path.name):
                break
            trusted = following
        self._roles.append(standing(roles.ROOT, trusted, trusted))
        self._expiry(self._roles[-1])
        for keyid, key in trusted.signed.keys.items():
            if key_id(key) != keyid:
                message = f"The key {shown(keyid)} is {shown(key_id(key))}: one key under two names would count twice"
                self._faults.append(Fault("key-renamed", message, Location(roles.ROOT), _STRANGER))
        return trusted

    def read(self, name: str, role: str, delegator: Delegator, version: int | None = None) -> Metadata[Any] | None:
        """Read a role file and judge it; None where it is not to be relied on."""
        path = self._path(name)
        metadata = self._parsed(path, role)
        if metadata is None:
            return None
        stands = standing(role, metadata, delegator)
        self._roles.append(stands)
        trusted = self._judge(stands, name)
        self._expiry(stands)
        if version is not None and metadata.signed.version != version:
            message = f"It says that it is version {metadata.signed.version}; version {version} was signed for"
            self._faults.append(Fault("role-version", message, Location(role), _FETCH))
            trusted = False
        return metadata if trusted else None

    def below(self, role: str, delegator: Delegator) -> None:
        """Check a role and every one below it."""
        said = None if self.snapshot is None else self.snapshot.signed.meta.get(f"{role}.json")
        if said is None:
            message, mend = f"`{role}` is named and has signed nothing yet", "Its apps come in with its first signature."
            needed = role in (roles.TARGETS, roles.REVOCATIONS)
            (self._faults if needed else self._notices).append(Fault("role-empty", message, Location(role), mend))
            return
        metadata = self.read(file_name(role, said.version), role, delegator, said.version)
        if metadata is None:
            return
        self._faults.extend(shape_faults(role, metadata, self.now))
        for path, target in sorted(metadata.signed.targets.items()):
            if roles.speaks_for(role, path):
                self._listed(role, path, target)
        for name in named_by(metadata):
            if roles.parent_of(name) == role and keys_of(metadata, name):
                self.below(name, metadata)

    def report(self) -> Report:
        """Return what was found."""
        return Report(
            tuple(self._faults),
            tuple(self._notices),
            tuple(self._roles),
            len(self._releases | self._revoked),
            len(self._revoked),
            len(self._files),
            self.signed_at,
        )

    def _listed(self, role: str, path: str, target: TargetFile) -> None:
        folder, _, name = path.rpartition("/")
        place = self.folder / TARGETS / folder / f"{target.hashes.get('sha256', '')}.{name}"
        self._compare(role, path, target, place)
        if role == roles.INDEX:
            self._index(place)
            return
        entry = readable_entry(target.custom)  # one that cannot be read is told with the shape of the role
        if isinstance(entry, ReleaseEntry):
            self._releases.add(path)
        elif isinstance(entry, RevokedEntry):
            self._revoked.add(path)

    def _compare(self, role: str, path: str, target: TargetFile, place: Path) -> None:
        where = Location(role, key=path)
        if not place.is_file():
            self._faults.append(Fault("wheel-missing", f"There is no file {place.name}", where, _FETCH))
        elif place not in self._files:
            try:
                with place.open("rb") as file:
                    target.verify_length_and_hashes(file)
                self._files[place] = True
            except LengthOrHashMismatchError:
                self._files[place] = False
                self._faults.append(Fault("wheel-altered", f"{place.name} is not the file that was signed for", where, _FETCH))

    def _index(self, place: Path) -> None:
        if not self._files.get(place):
            return
        try:
            Index.model_validate_json(place.read_bytes())
        except ValidationError:
            message, mend = "The search index cannot be read", "Publish again with the key of the index."
            self._faults.append(Fault("entry-invalid", message, Location(roles.INDEX, key=roles.INDEX_PATH), mend))

    def _judge(self, stands: Standing, name: str) -> bool:
        if stands.is_complete:
            return True
        may = ", ".join(sorted(named(key) for key in (*stands.signed, *stands.unsigned)))
        message = (
            f"{name}: {stands.missing} of the signatures it needs {'is' if stands.missing == 1 else 'are'} missing or wrong"
        )
        mend = f"It is signed by: {may}. {_STRANGER}"
        self._faults.append(Fault("role-unsigned", message, Location(stands.role), mend))
        return False

    def _expiry(self, stands: Standing) -> None:
        if stands.expires > self.now:
            return
        online = stands.role in (roles.SNAPSHOT, roles.TIMESTAMP, roles.INDEX)
        command = "publish DIR" if online else f"sign DIR {stands.role}"
        may = ", ".join(sorted(named(key) for key in (*stands.signed, *stands.unsigned)))
        mend = f"Renew it with `smartcity catalogue {command} --key KEY`, by: {may}."
        self._faults.append(Fault("role-expired", f"It ran out on {stands.expires:%Y-%m-%d}", Location(stands.role), mend))

    def _parsed(self, path: Path, role: str) -> Metadata[Any] | None:
        kinds = {roles.ROOT: Root.type, roles.TIMESTAMP: Timestamp.type, roles.SNAPSHOT: Snapshot.type}
        if path.exists() and (not path.is_file() or path.stat().st_size > _MOST_BYTES):
            message = f"{path.name} is no file, or one longer than readers take"
            self._faults.append(Fault("role-unreadable", message, Location(role), _FETCH))
            return None
        try:
            return parse(path.read_bytes(), kinds.get(role, Targets.type), path.name)
        except FileNotFoundError:
            self._faults.append(Fault("role-missing", f"There is no file {path.name}", Location(role), _FETCH))
        except CatalogueInvalidError as error:
            self._faults.append(Fault("role-unreadable", f"{path.name}: {error.message}", Location(role), _FETCH))
        return None

    def _path(self, name: str) -> Path:
        return self.folder / METADATA / name


def fingerprint(trust_root: bytes) -> str:
    """Return the SHA-256 of a trust root: what people compare by telephone before they trust it."""
    return hashlib.sha256(trust_root).hexdigest()


def _text(value: object) -> str | None:
    return value[:40] if isinstance(value, str) else None
