"""One backup as a stream: its head first, then everything, then the digest of each file, and an end.

::

    smartcity-backup.json                              the head
    regions/<code>/…                                   the profile of a region and what lies beside it
    code/<app>/<version>-<sha8>/…                      the code of an app
    people/<code>/accounts.json                        who may do what in a region; passwords only in an encrypted file
    people/<code>/trail/000000.jsonl                   its audit trail, one JSON list a line
    installations/<code>/<app>/settings.json           values with who set them, when and on what decree
    installations/<code>/<app>/overrides.json          what the region changed of the app
    installations/<code>/<app>/tables.json             tables and columns
    installations/<code>/<app>/tables/0000/000000.jsonl  rows, one JSON list a line
    installations/<code>/<app>/files/…                 stored files
    installations/<code>/<app>/secrets/<key>           secrets; only in an encrypted file
    SHA256SUMS                                         as ``sha256sum --check`` reads it
    end.json                                           counts; a file without it was cut short
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import BinaryIO, Final

from smartcity_share.install.backup.documents import LARGEST_DOCUMENT, End, Head, parsed, refuse_newer
from smartcity_share.install.backup.tar import (
    CHUNK,
    Entry,
    TarReader,
    altered,
    checked_path,
    cut_short,
    end_of_tar,
    header,
    padding,
)

HEAD: Final = "smartcity-backup.json"
SUMS: Final = "SHA256SUMS"
END: Final = "end.json"
MOST_MEMBERS: Final = 5_000_000


class ArchiveWriter:
    """Writes a backup; call :meth:`finish` when everything is in it.

    Args:
        stream: Where it goes.
        head: What it is of.
    """

    def __init__(self, stream: BinaryIO, head: Head) -> None:
        self._stream = stream
        self._moment = int(head.created_at.timestamp())
        self._sums: list[tuple[str, bytes]] = []
        self.put(HEAD, _json(head))

    def put(self, name: str, content: bytes) -> None:
        """Write a file from its bytes."""
        self._write(header(name, len(content), self._moment))
        self._write(content)
        self._write(padding(len(content)))
        self._sums.append((name, hashlib.sha256(content).digest()))

    def put_file(self, name: str, file: BinaryIO, size: int) -> None:
        """Write a file from an open one.

        Args:
            name: Its name.
            file: Read to ``size`` bytes.
            size: Its bytes.

        Raises:
            OSError: It has fewer.
        """
        digest, left = hashlib.sha256(), size
        self._write(header(name, size, self._moment))
        while left:
            content = file.read(min(CHUNK, left))
            if not content:
                message = f"{name} became shorter while it was read"
                raise OSError(message)
            digest.update(content)
            self._write(content)
            left -= len(content)
        self._write(padding(size))
        self._sums.append((name, digest.digest()))

    def finish(self, end: End) -> None:
        """Write the list of digests and the end."""
        end = end.model_copy(update={"members": len(self._sums)})
        size = sum(len(_line(name, digest)) for name, digest in self._sums)
        self._write(header(SUMS, size, self._moment))
        for name, digest in self._sums:
            self._write(_line(name, digest))
        self._write(padding(size))
        self.put(END, _json(end))
        self._write(end_of_tar())

    def _write(self, content: bytes) -> None:
        self._stream.write(content)


class ArchiveReader:
    """Reads a backup once; whoever came to its end has read what was written.

    Args:
        stream: Read from its beginning.

    Attributes:
        head: What it is of.
        end: How much there is; None before the last file was read.

    Raises:
        BackupError: It is no backup, or one of a newer form.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._tar = TarReader(stream)
        self._entries = iter(self._tar)
        self._digests: dict[str, bytes] = {}
        self._digest = hashlib.sha256()
        self.end: End | None = None
        first = next(self._entries, None)
        if first is None or first.name != HEAD:
            raise altered(f"it does not begin with {HEAD}")
        content = self.document(first)
        refuse_newer(content)
        self.head = parsed(Head, HEAD, content)
        self._digests[HEAD] = self._digest.digest()

    def __iter__(self) -> Iterator[Entry]:
        """Yield every file between head and end.

        Raises:
            BackupError: Something is missing, altered, listed twice, or leads outside.
        """
        listed = False
        for entry in self._entries:
            self._digest = hashlib.sha256()
            checked_path(entry.name)
            if entry.name in self._digests or len(self._digests) > MOST_MEMBERS:
                raise altered(f"`{entry.name[:80]}` is in it twice")
            if listed:
                self._finish(entry)
                if next(self._entries, None) is not None:
                    raise altered("something follows its end")
                return
            if entry.name == SUMS:
                listed = self._compare()
                continue
            yield entry
            while self.read():
                pass
            self._digests[entry.name] = self._digest.digest()
        raise cut_short()

    def read(self, most: int = CHUNK) -> bytes:
        """Return the next bytes of the present file, nothing at its end."""
        content = self._tar.read(most)
        self._digest.update(content)
        return content

    def document(self, entry: Entry) -> bytes:
        """Return the whole content of the present file.

        Raises:
            BackupError: It is larger than any document of a backup.
        """
        if entry.size > LARGEST_DOCUMENT:
            raise altered(f"`{entry.name[:80]}` is larger than any document")
        parts = []
        while content := self.read():
            parts.append(content)
        return b"".join(parts)

    def _compare(self) -> bool:
        while self.read():
            pass
        wanted = hashlib.sha256()
        for name, digest in self._digests.items():
            wanted.update(_line(name, digest))
        if wanted.digest() != self._digest.digest():
            raise altered("its files are not those of its list of digests")
        return True

    def _finish(self, entry: Entry) -> None:
        if entry.name != END:
            raise altered(f"`{entry.name[:80]}` stands after the list of digests")
        self.end = parsed(End, END, self.document(entry))
        if self.end.members != len(self._digests):
            raise altered(f"it holds {len(self._digests)} files and says {self.end.members}")


def _line(name: str, digest: bytes) -> bytes:
    return f"{digest.hex()}  {name}\n".encode()


def _json(document: Head | End) -> bytes:
    return document.model_dump_json(indent=1).encode() + b"\n"
