"""What the directory of a wheel may hold: safe names, plain files, and no more than fits."""

from __future__ import annotations

import stat
import unicodedata
import zipfile
from typing import Final

from smartcity_share.errors import Location, PackageError
from smartcity_share.manifest.archive import Archive

MOST_FILES: Final = 20_000
MOST_BYTES: Final = 512 << 20
"""Most bytes a wheel may unpack to."""
FREE_BYTES: Final = 16 << 20
"""Up to here no ratio is asked for: small text files may pack a thousandfold."""
MOST_RATIO: Final = 100
"""Most unpacked bytes for a packed one."""

_HINT: Final = "Do not install it. Ask who made it for a wheel built in the usual way."
_DEVICE_NAMES: Final = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))})


def refuse_unsafe(archive: Archive) -> None:
    """Check the directory of an archive before anything is unpacked.

    Raises:
        PackageError: It has too many files or bytes, packs suspiciously well, or has a name or a kind of entry that could touch
            anything outside the folder it is unpacked to.
    """
    where = Location(str(archive.path))
    if len(archive.members) > MOST_FILES:
        raise PackageError(f"The wheel has more than {MOST_FILES} files", where=where, hint=_HINT)
    unpacked = sum(member.file_size for member in archive.members)
    packed = sum(member.compress_size for member in archive.members)
    if unpacked > MOST_BYTES or unpacked > max(FREE_BYTES, packed * MOST_RATIO):
        raise PackageError(f"The wheel unpacks from {packed} to {unpacked} bytes: that is no app", where=where, hint=_HINT)
    seen: set[str] = set()
    for member in archive.members:
        wrong = _wrong(member)
        folded = unicodedata.normalize("NFC", member.filename).casefold().rstrip("/")
        if wrong is None and folded in seen:
            wrong = "is there twice, or differs from another only in case"
        if wrong is not None:
            raise PackageError(f"{member.filename[:100]!r} {wrong}", where=where, hint=_HINT)
        seen.add(folded)


def _wrong(member: zipfile.ZipInfo) -> str | None:
    # zipfile cuts names at a null byte and turns backslashes round on Windows; the name as written tells.
    name = member.orig_filename
    parts = name.removesuffix("/").split("/")
    tests = (
        ("\\" in name or not name.isprintable(), "has a character no file name may have"),
        (name.startswith("/") or ":" in name, "is an absolute path"),
        (any(part in ("", ".", "..") for part in parts), "would leave its folder"),
        (any(map(_unstorable, parts)), "is a name not every system can store"),
        (stat.S_IFMT(member.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR), "is a link or a device, not a file"),
        (bool(member.flag_bits & 0x1), "is encrypted"),
    )
    return next((words for wrong, words in tests if wrong), None)


def _unstorable(part: str) -> bool:
    return part.partition(".")[0].casefold() in _DEVICE_NAMES or part != part.rstrip(" .")
