"""A manifest that was found, and the judgement every way of finding one ends in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import attrs

from smartcity_share.documents.model import by_place
from smartcity_share.documents.partial import readable_part
from smartcity_share.documents.toml import TomlDocument, refusal
from smartcity_share.errors import Fault, Location, ManifestError, ManifestMissingError
from smartcity_share.manifest.metadata import CoreMetadata
from smartcity_share.manifest.model import FILE_NAME, Manifest
from smartcity_share.manifest.read import check

EXTRA_METADATA: Final = f"extra_metadata/{FILE_NAME}"
"""Where the build puts the copy, below the dist-info folder."""

MISSING_HINT: Final = f"Write {FILE_NAME} in the package folder; docs/how-to/write-a-manifest.md shows how."


@attrs.frozen
class FoundManifest:
    """A manifest, and what came with it.

    Attributes:
        manifest: The manifest; where it has faults, what can be read of it.
        document: Its text, with the place of each key.
        metadata: The metadata of the distribution; empty fields where a bare file was read.
        origin: What it was read from, for messages: a path, or a distribution with its version.
        faults: Its faults; none unless they were asked for.
    """

    manifest: Manifest
    document: TomlDocument
    metadata: CoreMetadata
    origin: str
    faults: tuple[Fault, ...] = ()


def judged(
    document: TomlDocument, metadata: CoreMetadata, origin: str, more: Iterable[Fault], *, faulty: bool = False
) -> FoundManifest:
    """Return a manifest without faults.

    Args:
        document: Its text.
        metadata: The metadata of the distribution around it.
        origin: What it was read from.
        more: Faults found by comparing it with what is around it.
        faulty: Return one with faults too, as far as it can be read.

    Raises:
        ManifestError: It has faults, or there are more.
    """
    manifest, faults = check(document)
    told = {fault.where.key for fault in faults}
    # Of a manifest of a newer major version nothing more is told.
    newer = any(fault.code == "manifest-version-unsupported" for fault in faults)
    if not newer:
        faults = tuple(by_place([*faults, *(fault for fault in more if fault.where.key not in told)]))
    if manifest is not None and not faults:
        return FoundManifest(manifest, document, metadata, origin)
    if newer or not faulty:
        raise refusal(ManifestError, document.label, faults)
    return FoundManifest(manifest or readable_part(Manifest, document.data), document, metadata, origin, faults)


def only(candidates: Sequence[str], metadata: CoreMetadata, origin: str) -> str:
    """Return the one manifest among candidates; of several the one in the package of the entry point."""
    packages = packages_of(metadata)
    if len(candidates) > 1:
        candidates = [name for name in candidates if name.split("/")[-2] in packages] or candidates
    if len(candidates) == 1:
        return candidates[0]
    if not candidates:
        raise ManifestMissingError(f"There is no {FILE_NAME} in a package folder", where=Location(origin), hint=MISSING_HINT)
    faults = [
        Fault(
            "manifest-ambiguous", f"One of {len(candidates)} manifests", Location(name), "Keep one; one package holds one app."
        )
        for name in sorted(candidates)
    ]
    raise refusal(ManifestError, origin, faults)


def packages_of(metadata: CoreMetadata) -> frozenset[str]:
    """Return the top-level packages that the entry points of apps name."""
    values = (value for group in metadata.app_entry_points.values() for value in group.values())
    return frozenset(value.partition(":")[0].split(".")[0].strip() for value in values)
