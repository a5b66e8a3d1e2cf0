"""The folder of a catalogue: reading its roles, and writing so that a power failure leaves the old state or the new one.

Readers follow ``timestamp.json`` to a snapshot and that to the roles, each by its version. Whatever is written under a version
that no snapshot names is not seen by them. Only a root is seen as soon as it lies in ``metadata/``: a new one waits in
``drafts/`` until it is published.
"""

from __future__ import annotations

import hashlib
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final, Self, TypeVar

from tuf.api.metadata import Metadata, Root, Targets, Timestamp

from smartcity_share.catalogue import roles
from smartcity_share.catalogue.locking import locked
from smartcity_share.catalogue.role_files import file_name, parse, role_of_file
from smartcity_share.catalogue.signing import as_bytes, standing
from smartcity_share.catalogue.tree import Tree, named_by
from smartcity_share.durable import put_whole, sync_folder, write_whole
from smartcity_share.errors import CatalogueInvalidError, CatalogueRefusedError, Fault, Location, PackageError

T = TypeVar("T")

METADATA: Final = "metadata"
TARGETS: Final = "targets"
DRAFTS: Final = "drafts"
TIMESTAMP_FILE: Final = f"{roles.TIMESTAMP}.json"


class Repository:
    """The folder of a catalogue that is published from here.

    Make one with :meth:`create` or :meth:`open`.

    Attributes:
        folder: The folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._metadata = folder / METADATA
        self._drafts = folder / DRAFTS

    @classmethod
    def create(cls, folder: Path, fill: Callable[[Self], T]) -> T:
        """Make the folder of a new catalogue: beside its place, and renamed when it is whole.

        Args:
            folder: A folder that is empty or not there.
            fill: Writes the first roles.

        Returns:
            What ``fill`` returned.

        Raises:
            CatalogueRefusedError: The folder holds something.
        """
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise CatalogueRefusedError(
                "No catalogue was begun",
                faults=[Fault("folder-not-empty", "It holds something already", Location(str(folder)), "Name a new folder.")],
                hint=None,
            )
        place = folder.absolute()
        place.parent.mkdir(parents=True, exist_ok=True)
        beside = place.with_name(f".{place.name}.{secrets.token_hex(6)}")
        try:
            for name in (METADATA, TARGETS, DRAFTS):
                (beside / name).mkdir(parents=True)
            filled = fill(cls(beside))
            sync_folder(beside)
            if place.exists():  # perhaps the current folder, which stays where it is
                for name in (TARGETS, DRAFTS, METADATA):
                    (beside / name).rename(place / name)
                beside.rmdir()
            else:
                beside.rename(place)
        except BaseException:
            shutil.rmtree(beside, ignore_errors=True)
            raise
        sync_folder(place.parent)
        return filled

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the folder of a catalogue; a copy of a published one without drafts will do.

        Raises:
            CatalogueInvalidError: It is none.
        """
        if not (folder / METADATA).is_dir():
            raise CatalogueInvalidError(
                "This folder holds no catalogue: it has no `metadata`",
                where=Location(str(folder)),
                hint="Name the folder of one, or begin one with `smartcity catalogue init`.",
            )
        for name in (TARGETS, DRAFTS):
            (folder / name).mkdir(exist_ok=True)
        return cls(folder)

    def locked(self) -> AbstractContextManager[None]:
        """Keep other commands that write out for as long as the block takes.

        Raises:
            CatalogueBusyError: Another one is in.
        """
        return locked(self._drafts, "writing to this catalogue")

    def tree(self) -> Tree:
        """Read the roles of the catalogue.

        Raises:
            CatalogueInvalidError: A file is missing or cannot be read.
        """
        newest = _newest(self._metadata)
        waiting = {role: self._read(self._drafts, role, version) for role, version in _newest(self._drafts).items()}
        published_root = self._read(self._metadata, roles.ROOT, newest[roles.ROOT]) if roles.ROOT in newest else None
        root = _newest_root(published_root, waiting.get(roles.ROOT))
        if root is None:
            raise self._missing(roles.ROOT)
        targets = self._newest_of(newest, roles.TARGETS) or waiting.get(roles.TARGETS)
        if targets is None:
            raise self._missing(roles.TARGETS)
        timestamp = self._timestamp()
        snapshot = None
        if timestamp is not None:
            snapshot = self._read(self._metadata, roles.SNAPSHOT, timestamp.signed.snapshot_meta.version)
        return Tree(
            root=root,
            published_root=published_root,
            targets=targets,
            delegated=self._delegated(targets, newest),
            snapshot=snapshot,
            timestamp=timestamp,
            last_snapshot=newest.get(roles.SNAPSHOT, 0),
            waiting=waiting,
        )

    def write(self, role: str, metadata: Metadata[Any]) -> Path:
        """Write a role file that is signed by enough; one of the same version that no reader saw is replaced."""
        name = TIMESTAMP_FILE if role == roles.TIMESTAMP else file_name(role, metadata.signed.version)
        path = self._metadata / name
        write_whole(path, as_bytes(metadata))
        self._forget(role, metadata.signed.version)
        return path

    def set_aside(self, role: str, metadata: Metadata[Any]) -> Path:
        """Write a role file that waits: for signatures, or as a root for being published."""
        path = self._drafts / file_name(role, metadata.signed.version)
        write_whole(path, as_bytes(metadata))
        return path

    def put_file(self, path: str, digest: str, source: Path | bytes) -> None:
        """Lay the file of a path into the catalogue, under its hash; one that lies there whole is left as it is.

        Args:
            path: The path in the catalogue.
            digest: SHA-256 of the file.
            source: The file, or its content.

        Raises:
            PackageError: The file is not what it was when it was looked into.
        """
        place = self.place(path, digest)
        if place.is_file() and _sha256(place) == digest:
            return

        def fill(beside: Path) -> None:
            if isinstance(source, bytes):
                beside.write_bytes(source)
            else:
                shutil.copyfile(source, beside)
            if _sha256(beside) != digest:
                raise PackageError(
                    "The file was changed while it was read", where=Location(str(source)[:200]), hint="Try again."
                )

        place.parent.mkdir(parents=True, exist_ok=True)
        put_whole(place, fill)

    def place(self, path: str, digest: str) -> Path:
        """Return where the file of a path lies."""
        folder, _, name = path.rpartition("/")
        return self.folder / TARGETS / folder / f"{digest}.{name}"

    def earlier(self, role: str) -> Iterator[Metadata[Any]]:
        """Yield the versions of a role that lie here, the newest first."""
        told = [found for name in _names(self._metadata) if (found := role_of_file(name)) is not None and found[0] == role]
        for _, version in sorted(told, reverse=True):
            yield self._read(self._metadata, role, version)

    def published(self, tree: Tree, role: str) -> Metadata[Any] | None:
        """Return the file of a role that readers see; None where they see none."""
        version = tree.published_version(role)
        return self._read(self._metadata, role, version) if version else None

    def draft(self, role: str, version: int) -> Path:
        """Return where a role file waits."""
        return self._drafts / file_name(role, version)

    def root_file(self, version: int) -> Path:
        """Return where a published root lies."""
        return self._metadata / file_name(roles.ROOT, version)

    def _delegated(self, targets: Metadata[Targets], newest: Mapping[str, int]) -> dict[str, Metadata[Targets]]:
        found: dict[str, Metadata[Targets]] = {}
        left = list(named_by(targets))
        while left:
            role = left.pop(0)
            metadata = None if role in found else self._newest_of(newest, role)
            if metadata is not None:
                found[role] = metadata
                left += named_by(metadata) if roles.province_of_role(role) else ()
        return found

    def _newest_of(self, newest: Mapping[str, int], role: str) -> Metadata[Any] | None:
        return self._read(self._metadata, role, newest[role]) if role in newest else None

    def _timestamp(self) -> Metadata[Timestamp] | None:
        path = self._metadata / TIMESTAMP_FILE
        return _parsed(path, Timestamp.type) if path.is_file() else None

    def _read(self, folder: Path, role: str, version: int) -> Metadata[Any]:
        path = folder / file_name(role, version)
        if not path.is_file():
            raise self._missing(role)
        return _parsed(path, role if role in roles.TOP_LEVEL else Targets.type)

    def _missing(self, role: str) -> CatalogueInvalidError:
        return CatalogueInvalidError(
            f"The catalogue is not whole: the file of `{role}` is missing",
            where=Location(str(self._metadata)),
            hint="Copy the whole folder again from where it was published.",
        )

    def _forget(self, role: str, version: int) -> None:
        self.draft(role, version).unlink(missing_ok=True)
        sync_folder(self._drafts)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _parsed(path: Path, kind: str) -> Metadata[Any]:
    return parse(path.read_bytes(), kind, str(path))


def _newest(folder: Path) -> dict[str, int]:
    found: dict[str, int] = {}
    for name in _names(folder):
        told = role_of_file(name)
        if told is not None:
            found[told[0]] = max(told[1], found.get(told[0], 0))
    return found


def _names(folder: Path) -> Iterable[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else ()


def _newest_root(published: Metadata[Root] | None, draft: Metadata[Root] | None) -> Metadata[Root] | None:
    """The draft counts once enough of the old and of the new keys signed it; the first one from its beginning."""
    if published is None or draft is None:
        return published or draft
    if draft.signed.version != published.signed.version + 1:
        return published
    return draft if standing(roles.ROOT, draft, published, draft).is_complete else published
