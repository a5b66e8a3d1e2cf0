"""The wheels an instance keeps, each under its SHA-256: what its environments are made of, without a network."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path

import attrs

from smartcity_share.durable import move, sync_all, sync_folder
from smartcity_share.errors import Location, PackageError
from smartcity_share.install.code_store import file_digest
from smartcity_share.install.environments.fetching import copy_from, place_of
from smartcity_share.install.environments.locked import LockedPackage


@attrs.frozen
class PackageStore:
    """The kept wheels.

    Attributes:
        folder: ``packages/`` of the instance.
    """

    folder: Path

    def home(self, digest: str) -> Path:
        """Return the folder of one wheel."""
        return self.folder / digest

    def find(self, package: LockedPackage) -> Path | None:
        """Return the kept wheel of a package, None where there is none."""
        return next(iter(sorted(self.home(package.sha256).glob("*.whl"))), None)

    def folders(self) -> tuple[Path, ...]:
        """Return the folders with one wheel each."""
        if not self.folder.is_dir():
            return ()
        return tuple(sorted(entry for entry in self.folder.iterdir() if entry.is_dir() and entry.name[0] != "."))

    def digests(self) -> frozenset[str]:
        """Return the digests of the kept wheels."""
        return frozenset(entry.name for entry in self.folders())

    def is_sound(self, package: LockedPackage) -> bool:
        """Whether the wheel is kept and is still the one that was kept."""
        path = self.find(package)
        return path is not None and file_digest(path) == package.sha256

    def keep(self, packages: Sequence[LockedPackage]) -> None:
        """Take wheels into the store, each whole or not at all, once its digest is the stated one and it can be used here.

        Args:
            packages: The packages with their origins; those whose wheel is kept and sound are left as they are.

        Raises:
            PackageError: A wheel cannot be had, has another digest, is damaged, or is made for another Python.
        """
        wanted = {one.sha256: one for one in packages if not self.is_sound(one)}
        if not wanted:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        beside = self.folder / f".{secrets.token_hex(6)}"
        beside.mkdir()
        try:
            for digest, package in wanted.items():
                (beside / digest).mkdir()
                path = beside / digest / package.filename
                copy_from(package, path)
                _require_as_stated(package, path)
            sync_all(beside)
            for digest in wanted:
                home = self.home(digest)
                if home.is_dir():  # what was kept is no longer what it was, or another process was faster
                    shutil.rmtree(home)
                (beside / digest).rename(home)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
        sync_folder(self.folder)

    def set_aside(self, digest: str, target: Path) -> None:
        """Move a wheel out of the store.

        Args:
            digest: Its digest.
            target: Where it goes; does not exist.
        """
        if self.home(digest).is_dir():
            move(self.home(digest), target)


def _require_as_stated(package: LockedPackage, path: Path) -> None:
    from smartcity_share.package.wheel import Wheel

    where = Location(place_of(package))
    found = file_digest(path)
    if found != package.sha256:
        raise PackageError(
            f"The wheel of {package.label} is another file than was stated: SHA-256 {found}, not {package.sha256}",
            where=where,
            hint="Do not use it: fetch it again from where it is published, and find out who changed it.",
        )
    try:
        Wheel.open(path).require_compatible()  # its content is compared with RECORD when it is unpacked
    except PackageError as error:
        raise PackageError(
            f"The wheel of {package.label} cannot be used: {error.message}", where=where, hint=error.hint
        ) from None
