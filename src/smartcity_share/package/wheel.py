"""One wheel file, opened without trusting it."""

from __future__ import annotations

import hashlib
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

import attrs
from packaging.tags import Tag
from packaging.utils import InvalidWheelFilename, canonicalize_name, canonicalize_version, parse_wheel_filename
from packaging.version import InvalidVersion, Version

from smartcity_share.errors import Location, PackageError
from smartcity_share.manifest.archive import Archive
from smartcity_share.manifest.metadata import CoreMetadata, from_texts
from smartcity_share.package import members, record, running

if TYPE_CHECKING:
    from smartcity_share.package.facts import ReleaseFacts

_REBUILD = "Build the wheel again with `smartcity build`, or fetch it again."


@attrs.frozen
class Wheel:
    """A wheel whose structure has been checked: names, sizes, metadata. Its content has not, see :meth:`verify`.

    Make one with :meth:`open` or, to have everything checked, :meth:`checked`.

    Attributes:
        path: The file.
        version: Version, as the metadata writes it.
        tags: What it is made for.
        files: The names of its files, in the order of the archive.
        dist_info: Name of its dist-info folder.
        metadata: Its core metadata.
    """

    path: Path
    version: str
    tags: frozenset[Tag]
    files: tuple[str, ...]
    dist_info: str
    metadata: CoreMetadata

    @property
    def name(self) -> str:
        """Normalised name of the distribution."""
        return str(canonicalize_name(self.metadata.name))

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a wheel file and check its structure.

        Raises:
            PackageError: It is no wheel, unpacks to too much, has unsafe names, lacks a file every wheel has, or its name and
                its metadata disagree.
        """
        path = Path(path)
        where = Location(str(path))
        with Archive(path) as archive:
            members.refuse_unsafe(archive)
            info = archive.dist_info()
            for required in ("METADATA", "WHEEL", "RECORD"):
                if f"{info}/{required}" not in archive.names:
                    raise PackageError(f"This is not a wheel: it has no {info}/{required}", where=where, hint=_REBUILD)
            entry_points = f"{info}/entry_points.txt"
            metadata = from_texts(
                archive.read(f"{info}/METADATA").decode(errors="replace"),
                archive.read(entry_points).decode(errors="replace") if entry_points in archive.names else "",
            )
            running.refuse_format(archive.read(f"{info}/WHEEL").decode(errors="replace"), where)
            files = archive.names
        return cls(path, metadata.version, _agreed(path, info, metadata), files, info, metadata)

    @classmethod
    def checked(cls, path: Path) -> Self:
        """Open a wheel file, check its structure and content, and that it fits the running Python.

        Raises:
            PackageError: Any of these does not hold.
        """
        wheel = cls.open(path)
        wheel.verify()
        wheel.require_compatible()
        return wheel

    def verify(self) -> None:
        """Check that the files are those of RECORD, byte by byte, and no others.

        Raises:
            PackageError: They are not.
        """
        with Archive(self.path) as archive:
            record.verify(archive, self.dist_info)

    def require_compatible(self, supported: frozenset[Tag] | None = None, python: str | None = None) -> None:
        """Check that the wheel is made for a Python.

        Args:
            supported: What the Python takes; of the running one where None.
            python: Its version; of the running one where None.

        Raises:
            PackageError: It is made for another.
        """
        running.refuse_other_python(self.path, self.tags, self.metadata.requires_python, supported, python)

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the file, in hexadecimal."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    @cached_property
    def facts(self) -> ReleaseFacts | None:
        """What the build stated of this version; None where `smartcity build` did not make it."""
        from smartcity_share.package.facts import facts_of_wheel

        return facts_of_wheel(self.path)


def _agreed(path: Path, info: str, metadata: CoreMetadata) -> frozenset[Tag]:
    """Return the tags of the file name, once file name, dist-info folder and metadata name the same release."""
    where = Location(str(path))
    try:
        name, version, _, tags = parse_wheel_filename(path.name)
    except InvalidWheelFilename as error:
        raise PackageError(
            f"The file name is not that of a wheel: {error}",
            where=where,
            hint="Give it back the name it was built with: name-version-py3-none-any.whl.",
        ) from None
    try:
        stated = Version(metadata.version)
    except InvalidVersion:
        raise PackageError(f"METADATA has no valid version: {metadata.version[:60]!r}", where=where, hint=_REBUILD) from None
    if canonicalize_name(metadata.name) != name or stated != version:
        raise PackageError(
            f"The file is named {name} {version}, but its metadata says {metadata.name[:60]} {stated}",
            where=where,
            hint="Give the file back the name it was built with.",
        )
    folder_name, _, folder_version = info.removesuffix(".dist-info").rpartition("-")
    if canonicalize_name(folder_name) != name or canonicalize_version(folder_version) != canonicalize_version(version):
        raise PackageError(f"The folder {info[:80]} is not that of {name} {version}", where=where, hint=_REBUILD)
    return tags
