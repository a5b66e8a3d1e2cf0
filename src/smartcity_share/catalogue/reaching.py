"""Reading the files of a catalogue, wherever it lies: as streams of bytes from any place in a file on."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final, Protocol

import attrs

from smartcity_share.catalogue.location import CatalogueLocation
from smartcity_share.errors import CatalogueUnreachableError, Location

CHUNK: Final = 1 << 16
OFFLINE_MEND: Final = (
    "Try again later; what is installed goes on without it. Without a connection, copy the catalogue to a stick or a folder "
    "and name that: `--from FOLDER --trust ROOT.json`."
)

PORTAL_MEND: Final = (
    "The network may want a sign-in first: open any page in a browser of this machine, sign in, then try again. If it is no "
    "such network, check the address of the catalogue."
)


@attrs.frozen
class Stream:
    """The content of a file.

    Attributes:
        start: The place in the file its first byte has: what was asked for, or 0 where that cannot be given.
        chunks: The bytes from there on; to be read once. Raises `CatalogueUnreachableError` where they end too early.
        is_page: Whether its server calls it a web page.
    """

    start: int
    chunks: Iterator[bytes]
    is_page: bool = False


class Reach(Protocol):
    """Reads files of one catalogue."""

    def opened(self, path: str, start: int = 0) -> AbstractContextManager[Stream | None]:
        """Open a file.

        Args:
            path: Its path in the folder of the catalogue.
            start: From which byte on it is wanted.

        Returns:
            Its content; None where the catalogue has no such file.

        Raises:
            CatalogueUnreachableError: The catalogue cannot be reached.
        """
        ...

    def close(self) -> None:
        """Let go of what is held open."""
        ...


class FolderReach:
    """Reads a catalogue in a folder of this machine, or of a stick.

    Args:
        folder: The folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def opened(self, path: str, start: int = 0) -> Iterator[Stream | None]:
        """Open a file; see :meth:`Reach.opened`."""
        file = self._folder / path
        if file.exists() and not file.is_file():  # a pipe that somebody put there would be waited for without end
            raise self._unreadable(path, OSError(errno.EINVAL, "it is no file"))
        try:
            stream = file.open("rb")
        except (FileNotFoundError, NotADirectoryError):
            if not self._folder.is_dir():
                raise CatalogueUnreachableError(
                    "The folder of the catalogue is not there",
                    where=Location(str(self._folder)),
                    hint="Put the stick in again, or name the folder it was copied to.",
                ) from None
            yield None
            return
        except OSError as error:
            raise self._unreadable(path, error) from None
        with stream:
            yield Stream(start, self._chunks(path, stream.fileno(), start))

    def _chunks(self, path: str, handle: int, start: int) -> Iterator[bytes]:
        with open(handle, "rb", closefd=False) as file:
            try:
                file.seek(start)
                while chunk := file.read(CHUNK):
                    yield chunk
            except OSError as error:
                raise self._unreadable(path, error) from None

    def _unreadable(self, path: str, error: OSError) -> CatalogueUnreachableError:
        gone = " The stick may have been pulled out." if error.errno in (errno.EIO, errno.ENODEV) else ""
        return CatalogueUnreachableError(
            f"A file of the catalogue cannot be read: {error.strerror}",
            where=Location(str(self._folder / path)),
            hint=f"Check the path, its rights and the disk it lies on.{gone}",
        )

    def close(self) -> None:
        """Nothing is held open."""


def reach_of(location: CatalogueLocation) -> Reach:
    """Return what reads the catalogue at a location; nothing is asked yet."""
    if location.url is None:
        return FolderReach(location.folder or Path())
    from smartcity_share.catalogue.web import WebReach  # brings HTTP and TLS

    return WebReach(location.url)
