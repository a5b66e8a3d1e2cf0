"""Finding the manifest of an installed distribution, editable or not, without importing it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.metadata import Distribution
from pathlib import Path

from smartcity_share.documents.toml import TomlDocument, refusal
from smartcity_share.errors import Fault, Location, ManifestError, ManifestMissingError
from smartcity_share.manifest import metadata as core
from smartcity_share.manifest.agreement import copy_faults, entry_point_faults
from smartcity_share.manifest.found import EXTRA_METADATA, MISSING_HINT, FoundManifest, judged, packages_of
from smartcity_share.manifest.metadata import CoreMetadata
from smartcity_share.manifest.model import FILE_NAME


def from_distribution(distribution: Distribution) -> FoundManifest:
    """Find the manifest of an installed distribution, without importing it.

    The file in the package folder counts; the copy in the dist-info folder must be the same, except in an editable install,
    whose author edits the file.

    Raises:
        ManifestError: The manifest has faults, or the two copies differ.
        ManifestMissingError: The distribution carries none.
    """
    metadata = core.from_distribution(distribution)
    origin = f"{metadata.name} {metadata.version}".strip() or "a distribution without a name"
    copy = _installed_copy(distribution, origin)
    packaged = _installed_package_file(distribution, metadata, origin)
    document = packaged if packaged is not None else copy
    if document is None:
        raise ManifestMissingError("The distribution carries no smartcity.toml", where=Location(origin), hint=MISSING_HINT)
    faults = list(entry_point_faults(document, metadata))
    if copy is not None and packaged is not None and not _is_editable(distribution):
        faults += copy_faults(copy, packaged)
    return judged(document, metadata, origin, faults)


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
    packages = sorted(packages_of(metadata))
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
