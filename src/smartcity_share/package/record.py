"""RECORD: the digest of every file of a wheel."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
from typing import Final

from smartcity_share.errors import Location, PackageError
from smartcity_share.manifest.archive import Archive

_CHUNK: Final = 1 << 20
_RECORD_LIMIT: Final = 16 << 20
_ALGORITHMS: Final = frozenset({"sha256", "sha384", "sha512"})
_UNLISTED: Final = ("RECORD", "RECORD.jws", "RECORD.p7s")
"""Files that cannot hold their own digest."""
_HINT: Final = "The wheel was changed after it was built, or damaged on its way. Fetch it again and compare its SHA-256."


def verify(archive: Archive, dist_info: str) -> None:
    """Check every file of a wheel against its RECORD.

    Args:
        archive: The open wheel.
        dist_info: Name of its dist-info folder.

    Raises:
        PackageError: A file is missing, is not listed, has no strong digest, or is another one than was recorded.
    """
    for name, (algorithm, digest) in listed(archive, dist_info).items():
        if _digest(archive, name, algorithm) != digest:
            raise PackageError(f"{name} is not the file that was recorded", where=Location(str(archive.path)), hint=_HINT)


def listed(archive: Archive, dist_info: str) -> dict[str, tuple[str, str]]:
    """Return algorithm and digest of every file of a wheel by its name, those left out that cannot have one.

    Args:
        archive: The open wheel; of its content only RECORD is read.
        dist_info: Name of its dist-info folder.

    Raises:
        PackageError: A file is missing, is not listed, or has no strong digest.
    """
    where = Location(str(archive.path))
    entries = _entries(archive, dist_info)
    unlisted = {f"{dist_info}/{name}" for name in _UNLISTED}
    for name in archive.names:
        if name not in entries and name not in unlisted:
            raise PackageError(f"{name} is not in RECORD", where=where, hint=_HINT)
    present = frozenset(archive.names)
    for name, (algorithm, _) in entries.items():
        if name not in present:
            raise PackageError(f"{name} is in RECORD, but not in the wheel", where=where, hint=_HINT)
        if name not in unlisted and algorithm not in _ALGORITHMS:
            raise PackageError(f"{name} has no SHA-2 digest in RECORD", where=where, hint=_HINT)
    return {name: entry for name, entry in entries.items() if name not in unlisted}


def _entries(archive: Archive, dist_info: str) -> dict[str, tuple[str, str]]:
    """Return name -> (algorithm, digest), both empty where RECORD gives none."""
    text = archive.read(f"{dist_info}/RECORD", _RECORD_LIMIT).decode(errors="replace")
    entries: dict[str, tuple[str, str]] = {}
    try:
        for row in csv.reader(io.StringIO(text, newline=""), strict=True):
            if row:
                algorithm, _, digest = (row[1] if len(row) > 1 else "").partition("=")
                entries[row[0]] = (algorithm.lower(), digest.rstrip("="))
    except csv.Error as error:
        raise PackageError(f"RECORD cannot be read: {error}", where=Location(str(archive.path)), hint=_HINT) from None
    return entries


def _digest(archive: Archive, name: str, algorithm: str) -> str:
    """Return the digest of a member as RECORD writes it: URL-safe base64 without padding."""
    digest = hashlib.new(algorithm)
    with archive.open(name) as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return base64.urlsafe_b64encode(digest.digest()).decode().rstrip("=")
