"""Writing so that a power failure leaves the old state or the new one."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Final

_MANY: Final = 500
"""Files from which on the file system at once is faster: 3,300 files took 12 s one by one, 0.5 s at once."""


def sync_folder(folder: Path) -> None:
    """Force the names in a folder to the disk; where the system cannot do that for folders, nothing happens."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def sync_file(path: Path) -> None:
    """Force the content of a file to the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def sync_tree(folder: Path) -> None:
    """Force every file and name below a folder to the disk."""
    for root, _, files in os.walk(folder):
        for name in files:
            sync_file(Path(root) / name)
        sync_folder(Path(root))


def sync_all(folder: Path) -> None:
    """Force everything below a folder to the disk: file by file, or where there are hundreds its whole file system at once.

    Args:
        folder: The folder.
    """
    files = (name for _, _, names in os.walk(folder) for name in names)
    many = next(islice(files, _MANY, None), None) is not None
    if not (many and _sync_file_system(folder)):
        sync_tree(folder)


def _sync_file_system(folder: Path) -> bool:
    """Ask the system for it; False where it cannot. `os.sync` would wait for every other disk too, and hide what failed."""
    import ctypes

    call = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None) if os.name == "posix" else None
    if call is None:
        return False
    handle = os.open(folder, os.O_RDONLY)
    try:
        if call(handle) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(folder))
    finally:
        os.close(handle)
    return True


def write_whole(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Write a file beside its place, force it to the disk and rename it there.

    Args:
        path: The file; an existing one is replaced.
        content: What it shall hold.
        mode: Rights of the file; it never has others, not even while it is written.
    """

    def fill(beside: Path) -> None:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(content)

    put_whole(path, fill)


def put_whole(path: Path, fill: Callable[[Path], object]) -> None:
    """Let ``fill`` make a file beside its place, then force it to the disk and rename it there.

    Args:
        path: The file; an existing one is replaced.
        fill: Makes the file it is given.
    """
    beside = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    try:
        fill(beside)
        sync_file(beside)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def move(source: Path, target: Path) -> None:
    """Rename a file or folder and force both ends to the disk.

    Args:
        source: What is moved.
        target: Where it goes; must not exist, its parent is made.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    source.rename(target)
    sync_folder(source.parent)
    sync_folder(target.parent)
