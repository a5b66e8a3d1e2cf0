"""Unpacking wheels into one folder: uv does it, or `installer` where there is no uv. What lies there then is the same."""

from __future__ import annotations

import errno
import os
import re
import shutil
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from smartcity_share.install.code_store import install_wheel
from smartcity_share.install.environments.contents import contents_of, refuse_shared, settle
from smartcity_share.install.environments.tools import Tool, find_uv

_OPTIONS: Final = (
    *("--no-deps", "--require-hashes", "--only-binary", ":all:", "--no-compile-bytecode"),
    *("--offline", "--no-index", "--no-config", "--no-progress", "--color", "never"),
    # The cache is a folder of this one call, gone when it ends: out of it a link is a move. See docs/adr/0022.
    *("--no-cache", "--link-mode", "hardlink"),
)
"""These very files and nothing else, and none of them linked to anything that stays."""
_SYSTEM_ERROR: Final = re.compile(r"\(os error (\d+)\)")
_ABOUT_THE_DISK: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO})


def unpack(wheels: Sequence[Path], lock: str, folder: Path, workshop: Path, *, judge: Callable[[], None]) -> None:
    """Unpack wheels, and compare every file with what its wheel states of it.

    Args:
        wheels: The wheel files.
        lock: The same as hashed requirements.
        folder: An empty folder.
        workshop: An empty folder of the same file system for what is needed meanwhile; it goes.
        judge: Compares the digests of the wheels themselves, before anything is read out of them here; uv does so by the lock.

    Raises:
        PackageError: A wheel is not sound, or two bring the same file; or what ``judge`` raises.
        OperationError: uv does not end.
        OSError: The disk is full.
    """
    uv = find_uv()
    with ThreadPoolExecutor(1) as beside:  # what is asked of the wheels is known by the time uv has unpacked them
        unpacked = None if uv is None else beside.submit(_by_uv, uv, wheels, lock, folder, workshop)
        judge()
        contents = [contents_of(wheel) for wheel in wheels]
        refuse_shared(contents)
    if unpacked is None or not unpacked.result():
        for wheel in wheels:
            install_wheel(wheel, folder)
    shutil.rmtree(workshop)
    settle(contents, folder)


def _by_uv(uv: Tool, wheels: Sequence[Path], lock: str, folder: Path, workshop: Path) -> bool:
    """Let uv do it; whatever it refuses is left to `installer`, which takes it or says in our words why not."""
    links = workshop / "wheels"
    links.mkdir()
    for wheel in wheels:
        _show(wheel, links / wheel.name)
    (workshop / "requirements.txt").write_text(lock, encoding="utf-8")
    wanted = ["--find-links", "wheels", "--requirement", "requirements.txt", "--target", str(folder.absolute())]
    done = uv.run(["pip", "install", *_OPTIONS, "--python", sys.executable, *wanted], workshop)
    if done.returncode == 0:
        return True
    for found in _SYSTEM_ERROR.findall(done.stderr):
        if int(found) in _ABOUT_THE_DISK:
            raise OSError(int(found), os.strerror(int(found)), str(folder))
    shutil.rmtree(folder)
    folder.mkdir()
    return False


def _show(wheel: Path, link: Path) -> None:
    try:
        link.symlink_to(wheel.absolute())
    except OSError:  # where the system has no symbolic links
        shutil.copyfile(wheel, link)
