"""Reading a manifest: every fault of it in one pass, or the manifest."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from smartcity_share.documents.model import MOST_FAULTS, by_place, validate
from smartcity_share.documents.toml import TomlDocument, refusal
from smartcity_share.errors import Fault, ManifestError
from smartcity_share.manifest.model import MANIFEST_VERSION, Manifest
from smartcity_share.manifest.rules import RULES


def read_manifest(document: TomlDocument) -> Manifest:
    """Return the manifest of a document.

    Raises:
        ManifestError: It has faults; all of them are in ``faults``, in the order of the document.
    """
    manifest, faults = check(document)
    if manifest is None:
        raise refusal(ManifestError, document.label, faults)
    return manifest


def check(document: TomlDocument) -> tuple[Manifest | None, tuple[Fault, ...]]:
    """Look for every fault of a manifest.

    Args:
        document: A document that could be read as TOML.

    Returns:
        The manifest and no fault, or None and the faults in the order of the document. A document of a newer major version has
        one fault, that it is newer: nothing else can be judged.
    """
    version = _version(document.data)
    if version is not None and version[0] > MANIFEST_VERSION[0]:
        return None, (_too_new(document, version),)
    manifest, faults = validate(Manifest, document, keep_unknown=_is_newer(version))
    told = {fault.where.key for fault in faults}
    for rule in RULES:
        found = (fault for fault in rule(document) if fault.where.key not in told)
        faults.extend(islice(found, MOST_FAULTS))
    return (None, tuple(by_place(faults))) if faults else (manifest, ())


def notices(document: TomlDocument) -> tuple[Fault, ...]:
    """Return the keys this library keeps but does not know, in a manifest of a newer minor version; empty for any other.

    They are no faults: the manifest is valid and what they say is not read.
    """
    if not _is_newer(_version(document.data)):
        return ()
    _, faults = validate(Manifest, document)
    return tuple(
        Fault("key-newer", fault.message, fault.where, "Upgrade smartcity-share to have it read.")
        for fault in faults
        if fault.code == "key-unknown"
    )


def _version(data: dict[str, Any]) -> tuple[int, int] | None:
    """Return major and minor of a document as far as they can be read, else None."""
    found = data.get("manifest_version")
    if isinstance(found, bool) or not isinstance(found, int | str):
        return None
    match = re.fullmatch(r"([0-9]{1,6})(?:\.([0-9]{1,6}))?", str(found))
    return None if match is None else (int(match[1]), int(match[2] or 0))


def _is_newer(version: tuple[int, int] | None) -> bool:
    return version is not None and version > MANIFEST_VERSION


def _too_new(document: TomlDocument, version: tuple[int, int]) -> Fault:
    return Fault(
        "manifest-version-unsupported",
        f"The manifest is of version {version[0]}; this smartcity-share reads version {MANIFEST_VERSION[0]}",
        document.locate(("manifest_version",)),
        "Upgrade smartcity-share: `pip install --upgrade smartcity-share`.",
    )
