"""All rules of a region profile, in one call."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from smartcity_share.documents.toml import TomlDocument
from smartcity_share.errors import Fault
from smartcity_share.regions.rules.branding import logo_faults, low_contrast
from smartcity_share.regions.rules.people import overlapping_terms, reversed_terms, untitled_posts
from smartcity_share.regions.rules.place import abroad_faults, district_faults, table_faults, time_zone_faults
from smartcity_share.regions.rules.reading import is_indonesian
from smartcity_share.regions.rules.texts import repeated_ids, repeated_languages, untranslated_texts

PROFILE_VERSION: Final = 1


def version_fault(document: TomlDocument) -> Fault | None:
    """Tell a profile of another version of the format; nothing else of it can be judged."""
    version = document.data.get("profile_version", PROFILE_VERSION)
    if not isinstance(version, int) or isinstance(version, bool) or version == PROFILE_VERSION:
        return None
    return Fault(
        "profile-version-unsupported",
        f"The profile has version {version}; this smartcity reads version {PROFILE_VERSION}",
        document.locate(("profile_version",)),
        "Install a newer smartcity-share." if version > PROFILE_VERSION else f"Write profile_version = {PROFILE_VERSION}.",
    )


def rule_faults(document: TomlDocument, folder: Path | None) -> Iterator[Fault]:
    """Yield every rule a profile breaks.

    Args:
        document: The document.
        folder: Where the logo lies; None leaves the file of the logo unchecked.
    """
    if is_indonesian(document.data):
        yield from table_faults(document)
    else:
        yield from abroad_faults(document)
        yield from time_zone_faults(document)
    yield from repeated_languages(document)
    yield from untranslated_texts(document)
    yield from reversed_terms(document)
    yield from overlapping_terms(document)
    yield from untitled_posts(document)
    yield from repeated_ids(document, "offices", "id")
    yield from repeated_ids(document, "districts", "code")
    yield from district_faults(document)
    yield from low_contrast(document)
    if folder is not None:
        yield from logo_faults(document, folder)
