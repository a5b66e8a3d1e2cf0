"""The part of tar a backup is made of: regular files with a name, a size and a moment, read and written as a stream.

``tar tf`` lists a backup and ``tar xf`` unpacks it. What is read is stricter than tar: links, devices, sparse files, names
that lead outside and headers of unknown kind do not exist here, so that there is nothing to fool.
"""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterator
from typing import BinaryIO, Final

import attrs

from smartcity_share.errors import BackupError, FileNameError
from smartcity_share.install.storage.files import checked_name

BLOCK: Final = 512
CHUNK: Final = 256 * 1024
"""How many bytes are read or written at a time."""
CUT_SHORT: Final = "The backup was cut short"
GET_AGAIN: Final = "Get the file again from where it was kept, or take another backup."
_LARGEST: Final = 1 << 40
_LONGEST_EXTRA: Final = 64 * 1024
_LONGEST_PATH: Final = 800
_END: Final = bytes(BLOCK)
_SIZE: Final = re.compile("[0-9]{1,13}")
_RECORD: Final = re.compile(rb"(\d{1,6}) (path|size|mtime)=([^\n]*)\n")


@attrs.frozen
class Entry:
    """One file of the stream.

    Attributes:
        name: Its name, parts with ``/`` between; it leads nowhere else.
        size: Its bytes.
    """

    name: str
    size: int


def header(name: str, size: int, moment: int) -> bytes:
    """Return what stands before the content of a file.

    Args:
        name: Its name.
        size: Its bytes.
        moment: Seconds since 1970.
    """
    info = tarfile.TarInfo(name)
    info.size, info.mtime, info.mode = size, moment, 0o600
    return info.tobuf(tarfile.PAX_FORMAT, "utf-8", "strict")


def padding(size: int) -> bytes:
    """Return what fills the last block of a file."""
    return bytes(-size % BLOCK)


def end_of_tar() -> bytes:
    """Return what ends the stream."""
    return _END * 2


class TarReader:
    """Reads the files of a stream one after the other.

    Args:
        stream: Read once from its beginning to its end.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._left = 0
        self._fill = 0

    def __iter__(self) -> Iterator[Entry]:
        """Yield every file; what was not read of one is passed over.

        Raises:
            BackupError: The stream ends too early, or holds anything but regular files.
        """
        while True:
            while self.read():
                pass
            self._exactly(self._fill)
            self._fill = 0
            block = self._exactly(BLOCK)
            if block == _END:
                if self._exactly(BLOCK) != _END or self._stream.read(1):
                    raise altered("something follows its end")
                return
            info, extra = _parsed(block), {}
            if info.type == tarfile.XHDTYPE:
                extra = self._extra(info.size)
                info = _parsed(self._exactly(BLOCK))
            yield self._entry(info, extra)

    def read(self, most: int = CHUNK) -> bytes:
        """Return the next bytes of the present file, nothing at its end."""
        content = self._stream.read(min(most, self._left)) if self._left else b""
        if self._left and not content:
            raise cut_short()
        self._left -= len(content)
        return content

    def _entry(self, info: tarfile.TarInfo, extra: dict[str, str]) -> Entry:
        if info.type != tarfile.REGTYPE:
            raise altered(f"`{info.name[:80]}` is a link, folder or device")
        name = extra.get("path", info.name)
        told = extra.get("size", str(info.size))
        if _SIZE.fullmatch(told) is None:
            raise altered(f"`{name[:80]}` claims a size of {told[:20]!r} bytes")
        size = int(told)
        if size > _LARGEST:
            raise altered(f"`{name[:80]}` claims a size of {size} bytes")
        self._left, self._fill = size, -size % BLOCK
        return Entry(name, size)

    def _extra(self, size: int) -> dict[str, str]:
        if not 0 < size <= _LONGEST_EXTRA:
            raise altered("a name in it is too long")
        content = self._exactly(size)
        self._exactly(-size % BLOCK)
        found, place = {}, 0
        while place < size:
            record = _RECORD.match(content, place)
            if record is None or record.end() - place != int(record[1]):
                raise altered("a header in it cannot be read")
            try:
                found[record[2].decode()] = record[3].decode()
            except UnicodeDecodeError:
                raise altered("a name in it is not UTF-8") from None
            place = record.end()
        return found

    def _exactly(self, count: int) -> bytes:
        parts, left = [], count
        while left:
            part = self._stream.read(left)
            if not part:
                raise cut_short()
            parts.append(part)
            left -= len(part)
        return b"".join(parts)


def checked_path(name: str) -> str:
    """Return a name whose parts lead nowhere else.

    Raises:
        BackupError: They do.
    """
    try:
        parts = [checked_name(part) for part in name.split("/")]
    except FileNameError:
        parts = []
    if not parts or len(name) > _LONGEST_PATH:
        raise altered(f"{name[:80]!r} leads outside of it")
    return name


def altered(why: str) -> BackupError:
    """Return the error for a file that is not what a backup writes."""
    return BackupError(f"The backup was altered, or is none: {why}; nothing was changed", hint=GET_AGAIN)


def cut_short() -> BackupError:
    """Return the error for a file that ends too early."""
    return BackupError(f"{CUT_SHORT}: its end is missing; nothing was changed", hint=GET_AGAIN)


def _parsed(block: bytes) -> tarfile.TarInfo:
    try:
        return tarfile.TarInfo.frombuf(block, "utf-8", "strict")
    except (tarfile.HeaderError, ValueError):
        raise altered("a header in it cannot be read") from None
