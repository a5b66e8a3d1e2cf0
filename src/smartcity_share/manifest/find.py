"""Finding the manifest of an app in a file, a project folder, a wheel or an installed distribution, without importing the app."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution
from pathlib import Path
from typing import Final

import attrs

from smartcity_share.documents.model import by_place
from smartcity_share.documents.toml import MAX_BYTES, TomlDocument, refusal
from smartcity_share.errors import Fault, Location, ManifestError, ManifestMissingError, PackageError
from smartcity_share.manifest import metadata as core
from smartcity_share.manifest.agreement import copy_faults, entry_point_faults, media_faults
from smartcity_share.manifest.archive import Archive
from smartcity_share.manifest.metadata import CoreMetadata
from smartcity_share.manifest.model import FILE_NAME, Manifest
from smartcity_share.manifest.read import check

EXTRA_METADATA: Final = f"extra_metadata/{FILE_NAME}"
"""Where the build puts the copy, below the dist-info folder."""

_NO_PACKAGES: Final = frozenset({"build", "dist", "docs", "doc", "node_modules", "test", "tests", "venv", "examples"})
_MISSING_HINT: Final = f"Write {FILE_NAME} in the package folder; docs/how-to/write-a-manifest.md shows how."


@attrs.frozen
class FoundManifest:
    """A manifest without faults, and what came with it.

    Attributes:
        manifest: The manifest.
        document: Its text, with the place of each key.
        metadata: The metadata of the distribution; empty fields where a bare file was read.
        origin: What it was read from, for messages: a path, or a distribution with its version.
    """

    manifest: Manifest
    document: TomlDocument
    metadata: CoreMetadata
    origin: str


def from_path(path: Path) -> FoundManifest:
    """Find the manifest a path stands for: a ``smartcity.toml``, a project folder or a wheel.

    Raises:
        ManifestError: The manifest has faults; all of them are in ``faults``.
        ManifestMissingError: There is none.
        PackageError: The path is nothing a manifest can be read from.
    """
    path = Path(path)
    if path.is_dir():
        return from_project(path)
    if path.suffix == ".whl":
        return from_wheel(path)
    if path.name == "pyproject.toml":
        return from_project(path.parent)
    if path.suffix == ".toml" or not path.exists():
        return _judged(TomlDocument.read(path, error=ManifestError), CoreMetadata(), str(path), ())
    raise PackageError(
        "This is neither a manifest nor a project folder nor a wheel",
        where=Location(str(path)),
        hint="Name a smartcity.toml, a folder with a pyproject.toml, or a .whl file.",
    )


def from_project(folder: Path) -> FoundManifest:
    """Find the manifest of a project folder: in a package folder below ``src/`` or below the project itself.

    Only what ``pyproject.toml`` says without a build is read; a version the build works out is left empty.

    Raises:
        ManifestError: The manifest or the ``pyproject.toml`` has faults.
        ManifestMissingError: There is no manifest.
        PackageError: The folder is no project.
    """
    folder = Path(folder)
    pyproject = folder / "pyproject.toml"
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
    manifest = _only([path.as_posix() for path in _in_project(folder)], metadata, str(folder))
    document = TomlDocument.read(Path(manifest), error=ManifestError)
    home = Path(manifest).parent
    faults = [*entry_point_faults(document, metadata), *media_faults(document, lambda name: (home / name).is_file())]
    return _judged(document, metadata, str(folder), faults)


def from_wheel(path: Path) -> FoundManifest:
    """Find the manifest of a wheel file: in its dist-info folder, or else in its package folder.

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
        packaged = _only(inside, metadata, str(path)) if inside or copy not in names else None
        chosen, other = (copy, packaged) if copy in names else (packaged, None)
        assert chosen is not None
        document = _member(archive, chosen)
        faults = list(entry_point_faults(document, metadata))
        if other is not None:
            faults += copy_faults(document, _member(archive, other))
        if packaged is not None:
            home = packaged.rpartition("/")[0]
            faults += media_faults(document, lambda name: f"{home}/{name}" in names)
    return _judged(document, metadata, str(path), faults)


def from_distribution(distribution: Distribution) -> FoundManifest:
    """Find the manifest of an installed distribution, without importing it.

    Of an editable install the file in the package folder counts, since that is the one its author edits; of any other the copy
    in the dist-info folder, which must be the same as the one in the package folder.

    Raises:
        ManifestError: The manifest has faults, or the two copies differ.
        ManifestMissingError: The distribution carries none.
    """
    metadata = core.from_distribution(distribution)
    origin = f"{metadata.name} {metadata.version}".strip() or "a distribution without a name"
    copy = _installed_copy(distribution, origin)
    packaged = _installed_package_file(distribution, metadata, origin)
    if copy is None and packaged is None:
        raise ManifestMissingError("The distribution carries no smartcity.toml", where=Location(origin), hint=_MISSING_HINT)
    if copy is not None and packaged is not None and not _is_editable(distribution):
        document, faults = copy, list(copy_faults(copy, packaged))
    else:
        document, faults = packaged or copy, []
    assert document is not None
    return _judged(document, metadata, origin, [*entry_point_faults(document, metadata), *faults])


def _judged(document: TomlDocument, metadata: CoreMetadata, origin: str, more: Iterable[Fault]) -> FoundManifest:
    manifest, faults = check(document)
    told = {fault.where.key for fault in faults}
    # Of a manifest of a newer major version nothing more is told.
    if not any(fault.code == "manifest-version-unsupported" for fault in faults):
        faults = tuple(by_place([*faults, *(fault for fault in more if fault.where.key not in told)]))
    if manifest is None or faults:
        raise refusal(ManifestError, document.label, faults)
    return FoundManifest(manifest, document, metadata, origin)


def _in_project(folder: Path) -> Iterator[Path]:
    for holder in (folder / "src", folder):
        if not holder.is_dir():
            continue
        for package in sorted(holder.iterdir()):
            hidden = package.name.startswith(".") or (holder == folder and package.name in _NO_PACKAGES)
            if not hidden and (package / FILE_NAME).is_file():
                yield package / FILE_NAME


def _only(candidates: list[str], metadata: CoreMetadata, origin: str) -> str:
    """Return the one manifest among candidates; of several the one in the package of the entry point."""
    packages = _packages(metadata)
    if len(candidates) > 1:
        candidates = [name for name in candidates if name.split("/")[-2] in packages] or candidates
    if len(candidates) == 1:
        return candidates[0]
    if not candidates:
        raise ManifestMissingError(f"There is no {FILE_NAME} in a package folder", where=Location(origin), hint=_MISSING_HINT)
    faults = [
        Fault(
            "manifest-ambiguous", f"One of {len(candidates)} manifests", Location(name), "Keep one; one package holds one app."
        )
        for name in sorted(candidates)
    ]
    raise refusal(ManifestError, origin, faults)


def _packages(metadata: CoreMetadata) -> frozenset[str]:
    """Return the top-level packages that the entry points of apps name."""
    values = (value for group in metadata.app_entry_points.values() for value in group.values())
    return frozenset(value.partition(":")[0].split(".")[0].strip() for value in values)


def _member(archive: Archive, name: str) -> TomlDocument:
    return TomlDocument.parse(archive.read(name, MAX_BYTES + 1), f"{archive.path}!{name}", error=ManifestError)


def _installed_copy(distribution: Distribution, origin: str) -> TomlDocument | None:
    try:
        text = distribution.read_text(EXTRA_METADATA)
    except UnicodeDecodeError as error:
        where = Location(f"{origin}!{EXTRA_METADATA}")
        found = Fault("document-not-utf8", f"Byte at offset {error.start} is not UTF-8", where, "Save the file as UTF-8.")
        raise refusal(ManifestError, origin, [found]) from None
    return None if text is None else TomlDocument.parse(text.encode(), f"{origin}!{EXTRA_METADATA}", error=ManifestError)


def _installed_package_file(distribution: Distribution, metadata: CoreMetadata, origin: str) -> TomlDocument | None:
    """Look in the folders of the entry points' packages: beside the dist-info, and where ``.pth`` files of editables point."""
    packages = sorted(_packages(metadata))
    for holder in _holders(distribution):
        for package in packages:
            path = holder / package / FILE_NAME
            if path.is_file():
                return TomlDocument.read(path, f"{origin}!{package}/{FILE_NAME}", error=ManifestError)
    return None


def _holders(distribution: Distribution) -> Iterator[Path]:
    yield Path(str(distribution.locate_file("")))
    if not _is_editable(distribution):
        return
    for file in distribution.files or ():
        if file.suffix == ".pth":
            path = Path(str(file.locate()))
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []
            yield from (Path(line) for line in lines if line and not line.startswith(("import ", "import\t", "#")))


def _is_editable(distribution: Distribution) -> bool:
    try:
        found = json.loads(distribution.read_text("direct_url.json") or "{}")
    except ValueError:
        return False
    info = found.get("dir_info") if isinstance(found, dict) else None
    return isinstance(info, dict) and info.get("editable") is True
