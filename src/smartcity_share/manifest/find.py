"""Finding the manifest of an app: in a file, a project folder, a wheel or an installed distribution, never by importing it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from packaging.utils import InvalidName, canonicalize_name

from smartcity_share.documents.toml import MAX_BYTES, TomlDocument, refusal
from smartcity_share.errors import Fault, Location, ManifestError, PackageError
from smartcity_share.manifest import metadata as core
from smartcity_share.manifest.agreement import copy_faults, entry_point_faults, media_faults
from smartcity_share.manifest.archive import Archive
from smartcity_share.manifest.found import EXTRA_METADATA, FoundManifest, judged, only
from smartcity_share.manifest.installed import from_distribution
from smartcity_share.manifest.metadata import CoreMetadata
from smartcity_share.manifest.model import FILE_NAME

__all__ = ["FoundManifest", "from_distribution", "from_path", "from_project", "from_wheel"]

_NO_PACKAGES: Final = frozenset({"build", "dist", "docs", "doc", "node_modules", "test", "tests", "venv", "examples"})


def from_path(path: Path, *, faulty: bool = False) -> FoundManifest:
    """Find the manifest a path stands for: a ``smartcity.toml``, a project folder or a wheel.

    Args:
        path: The path.
        faulty: Return a manifest with faults too, as far as it can be read, and its faults with it.

    Raises:
        ManifestError: The manifest has faults; all of them are in ``faults``.
        ManifestMissingError: There is none.
        PackageError: The path is nothing a manifest can be read from.
    """
    path = Path(path)
    if path.is_dir():
        return from_project(path, faulty=faulty)
    if path.suffix == ".whl":
        return from_wheel(path, faulty=faulty)
    if path.name == "pyproject.toml":
        return from_project(path.parent, faulty=faulty)
    if path.suffix == ".toml" or not path.exists():
        return judged(TomlDocument.read(path, error=ManifestError), CoreMetadata(), str(path), (), faulty=faulty)
    raise _neither(path)


def from_project(folder: Path, *, faulty: bool = False) -> FoundManifest:
    """Find the manifest of a project folder: in a package folder below ``src/`` or below the project itself.

    Only what ``pyproject.toml`` says without a build is read; a version the build works out is left empty.

    Args:
        folder: The folder.
        faulty: As in :func:`from_path`.

    Raises:
        ManifestError: The manifest or the ``pyproject.toml`` has faults.
        ManifestMissingError: There is no manifest.
        PackageError: The folder is no project.
    """
    metadata, manifest, wrong = _located(Path(folder))
    document = TomlDocument.read(manifest, error=ManifestError)
    home = manifest.parent
    faults = [*wrong, *entry_point_faults(document, metadata), *media_faults(document, lambda name: (home / name).is_file())]
    return judged(document, metadata, str(folder), faults, faulty=faulty)


def from_wheel(path: Path, *, faulty: bool = False) -> FoundManifest:
    """Find the manifest of a wheel file: in its dist-info folder, or else in its package folder.

    Args:
        path: The wheel.
        faulty: As in :func:`from_path`.

    Raises:
        ManifestError: The manifest has faults, or the two copies differ.
        ManifestMissingError: The wheel carries none.
        PackageError: The file is no wheel.
    """
    path = Path(path)
    with Archive(path) as archive:
        names = frozenset(archive.names)
        info = archive.dist_info()
        texts = {
            name: archive.read(f"{info}/{name}").decode(errors="replace") if f"{info}/{name}" in names else ""
            for name in ("METADATA", "entry_points.txt")
        }
        metadata = core.from_texts(texts["METADATA"], texts["entry_points.txt"])
        inside = [name for name in names if name.endswith(f"/{FILE_NAME}") and name.count("/") == 1]
        copy = f"{info}/{EXTRA_METADATA}"
        if inside or copy not in names:
            packaged = only(inside, metadata, str(path))
            document = _member(archive, packaged)
            home = packaged.rpartition("/")[0]
            faults = list(media_faults(document, lambda name: f"{home}/{name}" in names))
            if copy in names:
                faults += copy_faults(document, _member(archive, copy))
        else:
            document, faults = _member(archive, copy), []
        faults += entry_point_faults(document, metadata)
    return judged(document, metadata, str(path), faults, faulty=faulty)


def file_of(path: Path) -> Path:
    """Return the file that holds the manifest of a ``smartcity.toml`` or a project folder.

    Raises:
        ManifestError: The ``pyproject.toml`` has faults.
        ManifestMissingError: There is no manifest.
        PackageError: The path is a wheel, which is never changed, or nothing a manifest is kept in.
    """
    path = Path(path)
    if path.is_dir() or path.name == "pyproject.toml":
        return _located(path if path.is_dir() else path.parent).manifest
    if path.suffix == ".toml" or not path.exists():
        return path
    if path.suffix != ".whl":
        raise _neither(path)
    raise PackageError(
        "Only the manifest of a project can be changed",
        where=Location(str(path)),
        hint="Name a smartcity.toml or a project folder.",
    )


def _neither(path: Path) -> PackageError:
    return PackageError(
        "This is neither a manifest nor a project folder nor a wheel",
        where=Location(str(path)),
        hint="Name a smartcity.toml, a folder with a pyproject.toml, or a .whl file.",
    )


class _Located(NamedTuple):
    """What ``pyproject.toml`` says, the manifest file, and what is wrong with the former."""

    metadata: CoreMetadata
    manifest: Path
    wrong: tuple[Fault, ...]


def _located(folder: Path) -> _Located:
    pyproject = folder / "pyproject.toml"
    if not folder.is_dir():
        told = "This is a file, not the folder of a project" if folder.exists() else "There is no such folder"
        raise PackageError(
            told, where=Location(str(folder)), hint="Name the folder of the project, where its pyproject.toml lies."
        )
    if not pyproject.is_file():
        raise PackageError(
            "The folder has no pyproject.toml",
            where=Location(str(folder)),
            hint="Name the folder of the project, where it lies.",
        )
    build = TomlDocument.read(pyproject, error=ManifestError)
    project = build.data.get("project")
    if not isinstance(project, dict):
        found = Fault(
            "project-table-missing",
            "There is no `[project]` table",
            build.locate(("project",)),
            "Add `[project]` with name, version and entry points.",
        )
        raise refusal(ManifestError, build.label, [found])
    metadata = core.from_pyproject(project)
    manifest = Path(only([path.as_posix() for path in _in_project(folder)], metadata, str(folder)))
    try:
        canonicalize_name(metadata.name, validate=bool(metadata.name))
    except InvalidName:
        where = build.locate(("project", "name"))
        mend = "Write letters, digits, hyphens, underscores and dots: `smartcity-parks`."
        found = Fault("project-name-invalid", f"{metadata.name[:60]!r} is no name of a distribution", where, mend)
        return _Located(metadata, manifest, (found,))
    return _Located(metadata, manifest, ())


def _in_project(folder: Path) -> Iterator[Path]:
    for holder in (folder / "src", folder):
        if not holder.is_dir():
            continue
        for package in sorted(holder.iterdir()):
            hidden = package.name.startswith(".") or (holder == folder and package.name in _NO_PACKAGES)
            if not hidden and (package / FILE_NAME).is_file():
                yield package / FILE_NAME


def _member(archive: Archive, name: str) -> TomlDocument:
    return TomlDocument.parse(archive.read(name, MAX_BYTES + 1), f"{archive.path}!{name}", error=ManifestError)
