"""Lines of a backup in numbered files of about the same size, so that none has to be held as a whole."""

from __future__ import annotations

from typing import Final

from smartcity_share.install.backup.archive import ArchiveWriter

ROWS_AT_ONCE: Final = 1024 * 1024
"""About how many bytes of rows stand in one file of a backup; so much of them is held in memory."""


class Parts:
    """Lines that go to numbered files of about the same size in a folder of the archive.

    Args:
        archive: The archive.
        folder: The folder in it.
    """

    def __init__(self, archive: ArchiveWriter, folder: str) -> None:
        self._archive = archive
        self._folder = folder
        self._held: list[bytes] = []
        self._size = 0
        self._number = 0

    def add(self, line: bytes) -> None:
        """Add a line, given without its end."""
        self._held.append(line)
        self._size += len(line) + 1
        if self._size >= ROWS_AT_ONCE:
            self.finish()

    def finish(self) -> None:
        """Write what is still held."""
        if self._held:
            self._archive.put(f"{self._folder}/{self._number:06}.jsonl", b"\n".join(self._held) + b"\n")
            self._held, self._size, self._number = [], 0, self._number + 1
