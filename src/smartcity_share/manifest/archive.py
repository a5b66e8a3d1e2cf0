"""Reading members of a wheel file without trusting it: every fault of the archive is a PackageError."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

from smartcity_share.errors import Location, PackageError

MEMBER_LIMIT: Final = 1 << 20
"""Most bytes read of a member where the caller does not say."""

_DAMAGED: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)
"""What zipfile raises on a damaged, encrypted or exotic archive."""
_MEND: Final = "Fetch or build the wheel again."


class Archive:
    """An open wheel file. Use it as a context manager.

    Args:
        path: The file.

    Attributes:
        path: The file.
        members: Its directory, as zipfile gives it.
        names: The names of its files, in the order of the directory.

    Raises:
        PackageError: There is no such file, it cannot be read, or it is no zip file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            if stat.S_ISFIFO(path.stat().st_mode):  # opening it would wait for who writes to it
                raise PackageError("This is a pipe, not a file", where=Location(str(path)), hint="Name a wheel file.")
            self._zip = zipfile.ZipFile(path)
        except FileNotFoundError:
            raise PackageError("There is no such file", where=Location(str(path)), hint="Check the path.") from None
        except OSError as error:
            raise PackageError(
                f"The file cannot be read: {error.strerror or error}",
                where=Location(str(path)),
                hint="Check the path and its rights.",
            ) from None
        except _DAMAGED:
            raise PackageError("This is not a wheel: it is no zip file", where=Location(str(path)), hint=_MEND) from None
        self.members: tuple[zipfile.ZipInfo, ...] = tuple(self._zip.infolist())
        # Not `is_dir()`: it fails on an empty name.
        self.names: tuple[str, ...] = tuple(member.filename for member in self.members if not member.filename.endswith("/"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._zip.close()

    def read(self, name: str, limit: int = MEMBER_LIMIT) -> bytes:
        """Return the content of a member.

        Args:
            name: Its name in the archive.
            limit: Most bytes it may have when unpacked.

        Raises:
            PackageError: There is no such member, it is larger, or it is damaged.
        """
        with self.open(name) as stream:
            # zipfile unpacks as much as is asked for before it looks at the stated size: a lying bomb is asked for little.
            content = stream.read(min(limit, self._zip.getinfo(name).file_size) + 1)
        if len(content) > limit:
            raise PackageError(f"{name} is larger than {limit} bytes", where=Location(str(self.path)), hint=_MEND)
        return content

    @contextmanager
    def open(self, member: str | zipfile.ZipInfo) -> Iterator[IO[bytes]]:
        """Open a member for reading; a fault of the archive met while reading is a PackageError too."""
        name = member if isinstance(member, str) else member.filename
        try:
            with self._zip.open(member) as stream:
                yield stream
        except KeyError:
            raise PackageError(f"The wheel has no {name}", where=Location(str(self.path)), hint=_MEND) from None
        except _DAMAGED as error:
            raise PackageError(f"{name} cannot be unpacked: {error}", where=Location(str(self.path)), hint=_MEND) from None

    def dist_info(self) -> str:
        """Return the name of the one ``*.dist-info`` folder.

        Raises:
            PackageError: There is none, or there are several.
        """
        folders = sorted(
            {name.split("/")[0] for name in self.names if name.split("/")[0].endswith(".dist-info") and "/" in name}
        )
        if len(folders) != 1:
            found = "no dist-info folder" if not folders else f"several dist-info folders: {', '.join(folders[:5])}"
            raise PackageError(f"This is not a wheel: it has {found}", where=Location(str(self.path)), hint=_MEND)
        return folders[0]
