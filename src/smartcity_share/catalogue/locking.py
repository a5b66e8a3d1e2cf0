"""One process at a time in a folder: a lock that the system lets go when its holder ends, however it ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from smartcity_share.errors import CatalogueBusyError, Location

LOCK = "lock"
"""Name of the file that is locked."""


@contextmanager
def locked(folder: Path, doing: str) -> Iterator[None]:
    """Keep other processes out for as long as the block takes.

    Args:
        folder: The folder.
        doing: What another one would be doing there, for messages.

    Raises:
        CatalogueBusyError: Another one is in.
    """
    handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if not _taken(handle):
            raise CatalogueBusyError(
                f"Another command is {doing}",
                where=Location(folder.name),
                hint="Wait until it has ended, then try again.",
            )
        yield
    finally:
        os.close(handle)  # which lets the lock go


if sys.platform == "win32":
    import msvcrt

    def _taken(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _taken(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
