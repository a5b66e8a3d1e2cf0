"""Giving a backup its name: whatever has the name already stays as it is."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Final

from smartcity_share.errors import BackupError
from smartcity_share.install.code_store import file_digest

_NO_LINKS: Final = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)
"""What file systems without hard links answer: FAT, some shares."""


def file_beside(target: Path, operation: str) -> Path:
    """Return the file a backup is written to before it is whole."""
    return target.with_name(f".{target.name}.{operation}")


def give_name(beside: Path, target: Path, operation: str) -> None:
    """Give a whole file its name, which nothing may have; asking before would let another process come between.

    Args:
        beside: The file; it is gone afterwards.
        target: Its name.
        operation: Id of the operation that wrote it.

    Raises:
        BackupError: There is a file of that name.
        OSError: The disk refuses.
    """
    try:
        try:
            os.link(beside, target)
        except OSError as cause:
            if cause.errno not in _NO_LINKS:
                raise
            _reserve(target, operation)
            beside.replace(target)
    except FileExistsError:
        raise BackupError(
            f"{target} was made by something else meanwhile; it stays as it is", hint="Name another file: `-o FILE`."
        ) from None
    beside.unlink(missing_ok=True)


def wrote(target: Path, digest: str, inode: int | None) -> bool:
    """Return whether the file of a name is the one an operation wrote.

    Args:
        target: The name.
        digest: SHA-256 of what it wrote.
        inode: Its inode; None where it was not noted. A share may number its files anew: then the content tells.
    """
    return target.is_file() and (target.stat().st_ino == inode or file_digest(target) == digest)


def drop_reserved(target: Path, operation: str) -> None:
    """Remove what only keeps the name for an operation, if that is what is there."""
    if target.is_file() and target.stat().st_size == len(operation) and target.read_bytes() == operation.encode():
        target.unlink()


def _reserve(target: Path, operation: str) -> None:
    drop_reserved(target, operation)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(operation.encode())
