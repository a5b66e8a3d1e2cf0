"""The files of one installation in a local folder."""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

from smartcity_share.durable import sync_folder
from smartcity_share.errors import FileNameError

LONGEST_NAME: Final = 400
"""Most characters of a whole name."""
_LONGEST_PART: Final = 200
_PART: Final = re.compile(r"[^\x00-\x1f\x7f/\\]+")
_IN_WRITING: Final = ".writing-"
"""What the name of a file begins with while it is being written; no stored name may."""


def checked_name(name: str) -> PurePosixPath:
    r"""Return a name of a stored file as a path that stays inside the store.

    Args:
        name: Parts with ``/`` between; no empty part, ``.``, ``..``, backslash or control character.

    Raises:
        FileNameError: The name is none of that kind.
    """
    parts = name.split("/")
    if len(name) > LONGEST_NAME or any(
        part in ("", ".", "..")
        or len(part.encode(errors="replace")) > _LONGEST_PART
        or _PART.fullmatch(part) is None
        or part.startswith(_IN_WRITING)
        or not _encodable(part)
        for part in parts
    ):
        raise FileNameError(
            f"{name[:80]!r} is not a name a file can be stored under",
            hint="Use parts with / between, without `.`, `..`, backslashes and control characters.",
        )
    return PurePosixPath(*parts)


class LocalFileStore:
    """A folder behind the port :class:`smartcity_share.hooks.installation.FileStore`.

    A file is written beside its place, forced to the disk, and renamed: a reader sees the old one or the new one, whole.
    Symbolic links in the folder are refused, so that no name leads out of it.

    Args:
        folder: The folder; made when the first file is written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __repr__(self) -> str:
        return f"LocalFileStore({self.folder.name!r})"

    def write(self, name: str, content: bytes | BinaryIO) -> None:
        """Store a file whole or not at all; an existing one is replaced.

        Args:
            name: Name of the file.
            content: The bytes, or a file that is read to its end.

        Raises:
            FileNameError: The name is not allowed, or leads through a symbolic link.
        """
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.parent / f"{_IN_WRITING}{secrets.token_hex(8)}"
        try:
            with beside.open("xb") as file:
                if isinstance(content, bytes):
                    file.write(content)
                else:
                    shutil.copyfileobj(content, file)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)

    def open(self, name: str) -> BinaryIO:
        """Open a file for reading.

        Raises:
            FileNotFoundError: No file of this name is stored.
            FileNameError: The name is not allowed, or leads through a symbolic link.
        """
        path = self._path(name)
        if not path.is_file():
            raise FileNotFoundError(name)
        return path.open("rb")

    def delete(self, name: str) -> None:
        """Delete a file; one that is not there is no error. Folders that become empty go too."""
        path = self._path(name)
        path.unlink(missing_ok=True)
        for folder in path.parents:
            if folder == self.folder or not folder.is_relative_to(self.folder):
                return
            try:
                folder.rmdir()
            except OSError:
                return

    def names(self, prefix: str = "") -> Iterator[str]:
        """Yield the names of the stored files that begin with ``prefix``, sorted."""
        found = []
        for root, folders, files in os.walk(self.folder):
            folders[:] = [folder for folder in folders if not (Path(root) / folder).is_symlink()]
            for file in files:
                path = Path(root) / file
                if not file.startswith(_IN_WRITING) and not path.is_symlink():
                    found.append(path.relative_to(self.folder).as_posix())
        return iter(sorted(name for name in found if name.startswith(prefix)))

    def _path(self, name: str) -> Path:
        relative = checked_name(name)
        path = self.folder
        for part in relative.parts:
            path /= part
            if path.is_symlink():
                raise FileNameError(
                    f"{name[:80]!r} leads through a symbolic link", hint="Remove the link from the folder of the installation."
                )
        return path


def _encodable(part: str) -> bool:
    try:
        part.encode()
    except UnicodeEncodeError:
        return False
    return True
