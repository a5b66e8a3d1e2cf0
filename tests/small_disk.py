"""A file system of a few megabytes, and how to fill it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import pytest

SIZE: Final = "24m"
_PIECES: Final = (1 << 20, 1 << 12, 1)


@contextmanager
def mounted(place: Path) -> Iterator[Path]:
    """Mount a file system of 24 MB at a folder that is made; without the right to, the test is skipped."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small file system needs root")
    place.mkdir()
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", place], check=False, capture_output=True)
    if mount.returncode:
        pytest.skip("this machine mounts no tmpfs")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


def fill(disk: Path) -> Path:
    """Take every byte that is left; the file that does is returned, and makes room again once it is removed."""
    ballast = disk / "ballast"
    handle = os.open(ballast, os.O_WRONLY | os.O_CREAT, 0o600)
    for piece in _PIECES:
        with suppress(OSError):
            while True:
                os.write(handle, bytes(piece))
    os.close(handle)
    return ballast
